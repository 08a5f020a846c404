//! The command: what goes in, what comes out, and with which status.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use std::fs;
use support::{avro_gen, folder_with};

const ORDER: &str = r#"{"type":"record","name":"com.acme.Order","fields":[{"name":"id","type":"Id"}]}"#;
const ID: &str = r#"{"type":"fixed","name":"com.acme.Id","size":16}"#;

#[test]
fn files_and_folders_give_one_text_in_any_order() {
    let folder = folder_with(&[("a/order.avsc", ORDER), ("b/id.avsc", ID)]);
    let (status, printed, _) = avro_gen(folder.path(), &["generate", "a/order.avsc", "b"]);
    assert_eq!(status, 0);
    assert!(printed.contains("pub mod com {") && printed.contains("pub struct Order"), "{printed}");
    for arguments in
        [&["generate", "b", "a"][..], &["generate", "."], &["generate", "-o", "-", "b", "a", "a/order.avsc"]]
    {
        assert_eq!(avro_gen(folder.path(), arguments), (0, printed.clone(), String::new()), "{arguments:?}");
    }
    assert_eq!(avro_gen(folder.path(), &["generate", ".", "-o", "out"]).0, 0);
    assert_eq!(avro_gen(folder.path(), &["generate", ".", "-o", "src/schemas.rs"]).0, 0);
    for path in ["out/avro.rs", "src/schemas.rs"] {
        assert_eq!(fs::read_to_string(folder.path().join(path)).unwrap(), printed, "{path}");
    }
}

#[test]
fn a_file_of_options_has_inputs_too() {
    let options = "schemas = [\"../schemas\"]\nvisibility = \"pub(crate)\"";
    let folder = folder_with(&[
        ("schemas/order.avsc", ORDER),
        ("schemas/id.avsc", ID),
        ("build/avro-gen.toml", options),
        ("build/bad.toml", "schemas = [\"../schemas\"]\n[derive]\n\"com.acme.Ordre\" = \"Ord\""),
    ]);
    let (status, printed, message) = avro_gen(folder.path(), &["generate", "-c", "build/avro-gen.toml"]);
    assert_eq!((status, message.as_str()), (0, ""));
    assert!(
        printed.contains("pub(crate) struct Order") && printed.contains("pub(crate) struct Id("),
        "{printed}"
    );
    // Inputs of the command come to those of the file.
    let with_inputs = ["generate", "--config", "build/avro-gen.toml", "schemas/id.avsc"];
    assert_eq!(avro_gen(folder.path(), &with_inputs).1, printed);
    let (status, _, message) = avro_gen(folder.path(), &["generate", "-c", "build/bad.toml"]);
    let expected = "avro-gen: derive: `com.acme.Ordre` selects nothing; did you mean `com.acme.Order`?\n";
    assert_eq!((status, message.as_str()), (1, expected));
}

