//! Files of our own, files of another implementation, and files that are damaged.

mod counts;
mod damage;
mod problems;

use super::codec::Codec;
use super::{Blocks, Objects, Writer};
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
