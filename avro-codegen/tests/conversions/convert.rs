//! `avro-gen convert`: which files come of which, and what is told.

use crate::support::{avro_gen, folder_with};
use std::fs;

const ORDER: &str = r#"{"type":"record","name":"shop.Order","fields":[{"name":"id","type":"Id"},{"name":"lines","type":{"type":"array","items":"Line"}}]}"#;
const LINE: &str = r#"{"type":"record","name":"shop.Line","fields":[{"name":"item","type":"Id"}]}"#;
const ID: &str = r#"{"type":"fixed","name":"shop.Id","size":16}"#;
const TYPES: &str =
    "namespace shop; record Order { Id id; array<Line> lines; } record Line { Id item; } fixed Id(16);";
const MAIL: &str = "/** Mail. */ @namespace(\"acme\") protocol Mail { record Letter { string to; } void send(Letter letter) oneway; }";

#[test]
fn a_file_holds_what_it_uses_of_others() {
    let folder = folder_with(&[("in/order.avsc", ORDER), ("in/line.avsc", LINE), ("in/id.avsc", ID)]);
    let (status, printed, told) = avro_gen(folder.path(), &["convert", "in", "--to", "avdl", "-o", "idl"]);
    assert_eq!((status, printed.as_str()), (0, ""), "{told}");
    assert_eq!(told, "wrote idl/id.avdl\nwrote idl/line.avdl\nwrote idl/order.avdl\n");
    let line = fs::read_to_string(folder.path().join("idl/line.avdl")).unwrap();
    assert_eq!(line, "namespace shop;\nschema Line;\n\nfixed Id(16);\n\nrecord Line {\n  Id item;\n}\n");
    // Back again, each is whole.
    let order = avro_gen(folder.path(), &["convert", "idl/order.avdl", "--to", "avsc"]).1;
    fs::write(folder.path().join("order.avsc"), &order).unwrap();
    let text = |inputs: &[&str]| {
        let (status, text, told) =
            avro_gen(folder.path(), &[&["canonical", "--form", "registry"], inputs].concat());
        assert_eq!(status, 0, "{told}");
        text
    };
    let all = text(&["in"]);
    assert!(all.contains(&format!("shop.Order: {}", text(&["order.avsc"]))), "{all}");
}

