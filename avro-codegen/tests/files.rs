//! The subcommands that look at files one by one: `fmt`, `canonical`, `fingerprint`, and those about the command itself.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use std::fs;
use support::{avro_gen, folder_with};

const USER: &str = "{\"name\":\"User\",\"type\":\"record\",\n\"namespace\":\"n\",\"doc\":\"d\",\"fields\":[{\"name\":\"id\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}}]}";
const USER_FORM: &str = r#"{"name":"n.User","type":"record","fields":[{"name":"id","type":"int"}]}"#;

#[test]
fn fmt_writes_what_changes_and_nothing_else() {
    let laid_out = "\
{
  \"name\": \"User\",
  \"type\": \"record\",
  \"namespace\": \"n\",
  \"doc\": \"d\",
  \"fields\": [
    {\"name\": \"id\", \"type\": {\"type\": \"int\", \"logicalType\": \"date\"}}
  ]
}
";
    let folder = folder_with(&[
        ("s/user.avsc", USER),
        ("s/done.avsc", "\"int\"\n"),
        ("s/order.avdl", "namespace n;import idl \"ids.avdl\";record Order{Id id;}"),
        ("s/ids.avdl", "namespace n;\nfixed Id(16);\n"),
        ("s/echo.avpr", "{\"protocol\":\"Echo\",\"types\":[]}"),
    ]);
    let check = ["fmt", "s", "--check"];
    let changed = "s/echo.avpr\ns/order.avdl\ns/user.avsc\n".to_owned();
    assert_eq!(avro_gen(folder.path(), &check), (1, changed, String::new()));
    assert_eq!(
        avro_gen(folder.path(), &["fmt", "s/user.avsc", "--stdout"]),
        (0, laid_out.to_owned(), String::new())
    );
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("s/user.avsc"), USER);
    assert_eq!(avro_gen(folder.path(), &["fmt", "s"]), (0, String::new(), String::new()));
    assert_eq!(avro_gen(folder.path(), &check), (0, String::new(), String::new()));
    assert_eq!(read("s/user.avsc"), laid_out);
    assert_eq!(read("s/echo.avpr"), "{\"protocol\": \"Echo\", \"types\": []}\n");
    assert_eq!(read("s/order.avdl"), "namespace n;\nimport idl \"ids.avdl\";\nrecord Order {\n  Id id;\n}\n");
}

#[test]
fn fmt_leaves_what_it_cannot_read_and_goes_on() {
    let (json, idl) = ("{\"type\" \"int\"}", "record R { int a }");
    let folder = folder_with(&[("bad.avsc", json), ("bad.avdl", idl), ("good.avsc", "  \"int\"")]);
    let (status, _, message) = avro_gen(folder.path(), &["fmt", "."]);
    assert_eq!(status, 1);
    assert!(message.contains("--> ./bad.avsc:1:9") && message.contains("--> ./bad.avdl:1:18"), "{message}");
    assert!(message.ends_with("avro-gen: 2 errors in 2 files\n"), "{message}");
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!((read("bad.avsc").as_str(), read("bad.avdl").as_str()), (json, idl));
    assert_eq!(read("good.avsc"), "\"int\"\n");
}

#[test]
fn fmt_loses_no_comment_behind_a_schema() {
    // The reference reads none there, so such a file is no schema.
    for (place, text) in [
        (18, "{\"type\":\"string\"}// why"),
        (19, "{\"type\":\"string\"} /* why */\n"),
        (1, "// before\n\"string\"\n// why\n"),
    ] {
        let folder = folder_with(&[("a.avsc", text)]);
        let (status, _, message) = avro_gen(folder.path(), &["fmt", "."]);
        let place = format!("{}:{place}", 1 + text.trim_end().matches('\n').count());
        assert_eq!(status, 1);
        assert!(message.contains("more text behind the JSON value") && message.contains(&place), "{message}");
        assert_eq!(fs::read_to_string(folder.path().join("a.avsc")).unwrap(), text);
    }
    let folder = folder_with(&[("a.avdl", "record A{int b;}// behind\n/* last */")]);
    assert_eq!(avro_gen(folder.path(), &["fmt", "."]).0, 0);
    let text = fs::read_to_string(folder.path().join("a.avdl")).unwrap();
    assert!(text.contains("} // behind\n/* last */\n"), "{text}");
}

#[test]
fn canonical_forms_are_printed() {
    let folder = folder_with(&[
        ("user.avsc", USER),
        ("types.avdl", "namespace n; schema array<Id>; fixed Id(2); record R { Id id; }"),
        ("bad.avsc", "\"strng\""),
    ]);
    let registry = r#"{"type":"record","name":"User","namespace":"n","doc":"d","fields":[{"name":"id","type":{"type":"int","logicalType":"date"}}]}"#;
    for (arguments, expected) in [
        (&["user.avsc"][..], format!("{USER_FORM}\n")),
        (&["user.avsc", "--form", "registry"], format!("{registry}\n")),
        (&["user.avsc", "--form", "normalized"], format!("{registry}\n")),
        (&["user.avsc", "--format", "json"], format!("{{\"schema\":\"n.User\",\"text\":{USER_FORM:?}}}\n")),
    ] {
        let arguments = [&["canonical"], arguments].concat();
        assert_eq!(avro_gen(folder.path(), &arguments), (0, expected, String::new()), "{arguments:?}");
    }
    let (status, printed, _) = avro_gen(folder.path(), &["canonical", "types.avdl"]);
    assert_eq!(status, 0);
    let names: Vec<&str> = printed.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(names, ["n.Id", "n.R", "types.avdl"]);
    let (status, printed, message) = avro_gen(folder.path(), &["canonical", "."]);
    assert_eq!((status, printed.as_str()), (1, ""));
    assert!(message.contains("--> ./bad.avsc:1:1"), "{message}");
}

