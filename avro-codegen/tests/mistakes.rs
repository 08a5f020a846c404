//! All mistakes of a folder are told in one run, whatever else is in it.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_codegen::{Config, Error, Severity};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Files with mistakes: each is told with the word of it that is here.
const MISTAKES: &[(&str, &str, &[&str])] = &[
    ("comma.avsc", "{\"type\": \"record\"\n \"name\": \"Comma\", \"fields\": []}", &["found '\"' where"]),
    (
        "fields.avsc",
        r#"{"type": "record", "name": "shop.Fields", "fields": [
  {"name": "a", "type": "strng"},
  {"name": "b", "type": "int64"},
  {"name": "c", "type": "int", "default": "none"},
  {"name": "d-e", "type": "int"},
  {"name": "f", "type": ["null", ["int", "string"]]},
  {"name": "g", "type": ["int", "string", "int"]},
  {"name": "h", "type": "long", "order": "upwards"},
  {"name": "i"},
  "j",
  {"name": "a", "type": "int"}
]}"#,
        &[
            "\"strng\" is neither",
            "\"int64\" is neither",
            "the default \"none\" of field \"c\" does not fit",
            "field name \"d-e\" is not allowed",
            "a union cannot hold a union",
            "two branches of type int",
            "\"order\" is ",
            "a field needs the attribute \"type\"",
            "found text where a field is expected",
            "two fields named \"a\"",
        ],
    ),
    (
        "types.avsc",
        r#"[
  {"type": "record", "name": "shop.NoFields", "feilds": []},
  {"type": "enum", "name": "shop.Twice", "symbols": ["A", "B", "A"]},
  {"type": "enum", "name": "shop.Default", "symbols": ["RED"], "default": "RAD"},
  {"type": "fixed", "name": "shop.Size", "size": -1},
  {"type": "fixed", "name": "string", "size": 1},
  {"type": "array"},
  7
]"#,
        &[
            "a record needs the attribute \"fields\"",
            "the symbol \"A\" twice",
            "the default \"RAD\" is not among",
            "\"size\" is -1",
            "cannot be named \"string\"",
            "an array needs the attribute \"items\"",
            "found a number where a schema is expected",
        ],
    ),
    (
        "default.avsc",
        r#"{"type": "record", "name": "shop.Paint", "fields": [
  {"name": "colour", "type": {"type": "enum", "name": "Colour", "symbols": ["RED"]}, "default": "BLUE"}]}"#,
        &["the default \"BLUE\" of field `colour` of `shop.Paint` cannot be used"],
    ),
    (
        "id.avsc",
        "{\"type\": \"fixed\", \"name\": \"shop.Id\", \"size\": 16}",
        &["\"shop.Id\" is defined twice"],
    ),
    (
        "other-id.avsc",
        "{\"type\": \"fixed\", \"name\": \"shop.Id\", \"size\": 8}",
        &["\"shop.Id\" is defined twice"],
    ),
    ("brace.avdl", "namespace shop;\nrecord Brace {\n  string a\n}\n", &["found \"}\""]),
    ("gone.avdl", "namespace shop;\nimport schema \"gone.avsc\";\n", &["cannot import \"gone.avsc\""]),
    (
        "undefined.avdl",
        "namespace shop;\nrecord Undefined {\n  Idd id;\n  int amount = \"none\";\n}\n",
        &["\"shop.Idd\" is neither", "the default \"none\" of field \"amount\" does not fit"],
    ),
    ("id.avdl", "namespace shop;\n/** Another one. */\nfixed Id(4);\nrecord Item {\n  Id id;\n}\n", &[]),
    ("nameless.avpr", "{\"types\": []}", &["a protocol needs the attribute \"protocol\""]),
    ("binary.avsc", "\u{0}", &[]),
    // These are in order, though they use what is defined where a mistake is.
    (
        "order.avsc",
        r#"{"type": "record", "name": "shop.Order", "fields": [{"name": "id", "type": "Id"},
  {"name": "fields", "type": "shop.Fields"}, {"name": "none", "type": "shop.NoFields"},
  {"name": "comma", "type": "Comma"}, {"name": "brace", "type": "shop.Brace"}]}"#,
        &[],
    ),
    (
        "sound.avsc",
        r#"{"type": "record", "name": "shop.Sound", "fields": [{"name": "x", "type": "int"}]}"#,
        &[],
    ),
];

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text, _) in MISTAKES {
        let bytes = if *name == "binary.avsc" { vec![0x80, 0x81] } else { text.as_bytes().to_vec() };
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// The message without the folder of this run and without the system's words for a missing file.
fn plain(message: &str, folder: &Path) -> String {
    message
        .replace(&format!("{}/", folder.display()), "")
        .lines()
        .map(|line| match line.split_once("\": cannot read gone.avsc: ") {
            Some((before, _)) => format!("{before}\": (the system's reason)"),
            None => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_mistake_of_a_folder_is_told_in_one_run() {
    let folder = folder();
    let error = Config::new().schemas_dir(folder.path()).generate().unwrap_err();
    let Error::Invalid(report) = &error else { panic!("{error}") };
    let mut kinds = BTreeSet::new();
    for (file, _, mistakes) in MISTAKES {
        let told: Vec<&str> = report
            .diagnostics
            .iter()
            .filter(|entry| {
                let place = entry.place.as_ref();
                place.is_some_and(|place| place.file == folder.path().join(file).display().to_string())
            })
            .map(|entry| entry.message.as_str())
            .collect();
        // What is defined twice is told where the second one is; id.avdl is the first file with it.
        for mistake in *mistakes {
            kinds.insert(*mistake);
            assert!(told.iter().any(|message| message.contains(mistake)), "{file}: {mistake} of {told:#?}");
        }
        assert_eq!(told.len(), mistakes.len(), "{file}: {told:#?}");
    }
    assert!(kinds.len() >= 20, "{}", kinds.len());
    let more = report.diagnostics.iter().filter(|entry| entry.place.is_none());
    let more: Vec<String> = more.map(|entry| plain(&entry.message, folder.path())).collect();
    assert_eq!(more, ["binary.avsc is neither UTF-8 nor UTF-16 text"]);
    assert_eq!(report.count(Severity::Error), report.diagnostics.len());
    // A build script whose `main` returns the error shows the same.
    assert_eq!(format!("{error:?}"), error.to_string());
    insta::assert_snapshot!(plain(&error.to_string(), folder.path()));
}
