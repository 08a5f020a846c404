//! Files of our own, files of another implementation, and files that are damaged.

use super::codec::Codec;
use super::{Blocks, MAX_EMPTY, Objects, Writer};
use avro_model::binary::{Decoder, encode};
use avro_model::testing::Random;
use avro_model::{Parser, Schema, Value};
use clap::ValueEnum;

/// What fastavro 1.13.1 writes of three texts, with the sync marker 00 to 0f.
const OF_FASTAVRO: [(Codec, &str); 6] = [
    (
        Codec::Null,
        "4f626a0104146176726f2e636f646563086e756c6c166176726f2e736368656d611022737472696e672200000102030405060708090a0b0c0d0e0f06605061626162616261626162616261626162616261626162616261626162616261626162616261626162000ac3a9e29883000102030405060708090a0b0c0d0e0f",
    ),
    (
        Codec::Deflate,
        "4f626a0104146176726f2e636f6465630e6465666c617465166176726f2e736368656d611022737472696e672200000102030405060708090a0b0c0d0e0f06220b484c220e32701d5ef968463300bd2f13000102030405060708090a0b0c0d0e0f",
    ),
    (
        Codec::Snappy,
        "4f626a0104146176726f2e636f6465630c736e61707079166176726f2e736368656d611022737472696e672200000102030405060708090a0b0c0d0e0f0628300850616296020018000ac3a9e2988303b3b148000102030405060708090a0b0c0d0e0f",
    ),
    (
        Codec::Zstandard,
        "4f626a0104146176726f2e636f646563127a7374616e64617264166176726f2e736368656d611022737472696e672200000102030405060708090a0b0c0d0e0f063228b52ffd203085000050506162000ac3a9e2988301007bdc10000102030405060708090a0b0c0d0e0f",
    ),
    (
        Codec::Bzip2,
        "4f626a0104146176726f2e636f6465630a627a697032166176726f2e736368656d611022737472696e672200000102030405060708090a0b0c0d0e0f067c425a68393141592653592f66422800000143754010400030000800004000200800100020002125181a100309f57d209a045b7af85dc914e14240bd9908a0000102030405060708090a0b0c0d0e0f",
    ),
    (
        Codec::Xz,
        "4f626a0104146176726f2e636f64656304787a166176726f2e736368656d611022737472696e672200000102030405060708090a0b0c0d0e0f06a001fd377a585a000004e6d6b4460200210116000000742fe5a3e0002f00115d002818485628080014c1e0f7833573bf40000000000083db1212b3d3ba4b00012d3068df75261fb6f37d010000000004595a000102030405060708090a0b0c0d0e0f",
    ),
];

fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.split_whitespace().collect();
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// The objects that a file gives out, and what is wrong behind them.
fn read(file: &[u8]) -> (Vec<Value>, Option<String>) {
    let mut values = Vec::new();
    let blocks = match Blocks::open(file) {
        Ok(blocks) => blocks,
        Err(error) => return (values, Some(error.to_string())),
    };
    let Ok(schema) = Parser::new().parse(&blocks.header().schema) else {
        return (values, Some("no schema".to_owned()));
    };
    let mut objects = Objects::new(blocks, Decoder::new(&schema));
    loop {
        match objects.next_object() {
            Ok(Some(value)) => values.push(value),
            Ok(None) => return (values, None),
            Err(error) => return (values, Some(error.to_string())),
        }
    }
}

fn written(schema: &Schema, values: &[Value], codec: Codec, block_size: usize) -> Vec<u8> {
    let mut file = Vec::new();
    let mut writer = Writer::new(&mut file, schema, codec, block_size);
    values.iter().for_each(|value| writer.push(&encode(schema, value).unwrap()).unwrap());
    writer.finish().unwrap();
    file
}

fn texts(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| Value::String((*text).to_owned())).collect()
}

