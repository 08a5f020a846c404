//! Container files and sample data, through the command.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_model::testing::{Random, Values, pair};
use avro_model::{binary, json_encoding};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

fn avro_gen(folder: &Path, arguments: &str) -> (i32, Vec<u8>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_avro-gen"))
        .args(arguments.split(' '))
        .current_dir(folder)
        .env_remove("AVRO_GEN_REGISTRY")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (output.status.code().unwrap(), output.stdout, String::from_utf8(output.stderr).unwrap())
}

fn text(folder: &Path, arguments: &str) -> String {
    let (status, printed, message) = avro_gen(folder, arguments);
    assert_eq!((status, message.as_str()), (0, ""), "{arguments}");
    String::from_utf8(printed).unwrap()
}

const USER: &str = r#"{"type":"record","name":"n.User","doc":"Who.","fields":[{"name":"id","type":"int"},{"name":"name","type":["null","string"]}]}"#;
const USERS: &str = "{\"id\":1,\"name\":{\"string\":\"é\"}}\n{\"id\":2,\"name\":null}\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("user.avsc", USER);
    write(
        "long.avsc",
        r#"{"type":"record","name":"n.User","fields":[{"name":"id","type":"long"},{"name":"x","type":"int","default":7}]}"#,
    );
    write("other.avsc", r#"{"type":"record","name":"n.User","fields":[{"name":"x","type":"int"}]}"#);
    write("users.json", USERS);
    folder
}

#[test]
fn values_go_into_container_files_and_back_with_every_codec() {
    let folder = folder();
    let folder = folder.path();
    for codec in ["null", "deflate", "snappy", "zstandard", "bzip2", "xz"] {
        for blocks in ["", " --block-size 1"] {
            let encode = format!("encode -s user.avsc users.json --container --codec {codec}{blocks}");
            let (status, file, message) = avro_gen(folder, &encode);
            assert_eq!((status, message.as_str()), (0, ""));
            fs::write(folder.join("users"), &file).unwrap();
            // By name or by what it begins with; and the same bytes into a file.
            assert_eq!(text(folder, "decode users"), USERS, "{encode}");
            assert_eq!(text(folder, &format!("{encode} -o users.avro")), "");
            assert_eq!(fs::read(folder.join("users.avro")).unwrap(), file);
            assert_eq!(
                text(folder, "decode users.avro --schema long.avsc"),
                "{\"id\":1,\"x\":7}\n{\"id\":2,\"x\":7}\n"
            );
        }
    }
    assert_eq!(
        text(folder, "decode users --reader long.avsc"),
        text(folder, "decode users --schema long.avsc")
    );
    assert_eq!(
        text(folder, "decode users --format json"),
        "{\"value\":{\"id\":1,\"name\":{\"string\":\"é\"}}}\n{\"value\":{\"id\":2,\"name\":null}}\n"
    );
    assert_eq!(
        text(folder, "canonical users.avro --form registry"),
        format!("{}\n", text(folder, "canonical user.avsc --form registry").trim())
    );
    assert_eq!(text(folder, "diff user.avsc users.avro"), text(folder, "diff user.avsc user.avsc"));
    assert_eq!(
        text(folder, "fingerprint users.avro -a sha-256"),
        text(folder, "fingerprint user.avsc -a sha-256")
    );
    assert_eq!(text(folder, "decode -s users.avro --from hex --many /dev/null"), "");
}

