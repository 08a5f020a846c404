//! Bytes that no reader may accept, and bytes that none may refuse: the same for both runtimes.
#![expect(clippy::needless_pass_by_value, reason = "an expected value is written where it is used")]

use serde_wire::codec::safe::SafeReader;
use serde_wire::codec::{AvroDecode, AvroEncode, DecodeError, Limits, Map, Reader};
use std::collections::HashMap;
use std::fmt::Debug;

#[track_caller]
fn decodes<T: for<'a> AvroDecode<'a> + Debug + PartialEq>(bytes: &[u8], expected: Result<T, DecodeError>) {
    assert_eq!(T::decode(&mut Reader::new(bytes)), expected, "{bytes:02x?}");
    assert_eq!(T::decode(&mut SafeReader::new(bytes)), expected, "{bytes:02x?} by the safe runtime");
}

/// A block count and nothing behind it.
fn count(count: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    count.encode_into(&mut bytes);
    bytes
}

#[test]
fn numbers() {
    use DecodeError::{IntRange, UnexpectedEnd, Varint};
    let ten = |last: u8| [[0xff; 9].as_slice(), &[last]].concat();
    decodes::<i64>(&ten(1), Ok(i64::MIN));
    decodes::<i64>(&ten(2), Err(Varint));
    decodes::<i64>(&ten(0xff), Err(Varint));
    decodes::<i64>(&[0x82, 0x80, 0x00], Ok(1));
    decodes::<i64>(&[0x80; 9], Err(UnexpectedEnd));
    decodes::<i64>(&[], Err(UnexpectedEnd));
    decodes::<i32>(&[0xff, 0xff, 0xff, 0xff, 0x0f], Ok(i32::MIN));
    decodes::<i32>(&[0x80, 0x80, 0x80, 0x80, 0x10], Err(IntRange));
    decodes::<i32>(&[0x82, 0x80, 0x80, 0x80, 0x00], Ok(1));
    decodes::<i32>(&[0x82, 0x80, 0x80, 0x80, 0x80, 0x00], Err(IntRange));
    // The index of a branch is an int.
    decodes::<Option<i32>>(&[0x82, 0x80, 0x80, 0x80, 0x00, 0x02], Ok(Some(1)));
    decodes::<Option<i32>>(&[0x82, 0x80, 0x80, 0x80, 0x80, 0x00, 0x02], Err(IntRange));
    decodes::<Option<i32>>(&[0x82, 0x80, 0x80, 0x80, 0x10, 0x02], Err(IntRange));
    decodes::<Vec<i32>>(&[2, 0x82, 0x80, 0x80, 0x80, 0x00, 0], Ok(vec![1]));
    decodes::<Vec<i32>>(&[2, 0x82, 0x80, 0x80, 0x80, 0x80, 0x00, 0], Err(IntRange));
    decodes::<bool>(&[2], Err(DecodeError::Boolean));
    decodes::<f64>(&[0; 7], Err(UnexpectedEnd));
    decodes::<[u8; 3]>(&[0; 2], Err(UnexpectedEnd));
}

#[test]
fn lengths_and_text() {
    use DecodeError::{NegativeLength, UnexpectedEnd, Utf8};
    decodes::<String>(&[1], Err(NegativeLength));
    decodes::<String>(&count(1 << 40), Err(UnexpectedEnd));
    decodes::<Vec<u8>>(&count(i64::MAX), Err(UnexpectedEnd));
    for text in [&[0xc0, 0x80][..], &[0xed, 0xa0, 0x80], &[0xf4, 0x90, 0x80, 0x80], &[0xe2, 0x98], &[0xff]] {
        let mut bytes = Vec::new();
        text.to_vec().encode_into(&mut bytes);
        decodes::<String>(&bytes, Err(Utf8));
        // With room behind it, where the fast runtime looks at more than the text.
        decodes::<String>(&[&bytes[..], &[b'a'; 80]].concat(), Err(Utf8));
    }
    for length in 0..100 {
        let text = "ä".repeat(length / 2);
        let mut bytes = Vec::new();
        text.encode_into(&mut bytes);
        decodes::<String>(&bytes, Ok(text));
    }
}

#[test]
fn counts() {
    use DecodeError::{BlockCount, ItemBudget, NegativeLength, UnexpectedEnd, UnionIndex};
    decodes::<Vec<i64>>(&count(1 << 28), Err(BlockCount));
    decodes::<Vec<f64>>(&[&count(3)[..], &[0; 20]].concat(), Err(BlockCount));
    decodes::<Vec<String>>(&[&count(i64::MIN)[..], &[0; 20]].concat(), Err(BlockCount));
    decodes::<Map<i32>>(&[6, 0, 0, 0, 0, 0], Err(BlockCount));
    decodes::<HashMap<String, i32>>(&count(1 << 28), Err(BlockCount));
    decodes::<Vec<i64>>(&[1, 1, 0, 0], Err(NegativeLength));
    decodes::<Vec<i64>>(&[1, 100, 14, 0], Ok(vec![7]));
    decodes::<Vec<i64>>(&[2, 14], Err(UnexpectedEnd));
    decodes::<Option<i64>>(&[4], Err(UnionIndex));
    decodes::<Option<i64>>(&[1], Err(UnionIndex));
    decodes::<Vec<()>>(&[&count(5)[..], &[0]].concat(), Ok(vec![(); 5]));
    decodes::<Vec<()>>(&count(1 << 28), Err(ItemBudget));
    decodes::<Vec<[u8; 0]>>(&count(i64::MAX), Err(ItemBudget));
    let many_blocks = [count(1 << 19), count(1 << 19), count(1)].concat();
    decodes::<Vec<()>>(&many_blocks, Err(ItemBudget));
}

#[test]
fn limits_are_the_callers() {
    let limits = Limits::DEFAULT.with_empty_items(3);
    let decode = |items| {
        let bytes = [&count(items)[..], &[0]].concat();
        Vec::<()>::decode(&mut Reader::with_limits(&bytes, limits)).map(|items| items.len())
    };
    assert_eq!(decode(3).unwrap(), 3);
    assert_eq!(decode(4), Err(DecodeError::ItemBudget));
}