#[test]
fn idl_and_protocols_are_read_with_what_they_import() {
    let order = "@namespace(\"com.acme\") protocol P { import schema \"../id.avsc\"; record Order { Id id; } Order get(Id id); }";
    let plain = "namespace com.acme; schema array<Order>; import idl \"idl/order.avdl\";";
    let protocol = r#"{"protocol":"P","namespace":"com.acme","types":[
        {"type":"fixed","name":"Id","size":16},{"type":"record","name":"Order","fields":[{"name":"id","type":"Id"}]}]}"#;
    let folder = folder_with(&[
        ("id.avsc", ID),
        ("order.avsc", ORDER),
        ("idl/order.avdl", order),
        ("protocol.avpr", protocol),
        ("orders.avdl", plain),
    ]);
    let generated = |inputs: &[&str]| {
        let (status, text, message) = avro_gen(folder.path(), &[&["generate"], inputs].concat());
        assert_eq!((status, message.as_str()), (0, ""), "{inputs:?}");
        text
    };
    // The same types come out of all, wherever they are written, and of all together.
    let types = generated(&["id.avsc", "order.avsc"]);
    for inputs in
        [&["idl/order.avdl"][..], &["protocol.avpr"], &["idl", "id.avsc", "order.avsc", "protocol.avpr"]]
    {
        assert_eq!(generated(inputs), types, "{inputs:?}");
    }
    // A type that the runtime has needs no type of its own, and the file stands for its main schema alone.
    let amounts = [
        ("a.avdl", "@logicalType(\"decimal\") @precision(4) fixed D(2); record R { D d; }"),
        ("b.avdl", "schema D; @logicalType(\"decimal\") @precision(4) fixed D(2);"),
        ("c.avdl", "schema int;"),
    ];
    for ((name, text), types) in amounts.into_iter().zip([&["R"][..], &["B"], &["C"]]) {
        let folder = folder_with(&[(name, text)]);
        let printed = avro_gen(folder.path(), &["generate", name]).1;
        let found: Vec<&str> = printed
            .lines()
            .filter_map(|line| line.trim().strip_prefix("pub struct "))
            .map(|rest| rest.split(['(', ' ']).next().unwrap())
            .collect();
        assert_eq!(found, types, "{text}");
    }
    // A main schema without a name is called after its file.
    let all = generated(&["."]);
    assert!(all.contains("pub struct Orders(") && all.contains("pub struct Order "), "{all}");
    assert_eq!(generated(&["orders.avdl"]), all);
}

#[test]
fn errors_in_idl_name_the_place_in_the_file_that_has_them() {
    for (file, text, problem, place) in [
        ("bad.avdl", "record R {\n  strng a;\n}", "\"strng\" is neither", "bad.avdl:2:3"),
        (
            "bad.avdl",
            "namespace a;\nimport schema \"gone.avsc\";",
            "cannot import \"gone.avsc\": ",
            "bad.avdl:2:1",
        ),
        ("bad.avdl", "import idl \"other.avdl\";", "found \"=\"", "other.avdl:1:17"),
        (
            "bad.avpr",
            "{\"protocol\": \"P\", \"types\":\n [{\"type\": \"strng\"}]}",
            "\"strng\"",
            "bad.avpr:2:12",
        ),
        (
            "bad.avdl",
            "namespace com.acme; fixed Id(4);",
            "\"com.acme.Id\" is defined twice, differently",
            "bad.avdl:1:27",
        ),
        (
            "bad.avdl",
            "record R { @logicalType(\"uuid\") string id = \"no\"; }",
            "the default \"no\" of field `id` of `R` cannot be used: ",
            "bad.avdl:1:40",
        ),
    ] {
        let folder = folder_with(&[("a.avsc", ID), (file, text), ("other.avdl", "record X { int? = 1; }")]);
        let (status, _, message) = avro_gen(folder.path(), &["generate", "a.avsc", file]);
        assert_eq!(status, 1, "{text}");
        let mut lines = message.lines();
        assert!(lines.next().unwrap().starts_with(&format!("error: {problem}")), "{text}: {message}");
        assert_eq!(lines.next().unwrap().trim(), format!("--> {place}"), "{text}: {message}");
    }
}

#[test]
fn a_check_tells_whether_the_output_is_current() {
    let folder = folder_with(&[("id.avsc", ID)]);
    let check = ["generate", "id.avsc", "-o", "types.rs", "--check"];
    let stale =
        "avro-gen: types.rs is not what its schemas generate; run the command again without --check\n";
    assert_eq!(avro_gen(folder.path(), &check), (1, String::new(), stale.to_owned()));
    assert!(!folder.path().join("types.rs").exists());
    assert_eq!(avro_gen(folder.path(), &check[..4]).0, 0);
    assert_eq!(avro_gen(folder.path(), &check).0, 0);
    fs::write(folder.path().join("id.avsc"), ID.replace("16", "17")).unwrap();
    assert_eq!(avro_gen(folder.path(), &check).0, 1);
}