#[test]
fn files_of_another_implementation_are_read_with_every_codec() {
    let expected = texts(&[&"ab".repeat(20), "", "é☃"]);
    for (codec, file) in OF_FASTAVRO {
        assert_eq!(read(&bytes(file)), (expected.clone(), None), "{codec}");
    }
}

#[test]
fn what_is_written_is_read_with_every_codec_and_any_size_of_blocks() {
    let schema: Schema = r#"{"type":"array","items":"bytes"}"#.parse().unwrap();
    let mut random = Random::seed(3);
    for &codec in Codec::value_variants() {
        for (count, block_size) in [(0, 100), (1, 1), (12, 1), (50, 1000), (100, 1 << 20)] {
            let mut value = |number: usize| {
                let item = |random: &mut Random<'_>| Value::Bytes(vec![random.byte(); random.below(500)]);
                Value::Array((0..number % 5).map(|_| item(&mut random)).collect())
            };
            let values: Vec<Value> = (0..count).map(&mut value).collect();
            let file = written(&schema, &values, codec, block_size);
            assert_eq!(read(&file), (values.clone(), None), "{codec}, {count} objects, {block_size}");
            assert_eq!(written(&schema, &values, codec, block_size), file, "the same data, the same file");
        }
    }
}

/// The header of a file of texts with these entries of metadata, in hexadecimal digits.
fn header(entries: &str) -> String {
    format!("4f626a01 {entries} 00 {SYNC}")
}

const SYNC: &str = "000102030405060708090a0b0c0d0e0f";
/// `avro.schema` and `"string"`.
const SCHEMA: &str = "16 6176726f2e736368656d61 10 22737472696e6722";
/// `avro.schema` and `"null"`.
const NULLS: &str = "16 6176726f2e736368656d61 0c 226e756c6c22";
/// `avro.codec`; its value has to follow.
const CODEC: &str = "14 6176726f2e636f646563";

