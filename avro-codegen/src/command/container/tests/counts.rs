//! Numbers of entries and objects that no bytes pay for.

use super::super::{Blocks, MAX_EMPTY};
use super::{NULLS, SCHEMA, SYNC, bytes, header, read};

#[test]
fn objects_without_bytes_are_counted() {
    let head = header(&format!("02 {NULLS}"));
    let zigzag = |count: u64| {
        let (mut rest, mut hex) = (count << 1, String::new());
        while rest >= 0x80 {
            hex += &format!("{:02x}", rest & 0x7f | 0x80);
            rest >>= 7;
        }
        hex + &format!("{rest:02x}")
    };
    for (counts, expected) in [
        (vec![MAX_EMPTY - 5, 5], None),
        (
            vec![MAX_EMPTY, 1],
            Some(
                "in block 2, which begins at byte 62: object 1 of 1: more than 1048576 objects of the file take no bytes",
            ),
        ),
        (
            vec![1 << 60],
            Some(
                "in block 1, which begins at byte 41: object 1048577 of 1152921504606846976: more than 1048576 objects of the file take no bytes",
            ),
        ),
    ] {
        let blocks: String = counts.iter().map(|count| format!("{} 00 {SYNC}", zigzag(*count))).collect();
        let (values, problem) = read(&bytes(&format!("{head} {blocks}")));
        assert_eq!(problem.as_deref(), expected, "{counts:?}");
        assert_eq!(values.len() as u64, MAX_EMPTY, "{counts:?}");
    }
}

#[test]
fn a_header_has_an_end() {
    let empty = |entries: usize| "0000".repeat(entries);
    for (name, head, expected) in [
        ("as many as there may be", format!("feff07 {} 02 {SCHEMA} 00 {SYNC}", empty(0xffff)), None),
        ("one more", format!("808008 {} 02 {SCHEMA} 00 {SYNC}", empty(0x1_0000)), Some(65_543 + 65_536)),
        ("in one block", "feffffffffffffffff01".to_owned(), Some(4)),
        ("with the size of the block", "ffffffffffffffffff01 00".to_owned(), Some(4)),
    ] {
        let file = bytes(&format!("4f626a01 {head}"));
        let problem = Blocks::open(&file[..]).err().map(|error| error.to_string());
        let expected = expected.map(|at: u64| {
            format!("in the header: with the entries that are announced at byte {at} its metadata has more than 65536")
        });
        assert_eq!(problem, expected, "{name}");
    }
}