#[test]
fn errors_name_file_line_column_and_path() {
    for (text, expected) in [
        (
            "{",
            "error: the text ends where a key in double quotes is expected\n \
             --> bad.avsc:1:2\n  |\n1 | {\n  |  ^\n",
        ),
        (
            "[\n  {\"type\": \"array\", \"items\": \"strng\"}\n]",
            "error: \"strng\" is neither a type nor a name that is defined here\n \
             --> bad.avsc:2:30\n  |\n2 |   {\"type\": \"array\", \"items\": \"strng\"}\n  \
             |                              ^^^^^^^ $[0].items\n  \
             = help: did you mean \"string\"?\n",
        ),
        (
            "{\"type\": \"record\", \"name\": \"a.R\", \"fields\": [\n {\"name\": \"c\", \"default\": \"BLUE\", \"type\": \
             {\"type\": \"enum\", \"name\": \"C\", \"symbols\": [\"RED\"]}}]}",
            "error: the default \"BLUE\" of field `c` of `a.R` cannot be used: enum a.C has no symbol \"BLUE\", only RED\n \
             --> bad.avsc:2:27\n  |\n2 |  {\"name\": \"c\", \"default\": \"BLUE\", \"type\": {\"type\": \"enum\", \
             \"name\": \"C\", \"symbols\": [\"RED\"]}}]}\n  \
             |                           ^^^^^^ $.fields[0].default\n  \
             = help: change the default, leave it out, or generate the field without it: `on_unusable_default = \"ignore\"`\n",
        ),
    ] {
        let folder = folder_with(&[("bad.avsc", text)]);
        let (status, _, message) = avro_gen(folder.path(), &["generate", "bad.avsc"]);
        assert_eq!(status, 1);
        assert_eq!(message, format!("{expected}\navro-gen: 1 error in 1 file\n"));
    }
}

