//! What is told of a file that is wrong.

use super::{CODEC, SCHEMA, SYNC, bytes, header, read};

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