#[test]
fn what_a_file_of_several_types_becomes_is_chosen() {
    let more = format!("{TYPES} enum State {{ A }}");
    let main = format!("namespace shop; schema array<Line>; {}", TYPES.replace("namespace shop; ", ""));
    let folder =
        folder_with(&[("a.avdl", TYPES), ("b.avdl", &more), ("main.avdl", &main), ("mail.avdl", MAIL)]);
    let run = |arguments: &str| {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        avro_gen(folder.path(), &[&["convert"], arguments.as_slice()].concat())
    };
    for (arguments, status, part) in [
        // The type that holds all others stands for the file.
        ("a.avdl --to avsc", 0, "\"name\": \"Order\""),
        ("a.avdl --to avsc --type shop.Line", 0, "\"name\": \"Line\""),
        (
            "a.avdl --to avsc --type shop.Lin",
            1,
            "the file has no type shop.Lin\n --> a.avdl:1:1\n  = help: it has shop.Order, shop.Line, shop.Id",
        ),
        ("b.avdl --to avsc", 1, "several types: shop.Order, shop.Line, shop.Id, shop.State"),
        ("b.avdl --to avsc -o each", 0, "wrote each/shop.State.avsc\n"),
        ("b.avdl --to avsc --split -o split", 0, "wrote split/shop.Order.avsc\n"),
        ("main.avdl --to avsc", 1, "shop.Order is no part of the schema that stands for the file"),
        ("main.avdl --to avsc --lossy", 0, "\"type\": \"array\""),
        ("main.avdl --to avsc --split -o other", 1, "the array that stands for the file has no name"),
        ("mail.avdl --to avsc", 1, "message \"send\" of protocol acme.Mail cannot be said in a schema"),
        ("mail.avdl --to avsc", 1, "the doc of protocol acme.Mail cannot be said in a schema"),
        ("mail.avdl --to avsc --type acme.Letter", 0, "\"name\": \"Letter\""),
        ("mail.avdl --to avsc --lossy", 0, "\"name\": \"Letter\""),
        ("mail.avdl --to avpr", 0, "\"one-way\": true"),
        ("a.avdl --to avpr", 1, "the file has no protocol"),
        ("a.avdl --to avpr --protocol shop.Orders", 0, "\"protocol\": \"Orders\""),
        ("mail.avdl --to avpr --protocol x.Y", 1, "the file has a protocol, acme.Mail"),
        (
            "main.avdl --to avpr --protocol x.Y",
            1,
            "the array that stands for the file is no type of a protocol",
        ),
        ("a.avdl --to avdl", 1, "every input is avdl already"),
        ("a.avdl", 2, "name the syntax with --to"),
        ("a.avdl b.avdl --to avsc", 2, "name a folder for them with --output"),
        ("a.avdl --to avsc --split", 2, "name a folder for them with --output"),
        ("a.avdl mail.avdl -o x.avpr", 2, "--output must be a folder"),
        ("a.avdl --to avsc --protocol x.Y", 2, "--protocol is for --to avpr"),
        ("a.avdl --to avpr --split", 2, "--split is for --to avsc"),
    ] {
        let (found, printed, told) = run(arguments);
        assert_eq!(found, status, "{arguments}: {printed}{told}");
        assert!(format!("{printed}{told}").contains(part), "{arguments}: {printed}{told}");
    }
    assert!(!folder.path().join("other").exists(), "nothing is written when something is wrong");
    let split = fs::read_to_string(folder.path().join("split/shop.Order.avsc")).unwrap();
    assert!(split.contains("{\"name\": \"id\", \"type\": \"Id\"}"), "{split}");
    let each = fs::read_to_string(folder.path().join("each/shop.Order.avsc")).unwrap();
    assert!(each.contains("\"size\": 16"), "{each}");
    // The files of a split are read together as they are.
    assert_eq!(avro_gen(folder.path(), &["check", "split"]).0, 0);
}

#[test]
fn losses_are_errors_unless_they_are_allowed() {
    let schema = r#"{"type":"record","name":"R","doc":"a */ b","fields":[
        {"name":"a","type":{"type":"bytes","logicalType":"decimal","precision":4}}]}"#;
    let folder = folder_with(&[("r.avsc", schema)]);
    let (status, printed, told) = avro_gen(folder.path(), &["convert", "r.avsc", "-o", "r.avdl"]);
    assert_eq!((status, printed.as_str()), (1, ""));
    let expected = "\
error: the doc of R is left out: it holds */, which would end the comment
 --> r.avsc:1:35
  |
1 | {\"type\":\"record\",\"name\":\"R\",\"doc\":\"a */ b\",\"fields\":[
  |                                   ^^^^^^^^ $.doc
  = help: --lossy converts the rest

note: the scale 0 of the decimal of field \"a\" of R is written out, as IDL does
 --> r.avsc:2:28
  |
2 |         {\"name\":\"a\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":4}}]}
  |                            ^ $.fields[0].type

avro-gen: 1 error in 1 file
";
    assert_eq!(told, expected);
    assert!(!folder.path().join("r.avdl").exists());
    let (status, _, told) = avro_gen(folder.path(), &["convert", "r.avsc", "-o", "r.avdl", "--lossy"]);
    assert_eq!(status, 0, "{told}");
    assert!(told.starts_with("warning: the doc of R is left out"), "{told}");
    let idl = fs::read_to_string(folder.path().join("r.avdl")).unwrap();
    assert_eq!(idl, "schema R;\n\nrecord R {\n  decimal(4) a;\n}\n");
}

