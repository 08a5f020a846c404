//! Descriptors out and in. The expected bytes are those of the original.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{canonical, normal, parse, parse_with};

fn serialized(text: &str) -> String {
    parse(text).unwrap().formatted("serialized").unwrap()
}

#[test]
fn descriptors_are_those_of_the_original() {
    for (text, expected) in [
        ("syntax = \"proto3\";", "CgdkZWZhdWx0YgZwcm90bzM="),
        (
            "syntax=\"proto3\"; message M { string a = 1 [default = \"x\", json_name=\"J\"]; reserved 1, 2 to 5, 7 to max, \"a\", 'b'; }",
            "CgdkZWZhdWx0Ii4KAU0SDQoBYRgBKAk6AXhSAUpKBAgBEAJKBAgCEAZKCAgHEICAgIACUgFhUgFiYgZwcm90bzM=",
        ),
        ("message M { oneof o { int32 a = 9; } }", "CgdkZWZhdWx0IhcKAU0SCwoBYRgJIAEoBUgAQgUKAW8SAA=="),
    ] {
        assert_eq!(serialized(text), expected, "{text}");
    }
}

#[test]
fn a_descriptor_is_read_as_the_text_that_it_describes() {
    for text in [
        "syntax='proto3'; package p; option java_package = \"x\"; option optimize_for = SPEED; message M { string a = 1 [deprecated = true]; optional int32 b = 2; repeated .p.E c = 3 [packed = false]; oneof o { .p.M d = 4; } map<string, .p.M> m_n = 5; reserved 10, 12 to 14; reserved \"x\"; } enum E { option allow_alias = true; A = 0; B = -1; reserved 5; } service S { rpc R (.p.M) returns (stream .p.M) { option idempotency_level = IDEMPOTENT; } }",
        "message M { required sint64 a = 1 [default = -5]; optional string s = 2 [default = \"q\", json_name = \"J\"]; extensions 100 to max; extend .M { optional bytes e = 100; } message N { enum E { Z = 0; } } }",
        "syntax='proto3'; import \"confluent/meta.proto\"; message M { option (confluent.message_meta) = {doc: \"d\", tags: [\"T\"]}; string a = 1 [(confluent.field_meta) = {params: [{key: \"k\", value: \"v\"}, {value: \"2\", key: \"scale\"}]}]; }",
    ] {
        let described = canonical(&serialized(text));
        assert_eq!(normal(&described), normal(text), "{text}");
    }
}

#[test]
fn imports_are_listed_when_they_lead_somewhere() {
    let text = "syntax='proto3'; import 'd.proto'; import public 'google/protobuf/any.proto'; import 'nope.proto'; message M { Dep d = 1; }";
    let parsed = parse_with(text, "d.proto", "syntax='proto3'; message Dep {}");
    let described = canonical(&parsed.formatted("serialized").unwrap());
    assert!(
        described.contains("import \"d.proto\";\nimport public \"google/protobuf/any.proto\";\n"),
        "{described}"
    );
    assert!(!described.contains("nope"), "{described}");
}

#[test]
fn what_is_neither_text_nor_descriptor_is_refused_with_the_words_about_the_text() {
    for bytes in [&b"\x0a\xff"[..], &[0x62; 9], b"\x22\x03\x0a\x01 ", b"\x22\x04\x0a\x02 M"] {
        let text = STANDARD.encode(bytes);
        let error = parse(&text).unwrap_err().0;
        assert!(error.starts_with("Could not parse Protobuf - "), "{error}");
    }
}

#[test]
fn indexes_of_imports_are_read_one_by_one_and_packed() {
    let imports: Vec<u8> =
        (0..200).flat_map(|index| [vec![0x1a, 4], format!("{index:03}x").into_bytes()].concat()).collect();
    for (public, weak) in
        [(&[0x52, 3, 0x96, 1, 2][..], &[0x58, 0x97, 1][..]), (&[0x50, 0x96, 1, 0x50, 2], &[0x5a, 2, 0x97, 1])]
    {
        let text = canonical(&STANDARD.encode([&imports, public, weak].concat()));
        let of = |kind: &str| text.lines().filter(|line| line.starts_with(kind)).collect::<Vec<_>>();
        assert_eq!(of("import public"), ["import public \"002x\";", "import public \"150x\";"]);
        assert_eq!(of("import weak"), ["import weak \"151x\";"]);
        assert_eq!(of("import \"").len(), 197);
    }
}

#[test]
fn defaults_of_bytes_and_weak_imports_come_back_from_a_descriptor() {
    let text = "import \"google/protobuf/any.proto\";\nimport weak \"google/protobuf/type.proto\";\n\nmessage M {\n  optional bytes a = 1 [default = \"\\001\\377\"];\n}\n";
    let described = canonical(&serialized(text));
    assert_eq!(described.trim_start(), text.trim_start());
    // Another compiler may have escaped the default in its own way: `\x01\xff`, `\1\377`.
    for default in [r"\x01\xff", r"\1\377", r"\001\377"] {
        let mut field =
            vec![0x0a, 1, b'a', 0x18, 1, 0x20, 1, 0x28, 12, 0x3a, u8::try_from(default.len()).unwrap()];
        field.extend(default.as_bytes());
        let mut message = vec![0x0a, 1, b'M', 0x12, u8::try_from(field.len()).unwrap()];
        message.extend(field);
        let mut file = vec![0x22, u8::try_from(message.len()).unwrap()];
        file.extend(message);
        let read = canonical(&STANDARD.encode(file));
        assert_eq!(
            read, "\nmessage M {\n  optional bytes a = 1 [default = \"\\001\\377\"];\n}\n",
            "{default}"
        );
    }
}