#[test]
fn headers_of_every_form_are_read() {
    for (name, entries) in [
        ("one block of entries, without a codec", format!("02 {SCHEMA}")),
        ("a block with its size", format!("01 2a {SCHEMA}")),
        ("two blocks", format!("02 {CODEC} 08 6e756c6c 02 {SCHEMA}")),
        ("entries of others", format!("04 02 78 02 79 {SCHEMA}")),
        (
            "of two entries with one key the last one counts",
            format!("04 16 6176726f2e736368656d61 02 7b {SCHEMA}"),
        ),
    ] {
        let file = format!("{} 02 04 0261 {SYNC}", header(&entries));
        assert_eq!(read(&bytes(&file)), (texts(&["a"]), None), "{name}");
    }
    let blocks = format!("{} 00 00 {SYNC} 02 04 0261 {SYNC}", header(&format!("02 {SCHEMA}")));
    assert_eq!(read(&bytes(&blocks)), (texts(&["a"]), None), "a block may be empty");
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_place() {
    let head = header(&format!("02 {SCHEMA}"));
    let good = format!("{head} 04 08 0261 0262 {SYNC}");
    let with = |codec: &str| header(&format!("04 {SCHEMA} {CODEC} {codec}"));
    for (file, read_before, expected) in [
        (
            String::new(),
            0,
            "in the header: it begins with nothing, not with 4f626a01, so this is no object container file",
        ),
        (
            "4f626a02".to_owned(),
            0,
            "in the header: it begins with 4f626a02, not with 4f626a01, so this is no object container file",
        ),
        (
            "4f626a01".to_owned(),
            0,
            "in the header: the file ends at byte 4, inside the number of entries of the metadata",
        ),
        (
            "4f626a01 ffffffffffffffffff02".to_owned(),
            0,
            "in the header: the number of entries of the metadata at byte 4 does not fit 64 bits",
        ),
        (
            "4f626a01 02 03".to_owned(),
            0,
            "in the header: the length of a key of the metadata at byte 5 is -2, which must not be negative",
        ),
        (
            "4f626a01 02 feffffffffffffffff01".to_owned(),
            0,
            "in the header: the length of a key of the metadata at byte 5 is 9223372036854775807 bytes, more than the 67108864 that are read",
        ),
        (
            "4f626a01 02 16 6176".to_owned(),
            0,
            "in the header: the file ends at byte 8, inside a key of the metadata",
        ),
        (header(""), 0, "in the header: it has no avro.schema"),
        (header("02 16 6176726f2e736368656d61 02 ff"), 0, "in the header: its avro.schema is not UTF-8"),
        (
            with("06 6c7a34"),
            0,
            "in the header: its codec \"lz4\" is none of null, deflate, snappy, zstandard, bzip2, xz",
        ),
        (
            format!("4f626a01 02 {SCHEMA} 00 0001"),
            0,
            "in the header: the file ends at byte 29, inside the sync marker",
        ),
        (
            format!("{head} 01 00 {SYNC}"),
            0,
            "in block 1, which begins at byte 43: its number of objects at byte 43 is -1, which must not be negative",
        ),
        (
            format!("{head} 02 feffffff0f"),
            0,
            "in block 1, which begins at byte 43: its size at byte 44 is 2147483647 bytes, more than the 268435456 that are read",
        ),
        (
            format!("{good} 02 08 0261"),
            2,
            "in block 2, which begins at byte 65: the file ends at byte 69, inside its data",
        ),
        (
            format!("{good} 02 04 0261 0001"),
            2,
            "in block 2, which begins at byte 65: the file ends at byte 71, inside the sync marker behind it",
        ),
        (
            format!("{good} 02 04 0261 {}", SYNC.replace("0f", "0e")),
            2,
            "in block 2, which begins at byte 65: the sync marker behind it, at byte 69, is 000102030405060708090a0b0c0d0e0e, but that of the file is 000102030405060708090a0b0c0d0e0f: the block is damaged, or something else was written into the file",
        ),
        (
            format!("{good} 04 06 0261 04 {SYNC}"),
            3,
            "in block 2, which begins at byte 65: object 2 of 2: at byte 3: a length is 2 with 0 bytes left",
        ),
        (
            format!("{good} feffffffffffffffff01 04 0261 {SYNC}"),
            3,
            "in block 2, which begins at byte 65: object 2 of 9223372036854775807: at byte 2: the data ends in the middle of a number",
        ),
        (
            format!("{good} 02 06 0261 00 {SYNC}"),
            3,
            "in block 2, which begins at byte 65: 1 bytes are left behind the last of its 1 objects",
        ),
        (
            format!("{} 02 04 0261 {SYNC}", with("0e 6465666c617465")),
            0,
            "in block 1, which begins at byte 62: its data is not what deflate writes: ",
        ),
        (
            format!("{} 02 04 0261 {SYNC}", with("0c 736e61707079")),
            0,
            "in block 1, which begins at byte 61: its data is not what snappy writes: it is too short for a CRC-32",
        ),
        (
            format!("{} 02 10 02 04 0261 00000000 {SYNC}", with("0c 736e61707079")),
            0,
            "in block 1, which begins at byte 61: its data is not what snappy writes: its CRC-32 is 495a21b3, and 00000000 is written",
        ),
        (
            format!("{} 02 10 80897a00 00000000 {SYNC}", with("0c 736e61707079")),
            0,
            "in block 1, which begins at byte 61: its data is not what snappy writes: 4 bytes cannot become the 2000000 that they claim to be",
        ),
        (
            format!("{} 02 12 ffffffff07 00000000 {SYNC}", with("0c 736e61707079")),
            0,
            "in block 1, which begins at byte 61: its data has more than the 268435456 bytes that are read, once snappy has unpacked it",
        ),
        (
            format!("{} 02 04 0261 {SYNC}", with("0a 627a697032")),
            0,
            "in block 1, which begins at byte 60: its data is not what bzip2 writes: ",
        ),
        (
            format!("{} 02 04 0261 {SYNC}", with("04 787a")),
            0,
            "in block 1, which begins at byte 57: its data is not what xz writes: ",
        ),
        (
            format!("{} 02 04 0261 {SYNC}", with("12 7a7374616e64617264")),
            0,
            "in block 1, which begins at byte 64: its data is not what zstandard writes: ",
        ),
    ] {
        let (values, problem) = read(&bytes(&file));
        let problem = problem.unwrap_or_default();
        assert!(problem.starts_with(expected), "{problem}\ninstead of\n{expected}");
        assert!(expected.ends_with(": ") || problem == expected, "{problem}\ninstead of\n{expected}");
        assert_eq!(values.len(), read_before, "{expected}");
    }
}

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

#[test]
fn a_file_that_is_cut_off_gives_out_whole_blocks_and_says_where_it_ends() {
    let schema: Schema = "\"string\"".parse().unwrap();
    let values = texts(&["first block", "second block", "third block"]);
    for &codec in Codec::value_variants() {
        // The block of each object ends where the file of fewer objects does.
        let whole = written(&schema, &values, codec, 1);
        let first = written(&schema, &values[..1], codec, 1).len();
        let blocks = |length: usize| read(&whole[..length]).0.len();
        let mut ends = 0;
        for length in 0..whole.len() {
            let (read_before, problem) = read(&whole[..length]);
            assert_eq!(read_before, values[..read_before.len()], "{codec}, {length}");
            match problem {
                None => ends += 1,
                Some(problem) => {
                    let expected = if length < 4 {
                        "it begins with".to_owned()
                    } else {
                        format!("ends at byte {length}, inside ")
                    };
                    assert!(problem.contains(&expected), "{codec}, {length}: {problem}");
                }
            }
        }
        // Behind the header, and behind the first two blocks.
        assert_eq!((ends, blocks(first - 1), blocks(first)), (3, 0, 1), "{codec}");
    }
}

#[test]
fn packed_data_that_is_cut_off_or_changed_does_no_harm() {
    let data: Vec<u8> = (0..400_u32).flat_map(|number| (number / 7).to_le_bytes()).collect();
    for &codec in Codec::value_variants().iter().filter(|codec| **codec != Codec::Null) {
        let packed = codec.pack(data.clone()).unwrap();
        assert_eq!(codec.unpack(packed.clone(), data.len()).unwrap(), data, "{codec}");
        let short = codec.unpack(packed.clone(), data.len() - 1).unwrap_err().to_string();
        assert_eq!(
            short,
            format!("its data has more than the 1599 bytes that are read, once {codec} has unpacked it")
        );
        for length in 0..packed.len() {
            // What is whole without its last bytes, which are a checksum or padding, is the same data.
            if let Ok(found) = codec.unpack(packed[..length].to_vec(), 1 << 20) {
                assert!(found == data, "{codec}: {length} of {} bytes are something else", packed.len());
            }
        }
        for at in 0..packed.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut changed = packed.clone();
                changed[at] ^= change;
                match codec.unpack(changed, 1 << 20) {
                    // Deflate has no checksum.
                    Ok(found) => assert!(codec == Codec::Deflate || found == data, "{codec}, byte {at}"),
                    Err(problem) => assert!(problem.to_string().contains(codec.name()), "{problem}"),
                }
            }
        }
    }
}

#[test]
fn a_bomb_is_refused() {
    for &codec in Codec::value_variants().iter().filter(|codec| **codec != Codec::Null) {
        let packed = codec.pack(vec![7; 1 << 19]).unwrap();
        let problem = codec.unpack(packed, 1 << 16).unwrap_err().to_string();
        assert_eq!(
            problem,
            format!("its data has more than the 65536 bytes that are read, once {codec} has unpacked it")
        );
    }
}