#[test]
fn what_is_wrong_with_a_container_file_is_told_behind_what_was_read() {
    let folder = folder();
    let folder = folder.path();
    text(folder, "encode -s user.avsc users.json --container --block-size 1 -o whole.avro");
    let whole = fs::read(folder.join("whole.avro")).unwrap();
    let first = "{\"id\":1,\"name\":{\"string\":\"é\"}}\n";
    let second = whole.len() - 20;
    fs::write(folder.join("cut.avro"), &whole[..whole.len() - 1]).unwrap();
    fs::write(folder.join("head.avro"), &whole[..9]).unwrap();
    fs::write(folder.join("text.avro"), "no container").unwrap();
    for (arguments, printed, expected) in [
        (
            "decode cut.avro",
            first,
            format!(
                "cut.avro: in block 2, which begins at byte {second}: the file ends at byte {}, inside the sync marker behind it",
                whole.len() - 1
            ),
        ),
        ("decode head.avro", "", "head.avro: in the header: the file ends at byte 9, inside a key of the metadata".to_owned()),
        ("canonical text.avro", "", "error: cannot read text.avro: in the header: it begins with 6e6f2063, not with 4f626a01, so this is no object container file".to_owned()),
        ("decode whole.avro -s other.avsc", "", "whole.avro: in block 1, which begins at byte".to_owned()),
        ("decode gone.avro", "", "cannot read gone.avro: ".to_owned()),
        ("decode whole.avro -o", "", "error: unexpected argument".to_owned()),
        ("encode -s user.avsc users.json --container -o gone/users.avro", "", "cannot write gone/users.avro: ".to_owned()),
        ("encode -s long.avsc users.json --container -o x.avro", "", "value 1, which begins in line 1: at $: field \"x\" of record n.User is missing".to_owned()),
    ] {
        let (status, out, message) = avro_gen(folder, arguments);
        assert_ne!(status, 0, "{arguments}");
        assert_eq!(String::from_utf8(out).unwrap(), printed, "{arguments}");
        let message = message.strip_prefix("avro-gen: ").unwrap_or(&message);
        assert!(message.starts_with(&expected), "{arguments}: {message}\ninstead of {expected}");
    }
    for arguments in [
        "decode text.avro",
        "decode whole.avro -s user.avsc -r user.avsc",
        "encode -s user.avsc users.json --codec deflate",
        "encode -s user.avsc users.json --container --frame registry --id 7",
        "encode -s user.avsc users.json --container --codec lz4",
        "encode -s user.avsc users.json --subject users",
        "encode -s user.avsc users.json --guid",
        "encode users.json",
        "encode users.json --id 7x",
        "decode -s user.avsc users.json --id 7",
        "random",
        "random user.avsc --frame bare",
        "random user.avsc --depth 1000",
    ] {
        assert_eq!(avro_gen(folder, arguments).0, 2, "{arguments}");
    }
}

