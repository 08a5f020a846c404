//! `avro-gen decode` and `avro-gen encode`.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_model::testing::{Random, pair};
use avro_model::{binary, json_encoding};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

fn avro_gen(folder: &Path, arguments: &[&str], input: &[u8]) -> (i32, Vec<u8>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_avro-gen"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that has no use for its input may be gone by now.
    drop(child.stdin.take().unwrap().write_all(input));
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), output.stdout, String::from_utf8(output.stderr).unwrap())
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "user.avsc",
        r#"{"type":"record","name":"n.User","fields":[{"name":"id","type":"Id"},{"name":"name","type":["null","string"]}]}"#,
    );
    write("id.avdl", "namespace n; fixed Id(2);");
    write("int.avsc", "\"int\"");
    write("long.avsc", "\"long\"");
    folder
}

#[test]
fn messages_go_to_json_and_back_in_every_form_and_frame() {
    let folder = folder();
    let user = ["-s", "user.avsc", "-s", "id.avdl", "--type", "n.User"];
    let int = ["-s", "int.avsc"];
    for (schema, frame, json, hex, said) in [
        (&int[..], &[][..], "7", "0e", ""),
        (&int, &["--frame", "registry"], "7", "000000002a0e", "schema id 42\n"),
        (&int, &["--frame", "single-object"], "-1", "c3018f5c393f1ad5757201", ""),
        (&user, &[], r#"{"id":"ab","name":{"string":"é"}}"#, "61620204c3a9", ""),
        (&user, &["--frame", "registry"], r#"{"id":"ab","name":null}"#, "000000002a616200", "schema id 42\n"),
    ] {
        for form in ["hex", "base64", "binary"] {
            let id = if frame.contains(&"registry") { &["--id", "42"][..] } else { &[] };
            let encode = [&["encode", "--to", form], schema, frame, id].concat();
            let (status, encoded, message) = avro_gen(folder.path(), &encode, json.as_bytes());
            assert_eq!((status, message.as_str()), (0, ""), "{encode:?}");
            if form == "hex" {
                assert_eq!(String::from_utf8_lossy(&encoded), format!("{hex}\n"));
            }
            let decode = [&["decode", "--from", form], schema, frame].concat();
            let decoded = avro_gen(folder.path(), &decode, &encoded);
            assert_eq!(decoded, (0, format!("{json}\n").into_bytes(), said.to_owned()), "{decode:?}");
        }
    }
    let guid = b"01 000102030405060708090a0b0c0d0e0f 0e";
    let decode = ["decode", "-s", "int.avsc", "--from", "hex", "--frame", "registry"];
    let said = "schema GUID 00010203-0405-0607-0809-0a0b0c0d0e0f\n".to_owned();
    assert_eq!(avro_gen(folder.path(), &decode, guid), (0, b"7\n".to_vec(), said));
    // A file is read as standard input is.
    fs::write(folder.path().join("message.bin"), [0x0e]).unwrap();
    let decode = ["decode", "-s", "int.avsc", "-r", "long.avsc", "message.bin"];
    assert_eq!(avro_gen(folder.path(), &decode, &[]), (0, b"7\n".to_vec(), String::new()));
}

#[test]
fn what_is_wrong_with_a_message_is_told() {
    let folder = folder();
    for (arguments, input, expected) in [
        ("decode -s int.avsc --from hex", "80", "at byte 1: the data ends in the middle of a number"),
        ("decode -s int.avsc --from hex", "0e0e", "at byte 1: "),
        ("decode -s int.avsc -r id.avdl --from hex", "0e", "at byte 0: "),
        ("decode -s int.avsc --from hex", "0", "the input is not hexadecimal: the number of digits is odd"),
        (
            "decode -s int.avsc --from hex --frame registry",
            "0e",
            "the message has no frame of a registry, which begins with 00 and four bytes or 01 and sixteen: it begins with 0e",
        ),
        (
            "decode -s int.avsc --from hex --frame single-object",
            "c301000000000000000000",
            "the message does not begin with c3018f5c393f1ad57572, the header of its schema, but with c3010000000000000000",
        ),
        ("encode -s int.avsc", "\"7\"", "at $: "),
        ("encode -s int.avsc", "7 7", "there is more text behind the JSON value"),
        ("encode -s user.avsc -s id.avdl", "7", "type: \"\" is not one of the schemas: n.Id, n.User"),
        (
            "encode -s user.avsc -s id.avdl --type n.Usr",
            "7",
            "type: \"n.Usr\" is not one of the schemas: n.Id, n.User",
        ),
        ("decode -s gone.avsc", "", "cannot read gone.avsc: "),
        ("decode -s int.avsc gone.bin", "", "cannot read gone.bin: "),
    ] {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let (status, printed, message) = avro_gen(folder.path(), &arguments, input.as_bytes());
        assert_eq!((status, printed.as_slice()), (1, &b""[..]), "{arguments:?}");
        assert!(message.starts_with(&format!("avro-gen: {expected}")), "{arguments:?}: {message}");
    }
    for arguments in [
        "decode",
        "encode -s int.avsc --frame registry",
        "encode -s int.avsc --id 7",
        "decode -s int.avsc --from oct",
    ] {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        assert_eq!(avro_gen(folder.path(), &arguments, b"7").0, 2, "{arguments:?}");
    }
}

#[test]
fn values_of_generated_schemas_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random::seed(11);
    for number in 0..20 {
        let schema = pair(&mut random).0;
        let values = avro_model::testing::Values::of(&schema);
        if !values.any() {
            continue;
        }
        let value = values.value(&mut random);
        let file = format!("{number}.avsc");
        fs::write(folder.path().join(&file), schema.canonical_text()).unwrap();
        let bytes = binary::encode(&schema, &value).unwrap();
        let json = json_encoding::encode(&schema, &value).unwrap();
        let (status, printed, message) = avro_gen(folder.path(), &["decode", "-s", &file], &bytes);
        assert_eq!((status, message.as_str()), (0, ""), "{schema:?}");
        assert_eq!(String::from_utf8(printed).unwrap(), format!("{json}\n"));
        assert_eq!(
            avro_gen(folder.path(), &["encode", "-s", &file], json.as_bytes()),
            (0, bytes, String::new())
        );
    }
}

/// Each message is printed before the next one is read: the input is not read to its end when one is wrong, or when nobody reads on.
#[test]
fn many_messages_are_read_one_after_the_other() {
    let folder = folder();
    let numbers: Vec<i64> = (0..200_000).map(|number| number * 7_919 % 1_000_003).collect();
    let schema = "\"long\"".parse().unwrap();
    let encoded: Vec<Vec<u8>> = numbers
        .iter()
        .map(|&number| binary::encode(&schema, &avro_model::Value::Long(number)).unwrap())
        .collect();
    let expected: String = numbers.iter().map(|number| format!("{number}\n")).collect();
    let hex = |bytes: &Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let lines: String = encoded.iter().map(|bytes| hex(bytes) + "\r\n").collect();
    for (form, input) in [("binary", encoded.concat()), ("hex", lines.into_bytes())] {
        let decode = ["decode", "-s", "long.avsc", "--many", "--from", form, "input"];
        fs::write(folder.path().join("input"), &input).unwrap();
        let (status, printed, told) = avro_gen(folder.path(), &decode, b"");
        assert_eq!((status, told.as_str()), (0, ""), "{form}");
        assert!(printed == expected.as_bytes(), "{form}");
        // What was read before an error has been printed.
        let damage = if form == "hex" { b"zz\n".to_vec() } else { vec![0xff; 11] };
        fs::write(folder.path().join("input"), [input, damage].concat()).unwrap();
        let (status, printed, told) = avro_gen(folder.path(), &decode, b"");
        assert_eq!(status, 1, "{form}: {told}");
        assert!(printed == expected.as_bytes(), "{form}");
    }
}