/// Where each thing stands that is left out, in every syntax and in files that are imported.
#[test]
fn losses_are_told_at_their_places() {
    let protocol = "/** Sent. */\n@x(1)\nprotocol P {\n  import idl \"other.avdl\";\n  record R { int a; }\n\n  R get(int id);\n}\n";
    let json = r#"{"protocol": "P", "doc": "Sent.", "x": 1,
 "types": [{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "doc": "a */"}]}],
 "messages": {
  "get": {"request": [{"name": "id", "type": "int"}], "response": "R"},
  "put": {"doc": "*/", "p q": 1, "request": [{"name": "id", "type": "int", "doc": "*/"}],
   "response": {"type": "string", "avro.java.string": "String"}}}}"#;
    let folder = folder_with(&[
        ("p.avdl", protocol),
        ("other.avdl", "protocol Other {\n  void ping() oneway;\n}\n"),
        ("p.avpr", json),
        ("two.avdl", "schema A;\nrecord A { int a; }\n/** Not in A. */\nenum B { X }\n"),
        ("f.avsc", r#"{"type": "fixed", "name": "F", "size": 1, "not a word": true, "doc": "*/"}"#),
    ]);
    for (arguments, places) in [
        (
            "p.avdl --to avsc",
            &[
                "the doc of p.avdl:3:10",
                "the property \"x\" of p.avdl:3:10",
                "\"ping\" of other.avdl:2:8",
                "\"get\" of p.avdl:7:5",
            ][..],
        ),
        (
            "p.avpr --to avsc",
            &[
                "the doc of p.avpr:1:26",
                "the property \"x\" of p.avpr:1:40",
                "\"get\" of p.avpr:4:22",
                "\"put\" of p.avpr:5:45",
            ],
        ),
        (
            "p.avpr --to avdl",
            &[
                "the doc of field \"a\" of p.avpr:2:91",
                "the doc of message \"put\" of p.avpr:5:18",
                "the property \"p q\" of message \"put\" of p.avpr:5:31",
                "of the result of message \"put\" of p.avpr:6:16",
                "the doc of parameter \"id\" of message \"put\" of p.avpr:5:45",
            ],
        ),
        ("two.avdl --to avsc", &["B is no part of two.avdl:4:6"]),
        ("f.avsc --to avdl", &["the property \"not a word\" of f.avsc:1:57", "the doc of f.avsc:1:70"]),
    ] {
        let all: Vec<&str> = ["convert", "--lossy"].into_iter().chain(arguments.split(' ')).collect();
        let (status, printed, told) = avro_gen(folder.path(), &all);
        assert_eq!(status, 0, "{arguments}: {printed}{told}");
        for place in places {
            let (what, at) = place.rsplit_once(" of ").unwrap();
            let found = told
                .split("\n\n")
                .filter(|entry| entry.contains(what) && entry.contains(&format!("--> {at}\n")));
            assert_eq!(found.count(), 1, "{arguments}: {place} of\n{told}");
        }
        assert_eq!(told.matches("warning: ").count(), places.len(), "{arguments}: {told}");
    }
}

#[test]
fn for_programs_there_is_one_document() {
    let folder = folder_with(&[("id.avsc", ID), ("mail.avdl", MAIL)]);
    let run = |arguments: &[&str]| {
        let (status, printed, told) =
            avro_gen(folder.path(), &[&["convert", "--format", "json"], arguments].concat());
        assert_eq!(told, "", "{arguments:?}");
        (status, printed)
    };
    let text = r#"{"files":[{"input":"id.avsc","text":"namespace shop;\nschema Id;\n\nfixed Id(16);\n"}],"diagnostics":[]}"#;
    assert_eq!(run(&["id.avsc", "--to", "avdl"]), (0, format!("{text}\n")));
    let written = r#"{"files":[{"input":"id.avsc","output":"id.avdl"}],"diagnostics":[]}"#;
    assert_eq!(run(&["id.avsc", "-o", "id.avdl"]), (0, format!("{written}\n")));
    let (status, printed) = run(&["mail.avdl", "--to", "avsc"]);
    assert_eq!(status, 1);
    assert!(printed.starts_with("{\"files\":[],\"diagnostics\":[{\"severity\":\"error\""), "{printed}");
}

#[test]
fn two_files_of_one_name_are_refused() {
    let folder = folder_with(&[("a/x.avsc", ID), ("b/x.avsc", "\"int\"")]);
    let (status, _, told) = avro_gen(folder.path(), &["convert", "a", "b", "--to", "avdl", "-o", "out"]);
    assert_eq!(status, 1);
    assert!(told.contains("out/x.avdl would be written for a/x.avsc and for b/x.avsc"), "{told}");
}