#[test]
fn many_messages_go_to_json_and_back_in_every_form_and_frame() {
    let folder = folder();
    let folder = folder.path();
    for (frame, shown) in
        [("", ""), (" --frame registry --id 9", "\"id\":9,"), (" --frame single-object", "")]
    {
        for form in ["binary", "hex", "base64"] {
            text(folder, &format!("encode -s user.avsc users.json --many --to {form}{frame} -o messages"));
            let frame = frame.trim_end_matches(" --id 9");
            let decode = format!("decode -s user.avsc messages --many --from {form}{frame}");
            let (status, printed, said) = avro_gen(folder, &decode);
            assert_eq!((status, String::from_utf8(printed).unwrap().as_str()), (0, USERS), "{decode}");
            assert_eq!(said, if shown.is_empty() { "" } else { "schema id 9\n" }, "{decode}");
            let expected: String =
                USERS.lines().map(|value| format!("{{{shown}\"value\":{value}}}\n")).collect();
            assert_eq!(text(folder, &format!("{decode} --format json")), expected);
        }
    }
    let guid = "00010203-0405-0607-0809-0a0b0c0d0e0f";
    text(
        folder,
        &format!("encode -s user.avsc users.json --many --to hex --frame registry --id {guid} -o messages"),
    );
    let decoded =
        text(folder, "decode -s user.avsc messages --many --from hex --frame registry --format json");
    assert!(decoded.starts_with(&format!("{{\"guid\":\"{guid}\",\"value\":{{\"id\":1,")), "{decoded}");
    fs::write(folder.join("messages"), "0200\n02\n0200\n").unwrap();
    let (status, printed, message) = avro_gen(folder, "decode -s user.avsc messages --many --from hex");
    assert_eq!((status, printed.as_slice()), (1, &b"{\"id\":1,\"name\":null}\n"[..]));
    assert_eq!(message, "avro-gen: message 2: at byte 1, in name: the data ends in the middle of a number\n");
    // Of messages without bytes, any number could stand before the rest.
    fs::write(folder.join("null.avsc"), "\"null\"").unwrap();
    for (schema, left) in [("null", "6 bytes"), ("empty", "6 bytes")] {
        fs::write(folder.join("empty.avsc"), r#"{"type":"record","name":"E","fields":[]}"#).unwrap();
        fs::write(folder.join("messages"), "abcdef").unwrap();
        let (status, printed, message) =
            avro_gen(folder, &format!("decode -s {schema}.avsc messages --many"));
        assert_eq!((status, printed), (1, Vec::new()), "{schema}");
        let expected =
            format!("avro-gen: message 1: it takes no bytes, so nothing can read the {left} that are left\n");
        assert_eq!(message, expected, "{schema}");
    }
    fs::write(folder.join("messages"), "000000000900000000090000000009".repeat(2)).unwrap();
    let hex = "decode -s null.avsc messages --many --from hex --frame registry";
    assert_eq!(avro_gen(folder, hex).0, 1, "a line is one message");
    fs::write(folder.join("messages"), [0, 0, 0, 0, 9, 0, 0, 0, 0, 9]).unwrap();
    let (status, printed, _) = avro_gen(folder, "decode -s null.avsc messages --many --frame registry");
    assert_eq!((status, printed), (0, b"null\nnull\n".to_vec()), "frames tell them apart");
}

#[test]
fn values_of_a_message_and_of_an_object_are_bounded() {
    let folder = folder();
    let folder = folder.path();
    fs::write(folder.join("flags.avsc"), r#"{"type":"array","items":["boolean","null"]}"#).unwrap();
    let flags = |count: usize| format!("[{}]", vec![r#"{"boolean":true}"#; count].join(","));
    // An item, and what is in its branch; the bound is one for each object, not for all.
    fs::write(folder.join("flags.json"), [3, 4, 3].map(|count| flags(count) + "\n").concat()).unwrap();
    for (encode, decode, place) in [
        ("--container", "", "in: in block 1, which begins at byte 94: object 2 of 3: "),
        ("--many", "--many -s flags.avsc", "message 2: "),
        ("--many --to hex", "--many -s flags.avsc --from hex", "message 2: "),
    ] {
        text(folder, &format!("encode -s flags.avsc flags.json {encode} -o in"));
        let decode = format!("decode {decode} in --max-values").replace("  ", " ");
        let (status, printed, message) = avro_gen(folder, &format!("{decode} 7"));
        assert_eq!((status, String::from_utf8(printed).unwrap()), (1, flags(3) + "\n"), "{decode}");
        let problem = "it holds more than 7 values; --max-values lets it hold more\n";
        assert!(message.starts_with(&format!("avro-gen: {place}at byte ")), "{message}");
        assert!(message.ends_with(problem), "{message}");
        assert_eq!(text(folder, &format!("{decode} 8")).lines().count(), 3, "{decode}");
    }
}

#[test]
fn a_file_is_as_it_was_until_its_new_content_is_whole() {
    let folder = folder();
    let folder = folder.path();
    let endless = r#"{"type":"record","name":"E","fields":[{"name":"e","type":"E"}]}"#;
    fs::write(folder.join("endless.avsc"), endless).unwrap();
    fs::write(folder.join("bad.json"), format!("{USERS}{{\"id\":true}}")).unwrap();
    let names = || {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = "what was there";
    for (arguments, expected) in [
        ("encode -s user.avsc bad.json", "more text behind the JSON value"),
        ("encode -s user.avsc bad.json --many", "value 3, which begins in line 3"),
        ("encode -s user.avsc bad.json --container --block-size 1", "value 3, which begins in line 3"),
        ("encode -s user.avsc gone.json", "cannot read gone.json"),
        ("random endless.avsc", "E"),
        ("random endless.avsc --container", "E"),
    ] {
        fs::write(folder.join("out"), before).unwrap();
        let there = names();
        let (status, _, message) = avro_gen(folder, &format!("{arguments} -o out"));
        assert_eq!(status, 1, "{arguments}");
        assert!(message.contains(expected), "{arguments}: {message}");
        assert_eq!(fs::read_to_string(folder.join("out")).unwrap(), before, "{arguments}");
        assert_eq!(names(), there, "{arguments}");
    }
    // So it may be what is read.
    for form in ["--many --to hex", "--container", "--container --codec zstandard"] {
        let encode = format!("encode -s user.avsc {form}");
        let expected = avro_gen(folder, &format!("{encode} users.json")).1;
        fs::write(folder.join("out"), USERS).unwrap();
        let there = names();
        assert_eq!(text(folder, &format!("{encode} out -o out")), "");
        assert_eq!(fs::read(folder.join("out")).unwrap(), expected, "{form}");
        assert_eq!(names(), there, "{form}");
    }
}

#[test]
fn sample_data_is_written_in_every_form_and_read_again() {
    let folder = folder();
    let folder = folder.path();
    let mut random = Random::seed(21);
    for number in 0..12 {
        let schema = pair(&mut random).0;
        if !Values::of(&schema).any() {
            continue;
        }
        fs::write(folder.join("schema.avsc"), schema.canonical_text()).unwrap();
        let sample = format!("random schema.avsc -n 5 --seed {number}");
        let expected = text(folder, &sample);
        assert_eq!(expected.lines().count(), 5, "{expected}");
        text(folder, &format!("{sample} --container --codec snappy -o sample"));
        assert_eq!(text(folder, "decode sample"), expected, "{schema:?}");
        for form in ["hex", "base64", "binary"] {
            text(folder, &format!("{sample} --to {form} --frame single-object -o sample"));
            let decode = format!("decode -s schema.avsc sample --many --from {form} --frame single-object");
            assert_eq!(text(folder, &decode), expected, "{decode} of {schema:?}");
        }
        let value = json_encoding::decode(&schema, expected.lines().next().unwrap()).unwrap();
        let one = avro_gen(folder, &format!("random schema.avsc --seed {number} --to binary")).1;
        assert_eq!(one, binary::encode(&schema, &value).unwrap());
    }
    let none = avro_gen(folder, "random user.avsc --count 0");
    assert_eq!(none, (0, Vec::new(), String::new()));
}