#[test]
fn a_default_that_only_fails_when_used_is_refused() {
    let fixed = r#"{"type":"fixed","name":"F","size":2}"#;
    let decimal = r#"{"type":"bytes","logicalType":"decimal","precision":2}"#;
    let endless = r#"{"type":"record","name":"I","fields":[{"name":"i","type":"I","default":{}}]}"#;
    for (ty, default, problem) in [
        (fixed, r#""\u0001""#, "fixed F has 2 bytes, not 1"),
        ("\"bytes\"", r#""€""#, "'€' is no byte: bytes are written as the characters U+0000 to U+00FF"),
        (
            r#"{"type":"string","logicalType":"uuid"}"#,
            r#""no""#,
            "a UUID such as \"2a6d35c4-8b6f-4d1c-9a2e-0f1e2d3c4b5a\" is expected",
        ),
        (decimal, r#""\u0000\u0080""#, "its unscaled number has 3 digits, but the precision is 2"),
        (
            r#"["null",{"type":"enum","name":"E","symbols":["A"]}]"#,
            r#""B""#,
            "enum E has no symbol \"B\", only A",
        ),
    ] {
        let schema = format!(
            r#"{{"type":"record","name":"R","fields":[{{"name":"f","type":{ty},"default":{default}}}]}}"#
        );
        let folder = folder_with(&[("r.avsc", &schema)]);
        let (status, _, message) = avro_gen(folder.path(), &["generate", "r.avsc"]);
        assert_eq!(status, 1, "{schema}");
        assert!(message.contains(&format!("cannot be used: {problem}\n")), "{message}");
    }
    let folder = folder_with(&[("endless.avsc", endless)]);
    assert_eq!(avro_gen(folder.path(), &["generate", "endless.avsc"]).0, 1);
}

#[test]
fn all_unusable_defaults_are_told_at_once_and_can_be_ignored() {
    let colour = r#"{"type":"enum","name":"Colour","symbols":["RED"]}"#;
    let field = |name: &str, ty: &str, default: &str| {
        format!(r#"{{"name":"{name}","type":{ty},"default":{default},"doc":"Doc of {name}."}}"#)
    };
    let schema = |name: &str, fields: &[String]| {
        format!(r#"{{"type":"record","name":"{name}","fields":[{}]}}"#, fields.join(","))
    };
    let a = schema("a.A", &[field("hue", colour, r#""BLUE""#), field("size", "\"int\"", "7")]);
    let uuid = r#"{"type":"string","logicalType":"uuid"}"#;
    let b = schema("a.B", &[field("theId", uuid, r#""""#), field("hue", "\"Colour\"", r#""GREEN""#)]);
    let folder = folder_with(&[
        ("a.avsc", &a),
        ("b.avsc", &b),
        ("avro-gen.toml", "schemas = [\"a.avsc\", \"b.avsc\"]\non_unusable_default = \"ignore\""),
        ("wrong.toml", "on_unusable_default = \"skip\""),
    ]);
    let (status, _, message) = avro_gen(folder.path(), &["generate", "a.avsc", "b.avsc"]);
    assert_eq!(status, 1);
    for expected in ["`hue` of `a.A`", "`theId` of `a.B`", "`hue` of `a.B`"] {
        assert!(message.contains(expected), "{message}");
    }
    let help = "= help: change the default, leave it out, or generate the field without it: `on_unusable_default = \"ignore\"`";
    assert_eq!(message.matches(help).count(), 3, "{message}");

    let (status, code, message) = avro_gen(folder.path(), &["generate", "-c", "avro-gen.toml"]);
    assert_eq!(status, 0, "{message}");
    for expected in [
        "/// The schema's default cannot be used: \"BLUE\": enum a.Colour has no symbol \"BLUE\", only RED.",
        "/// Avro field `theId`. The schema's default cannot be used: \"\": a UUID such as",
        "const IGNORED_DEFAULTS: &'static [(&'static str, &'static str)] = &[",
        "(\"a.A\", \"hue\"),",
    ] {
        assert!(code.contains(expected), "{expected}: {code}");
    }
    let (status, _, message) = avro_gen(folder.path(), &["generate", "-c", "wrong.toml", "a.avsc"]);
    assert_eq!(status, 1);
    assert_eq!(
        message,
        "avro-gen: wrong.toml:1:23: `on_unusable_default`: \"skip\" is none of \"error\", \"ignore\"\n"
    );
}

#[test]
fn wrong_usage_has_a_status_of_its_own_and_help_teaches() {
    let folder = folder_with(&[]);
    assert_eq!(avro_gen(folder.path(), &[]).0, 2);
    assert_eq!(avro_gen(folder.path(), &["generate"]).0, 2);
    assert_eq!(avro_gen(folder.path(), &["generate", "missing.avsc"]).0, 1);
    for arguments in [&["generate", ".", "--check"][..], &["generate", ".", "--check", "-o", "-"]] {
        let (status, _, message) = avro_gen(folder.path(), arguments);
        assert_eq!(status, 2);
        assert!(
            message.starts_with("error: --check compares with a file: name it with --output\n"),
            "{message}"
        );
    }
    let (status, _, message) = avro_gen(folder.path(), &["generate", "."]);
    assert_eq!(
        (status, message.as_str()),
        (1, "avro-gen: no schemas: there is no .avsc, .avdl or .avpr file in .\n")
    );
    let (status, help, _) = avro_gen(folder.path(), &["generate", "--help"]);
    assert_eq!(status, 0);
    assert!(
        help.contains("avro-gen generate schemas/ -o src/schemas.rs") && help.contains("Exit status:"),
        "{help}"
    );
}

#[test]
fn each_namespace_has_a_file_on_request() {
    let item = r#"{"type":"enum","name":"type.Item","symbols":["A"]}"#;
    let top = r#"{"type":"record","name":"Top","fields":[{"name":"item","type":["type.Item","int"]}]}"#;
    let folder = folder_with(&[
        ("s/order.avsc", ORDER),
        ("s/id.avsc", ID),
        ("s/item.avsc", item),
        ("s/top.avsc", top),
    ]);
    let path = folder.path();
    let files = || {
        let names = fs::read_dir(path.join("src")).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    };
    let generate = |more: &[&str]| {
        let (status, _, message) =
            avro_gen(path, &[&["generate", "s", "-o", "src", "--include-file", "mod.rs"][..], more].concat());
        (status, message)
    };
    assert_eq!(generate(&[]), (0, String::new()));
    assert_eq!(files(), ["_.rs", "com.acme.rs", "mod.rs", "type.rs"]);
    let tree = fs::read_to_string(path.join("src/mod.rs")).unwrap();
    let lines: Vec<&str> = tree
        .lines()
        .map(str::trim)
        .filter(|line| line.contains("mod ") || line.contains("include!"))
        .collect();
    let expected = [
        "mod avro_types {",
        r#"::core::include!("_.rs");"#,
        "pub mod com {",
        "pub mod acme {",
        r#"::core::include!("com.acme.rs");"#,
        "pub mod r#type {",
        r#"::core::include!("type.rs");"#,
    ];
    assert_eq!(lines, expected, "{tree}");
    assert_eq!(generate(&["--check"]), (0, String::new()));

    // A change of one file, a namespace that is gone, and a layout that is.
    fs::write(path.join("src/com.acme.rs"), "").unwrap();
    assert_eq!(generate(&["--check"]).0, 1);
    assert!(generate(&["--check"]).1.contains("com.acme.rs is not what its schemas generate"));
    assert_eq!(generate(&[]).0, 0);
    fs::remove_file(path.join("s/order.avsc")).unwrap();
    fs::remove_file(path.join("s/id.avsc")).unwrap();
    assert!(generate(&["--check"]).1.contains("mod.rs is not what its schemas generate"));
    assert_eq!(generate(&[]).0, 0);
    assert_eq!(files(), ["_.rs", "mod.rs", "type.rs"]);
    assert_eq!(avro_gen(path, &["generate", "s", "-o", "src/mod.rs"]).0, 0);
    assert_eq!(files(), ["mod.rs"]);
}

#[test]
fn generate_and_fmt_tell_programs_what_they_did() {
    let bad = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"strng"}]}"#;
    let messy = r#"{"type":  "enum", "name": "E", "symbols": []}"#;
    let folder = folder_with(&[("id.avsc", ID), ("bad.avsc", bad), ("messy.avsc", messy)]);
    let run = |arguments: &[&str]| {
        let (status, printed, told) = avro_gen(folder.path(), &[arguments, &["--format", "json"]].concat());
        assert_eq!((told.as_str(), printed.lines().count()), ("", 1), "{arguments:?}");
        (status, printed.trim_end().to_owned())
    };
    let well = r#""diagnostics":[],"errors":0,"warnings":0}"#;
    for (arguments, status, expected) in [
        (&["generate", "id.avsc", "-o", "t.rs"][..], 0, format!(r#"{{"output":"t.rs",{well}"#)),
        (
            &["generate", "id.avsc", "-o", "t.rs", "--check"],
            0,
            format!(r#"{{"output":"t.rs","current":true,{well}"#),
        ),
        (
            &["generate", "id.avsc", "messy.avsc", "-o", "t.rs", "--check"],
            1,
            r#"{"output":"t.rs","current":false,"differing":"t.rs","diagnostics":["#.to_owned(),
        ),
        (
            &["generate", "bad.avsc"],
            1,
            r#"{"diagnostics":[{"severity":"error","message":"\"strng\" is neither"#.to_owned(),
        ),
        (
            &["generate", "none.avsc"],
            1,
            r#"{"diagnostics":[{"severity":"error","message":"cannot read none.avsc"#.to_owned(),
        ),
        (&["generate", "id.avsc"], 0, r#"{"code":"// "#.to_owned()),
        (&["fmt", "messy.avsc", "--check"], 1, format!(r#"{{"files":[{{"file":"messy.avsc"}}],{well}"#)),
        (
            &["fmt", "messy.avsc", "--stdout"],
            0,
            r#"{"files":[{"file":"messy.avsc","changes":true,"text":"{"#.to_owned(),
        ),
        (&["fmt", "messy.avsc"], 0, format!(r#"{{"files":[{{"file":"messy.avsc"}}],{well}"#)),
        (&["fmt", "messy.avsc", "--check"], 0, format!(r#"{{"files":[],{well}"#)),
    ] {
        let (found, printed) = run(arguments);
        assert!(found == status && printed.starts_with(&expected), "{arguments:?}: {found} {printed}");
    }
}

#[test]
fn every_subcommand_tells_its_exit_statuses() {
    let folder = folder_with(&[]);
    let (_, help, _) = avro_gen(folder.path(), &["help"]);
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let names = commands.lines().map_while(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<&str> = names.filter(|name| *name != "help").collect();
    assert!(names.len() > 12, "{names:?}");
    for name in names {
        let (status, help, _) = avro_gen(folder.path(), &["help", name]);
        assert!(status == 0 && help.contains("Exit status:"), "{name}: {help}");
    }
}

/// What standard output holds is data, or a document; what went wrong is a document in either case.
#[test]
fn every_subcommand_tells_programs_what_went_wrong() {
    let folder = folder_with(&[
        ("int.avsc", "\"int\""),
        ("seven.json", "7"),
        ("text.json", "\"x\""),
        ("bad.avsc", "{\"type\": \"strng\"}"),
    ]);
    let run = |arguments: &str| {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        avro_gen(folder.path(), &[arguments.as_slice(), &["--format", "json"]].concat())
    };
    let well = r#""diagnostics":[],"errors":0,"warnings":0}"#;
    for (arguments, status, printed, told) in [
        ("encode -s int.avsc seven.json --to hex", 0, "0e\n", format!("{{\"values\":1,{well}\n")),
        ("random int.avsc -n 3 --to hex -o three.hex", 0, "", format!("{{\"values\":3,{well}\n")),
        (
            "encode -s int.avsc text.json --to hex",
            1,
            "",
            r#"{"values":0,"diagnostics":[{"severity":"error","message":""#.to_owned(),
        ),
        (
            "decode -s int.avsc seven.json --from hex --many",
            1,
            "",
            r#"{"diagnostics":[{"severity":"error","message":""#.to_owned(),
        ),
        ("canonical bad.avsc", 1, "", r#"{"diagnostics":[{"severity":"error","message":""#.to_owned()),
        (
            "fingerprint none.avsc",
            1,
            "",
            r#"{"diagnostics":[{"severity":"error","message":"cannot read none.avsc"#.to_owned(),
        ),
        (
            "status",
            1,
            "",
            r#"{"diagnostics":[{"severity":"error","message":"cannot read avro-gen.lock"#.to_owned(),
        ),
        (
            "pull x --registry http://127.0.0.1:9",
            1,
            "",
            r#"{"diagnostics":[{"severity":"error","message":""#.to_owned(),
        ),
        (
            "check int.avsc --against nowhere",
            1,
            "",
            r#"{"diagnostics":[{"severity":"error","message":""#.to_owned(),
        ),
    ] {
        let (found, output, message) = run(arguments);
        assert_eq!((found, output.as_str()), (status, printed), "{arguments}: {message}");
        assert!(message.starts_with(&told) && message.lines().count() == 1, "{arguments}: {message}");
    }
}

#[test]
fn a_container_file_is_no_file_of_schemas_where_code_or_files_are_made() {
    let folder = folder_with(&[("int.avsc", "\"int\"")]);
    let made = avro_gen(folder.path(), &["random", "int.avsc", "--container", "-o", "data.avro"]);
    assert_eq!(made.0, 0, "{made:?}");
    for arguments in
        [&["generate", "data.avro"][..], &["fmt", "data.avro"], &["convert", "data.avro", "--to", "avdl"]]
    {
        let (status, output, message) = avro_gen(folder.path(), arguments);
        assert_eq!((status, output.as_str()), (1, ""), "{arguments:?}");
        let told =
            "data.avro is an object container file, and data does not decide about code or files of schemas";
        let help = "`avro-gen canonical --form registry data.avro` prints the schema that it carries";
        assert!(message.contains(told) && message.contains(help), "{arguments:?}: {message}");
    }
    let (status, schema, _) = avro_gen(folder.path(), &["canonical", "--form", "registry", "data.avro"]);
    assert_eq!((status, schema.as_str()), (0, "\"int\"\n"));
}