#[test]
fn fingerprints_are_those_of_the_specification() {
    // The first one is that of the specification's own table, the others are those of common tools for the form `"int"`.
    let folder = folder_with(&[("int.avsc", "{\"type\": \"int\"}")]);
    let expected = [
        ("crc-64", "7275d51a3f395c8f"),
        ("frame", "c3018f5c393f1ad57572"),
        ("md5", "ef524ea1b91e73173d938ade36c1db32"),
        ("sha-256", "3f2b87a9fe7cc9b13835598c3981cd45e3e355309e5090aa0933d7becb6fba45"),
        ("guid", "ef524ea1-b91e-7317-3d93-8ade36c1db32"),
    ];
    let (status, printed, _) = avro_gen(folder.path(), &["fingerprint", "int.avsc"]);
    let mut lines = printed.lines();
    assert_eq!((status, lines.next()), (0, Some("int.avsc")));
    for (name, value) in expected {
        assert_eq!(lines.next().unwrap().split_whitespace().collect::<Vec<_>>(), [name, value]);
        let one = avro_gen(folder.path(), &["fingerprint", "int.avsc", "--algorithm", name]);
        assert_eq!(one, (0, format!("{value}  int.avsc\n"), String::new()));
    }
    let (_, json, _) = avro_gen(folder.path(), &["fingerprint", "int.avsc", "-a", "md5", "--format", "json"]);
    assert_eq!(json, "{\"schema\":\"int.avsc\",\"md5\":\"ef524ea1b91e73173d938ade36c1db32\"}\n");
}

#[test]
fn the_command_completes_itself_and_has_manual_pages() {
    let folder = folder_with(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (status, script, _) = avro_gen(folder.path(), &["completions", shell]);
        assert_eq!(status, 0);
        assert!(script.contains("avro-gen") && script.contains("fingerprint"), "{shell}: {script}");
    }
    let (status, page, _) = avro_gen(folder.path(), &["man"]);
    assert_eq!(status, 0);
    assert!(page.contains(".TH avro-gen 1"), "{page}");
    assert_eq!(avro_gen(folder.path(), &["man", "-o", "man1"]).0, 0);
    let mut pages: Vec<String> = fs::read_dir(folder.path().join("man1"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    assert!(
        pages.starts_with(&["avro-gen-canonical.1".to_owned(), "avro-gen-check.1".to_owned()]),
        "{pages:?}"
    );
    assert!(pages.contains(&"avro-gen.1".to_owned()), "{pages:?}");
    let page = fs::read_to_string(folder.path().join("man1/avro-gen-check.1")).unwrap();
    assert!(page.contains("\\-\\-against"), "{page}");
}

#[test]
fn diff_tells_what_changed_in_each_schema() {
    let record = |fields: &str| format!(r#"{{"type":"record","name":"n.R","fields":[{fields}]}}"#);
    let folder = folder_with(&[
        ("old/r.avsc", &record(r#"{"name":"a","type":"int"}"#)),
        ("old/gone.avsc", r#"{"type":"fixed","name":"n.Gone","size":1}"#),
        ("old/same.avsc", "\"int\""),
        ("new/r.avsc", &record(r#"{"name":"a","type":"long"}"#)),
        ("new/fresh.avdl", "namespace n; fixed Fresh(1);"),
        ("new/same.avsc", "  \"int\""),
        ("bad.avsc", "\"strng\""),
    ]);
    let expected = "\
n.Fresh
  + new schema
n.R
  ~ n.R.a: type int → long, promoted [breaks FORWARD, FULL]
n.Gone
  - the schema is gone
";
    assert_eq!(avro_gen(folder.path(), &["diff", "old", "new"]), (0, expected.to_owned(), String::new()));
    let (status, json, _) =
        avro_gen(folder.path(), &["diff", "old/r.avsc", "new/r.avsc", "--format", "json"]);
    let expected = "{\"schema\":\"n.R\",\"change\":\"type-changed\",\"what\":\"type int → long, promoted\",\"type\":\"n.R\",\"field\":\"a\",\
                    \"breaks\":[\"FORWARD\",\"FULL\"]}\n";
    assert_eq!((status, json.as_str()), (0, expected));
    assert_eq!(
        avro_gen(folder.path(), &["diff", "old", "old"]),
        (0, "nothing changed\n".to_owned(), String::new())
    );
    assert_eq!(avro_gen(folder.path(), &["diff", "old", "bad.avsc"]).0, 1);
    assert_eq!(avro_gen(folder.path(), &["diff", "nowhere", "new"]).0, 1);
    assert_eq!(avro_gen(folder.path(), &["diff", "old"]).0, 2);
}
