//! Options: what they change in the text, how they select, and that a file says the same as the methods.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_codegen::{
    BytesType, Config, Error, LogicalCrate, MapType, OnUnknownSymbol, OnUnusableDefault, StringType,
};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const SCHEMA: &str = r#"[
    {"type": "record", "name": "com.acme.Order", "fields": [
        {"name": "id", "type": "long"},
        {"name": "item", "type": ["int", "string"]},
        {"name": "tags", "type": {"type": "map", "values": "string"}},
        {"name": "buyer", "type": "com.acme.people.Person"}]},
    {"type": "record", "name": "com.acme.people.Person", "fields": [
        {"name": "name", "type": "string"},
        {"name": "face", "type": "bytes"},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A"]}},
        {"name": "home", "type": {"type": "record", "name": "Place", "fields": [{"name": "x", "type": "int"}]}}]}]"#;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("schemas")).unwrap();
    let path = folder.path().join("schemas/shop.avsc");
    fs::write(&path, SCHEMA).unwrap();
    (folder, path)
}

fn generated(configured: impl FnOnce(Config) -> Config) -> Result<String, Error> {
    let (_folder, path) = folder();
    configured(Config::new().schema(path)).generate()
}

/// The definition of a type with what stands in front of it, on one line.
fn definition(text: &str, start: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let at =
        lines.iter().position(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}: {text}"));
    let ends_before = |line: &&str| line.ends_with('{') || line.ends_with('}') || line.ends_with(';');
    let first = lines[..at].iter().rposition(ends_before).map_or(0, |before| before + 1);
    let last = at + lines[at..].iter().position(|line| *line == "}" || line.ends_with(';')).unwrap();
    lines[first..=last].join(" ")
}

#[test]
fn attributes_stand_where_the_selector_selects() {
    let text = generated(|config| {
        config
            .type_attribute("com.acme.people", "#[one]")
            .record_attribute(".", "#[two]")
            .enum_attribute("com.acme", "#[three]")
            .field_attribute(".com.acme.Order.id", "#[four]")
            .field_attribute("com.acme.people.Person", "#[five]")
            .derive("com.acme.Order", "Six, seven::Eight")
            .skip_debug("com.acme.people.Person")
            .derive_copy("com.acme.people")
    })
    .unwrap();
    let order = definition(&text, "pub struct Order");
    let person = definition(&text, "pub struct Person");
    let place = definition(&text, "pub struct Place");
    let kind = definition(&text, "pub enum Kind");
    let item = definition(&text, "pub enum Item");
    for (option, expected) in [
        ("#[one]", [false, true, true, true, false]),
        ("#[two]", [true, true, true, false, false]),
        ("#[three]", [false, false, false, true, true]),
        ("#[four] pub id:", [true, false, false, false, false]),
        ("#[five] pub name:", [false, true, false, false, false]),
        ("#[five] pub kind:", [false, true, false, false, false]),
        ("#[five]", [false, true, false, false, false]),
        ("#[derive(Six, seven::Eight)]", [true, false, false, false, true]),
        ("(Debug", [true, false, true, true, true]),
        (" Copy,", [false, false, true, true, false]),
    ] {
        let found = [&order, &person, &place, &kind, &item].map(|text| text.contains(option));
        assert_eq!(found, expected, "{option}\n{order}\n{person}\n{place}\n{kind}\n{item}");
    }
}

#[test]
fn types_paths_and_visibility_are_as_asked() {
    let text = generated(|config| {
        config
            .map_type(".", MapType::HashMap)
            .string_type("com.acme", StringType::ArcStr)
            .string_type("com.acme.Order.item", StringType::BoxStr)
            .visibility("pub(crate)")
            .runtime_path("::platform::wire")
            .extern_path("com.acme.people", "::people::com::acme::people")
            .extern_path("com.acme.people.Kind", "crate::Kind")
            .plans(false)
    })
    .unwrap();
    let order = definition(&text, "pub(crate) struct Order");
    for expected in [
        "pub(crate) tags: ::std::collections::HashMap<",
        "::std::sync::Arc<str>",
        "pub(crate) buyer: ::people::com::acme::people::Person",
    ] {
        assert!(order.contains(expected), "{expected}: {order}");
    }
    assert!(definition(&text, "pub(crate) enum Item").contains("String(::std::boxed::Box<str>)"), "{text}");
    assert!(text.contains("use ::platform::wire::codec::"), "{text}");
    for unexpected in
        ["::serde_wire", "pub struct", "pub mod", "struct Person", "enum Kind", "AvroResolve<'a> for"]
    {
        assert!(!text.contains(unexpected), "{unexpected}: {text}");
    }
}

#[test]
fn a_selector_that_selects_nothing_is_an_error_with_the_nearest_name() {
    for (error, expected) in [
        (
            generated(|config| config.type_attribute("com.acme.Oder", "#[x]")),
            "type_attribute: `com.acme.Oder` selects nothing; did you mean `com.acme.Order`?",
        ),
        (
            generated(|config| config.field_attribute("com.acme.Order.itme", "#[x]")),
            "field_attribute: `com.acme.Order.itme` selects nothing; did you mean `com.acme.Order.item`?",
        ),
        (
            // A record is no enum.
            generated(|config| config.enum_attribute("com.acme.people.Person", "#[x]")),
            "enum_attribute: `com.acme.people.Person` selects nothing",
        ),
        (
            generated(|config| config.extern_path("com.acne.people", "::people")),
            "extern_path: `com.acne.people` selects nothing; did you mean `com.acme.people`?",
        ),
        (
            generated(|config| config.derive_copy("zzz.yyy.XXX")),
            "derive_copy: `zzz.yyy.XXX` selects nothing: no type, namespace or field has that name",
        ),
        (
            generated(|config| config.type_attribute(".", "derive(X)")),
            "type_attribute: \"derive(X)\" is not an attribute such as `#[derive(Ord)]`",
        ),
        (
            generated(|config| config.visibility("crate")),
            "visibility: \"crate\" is not `pub` or `pub(crate)`",
        ),
        (
            generated(|config| config.runtime_path("wire")),
            "runtime_path: \"wire\" is not a path that starts with `::` or `crate::`, since the code stands in many modules",
        ),
    ] {
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    // Everything may be nothing.
    assert!(generated(|config| config.extern_path(".", "::all").enum_attribute(".", "#[x]")).is_ok());
}

#[test]
fn a_file_says_the_same_as_the_methods() {
    let (folder, path) = folder();
    let file = folder.path().join("avro-gen.toml");
    fs::write(
        &file,
        r##"
        schemas = ["schemas"]
        visibility = "pub(crate)"
        runtime_path = "::wire"
        plans = false
        derive_copy = ["com.acme.people"]
        skip_debug = "com.acme.Order"
        builder = ["com.acme.Order"]
        borrowed = ["com.acme.Order"]
        decode_into = ["com.acme"]
        serde = ["com.acme.people"]
        canonical_form = ["."]

        [type_attribute]
        "com.acme.people" = ["#[one]", "#[two]"]
        "com.acme" = "#[three]"
        [record_attribute]
        "." = "#[four]"
        [enum_attribute]
        "." = "#[five]"
        [field_attribute]
        "com.acme.Order.id" = "#[six]"
        [derive]
        "com.acme" = "Seven"
        [map_type]
        "." = "btree_map"
        [string_type]
        "." = "arc_str"
        [bytes_type]
        "com" = "bytes"
        [extern_path]
        "com.acme.people.Kind" = "crate::Kind"
        "##,
    )
    .unwrap();
    let by_methods = Config::new()
        .schema(path)
        .visibility("pub(crate)")
        .runtime_path("::wire")
        .plans(false)
        .derive_copy("com.acme.people")
        .skip_debug("com.acme.Order")
        .builder("com.acme.Order")
        .borrowed("com.acme.Order")
        .decode_into("com.acme")
        .serde("com.acme.people")
        .canonical_form(".")
        .type_attribute("com.acme.people", "#[one]")
        .type_attribute("com.acme.people", "#[two]")
        .type_attribute("com.acme", "#[three]")
        .record_attribute(".", "#[four]")
        .enum_attribute(".", "#[five]")
        .field_attribute("com.acme.Order.id", "#[six]")
        .derive("com.acme", "Seven")
        .map_type(".", MapType::BTreeMap)
        .string_type(".", StringType::ArcStr)
        .bytes_type("com", BytesType::Bytes)
        .extern_path("com.acme.people.Kind", "crate::Kind");
    let by_file = Config::from_file(&file).unwrap();
    assert_eq!(by_file.generate().unwrap(), by_methods.generate().unwrap());
}

/// An older version has code of its own; what is none, or can never be read, is an error that says so.
#[test]
fn another_version_is_found_by_its_name_or_an_alias() {
    let record =
        |name: &str, fields: &str| format!(r#"{{"type":"record","name":"{name}","fields":[{fields}]}}"#);
    let person = "com.acme.people.Person";
    let fields = r#"{"name":"name","type":"string"},{"name":"face","type":"bytes"},{"name":"kind","type":
        {"type":"enum","name":"Kind","symbols":["B","A"]}},{"name":"home","type":{"type":"record","name":"Place","fields":[
        {"name":"x","type":"int"}]}}"#;
    for (text, expected) in [
        (record(person, fields), Ok(1)),
        (format!("[{}, {}]", record(person, fields), record("a.Other", "")), Ok(1)),
        // As the schema itself.
        (format!("[{}]", record(person, &fields.replace(r#"["B","A"]"#, r#"["A"]"#))), Ok(0)),
        (record("a.Other", fields), Err("no record here is a version of one of the schemas")),
        ("\"int\"".to_owned(), Err("no record here is a version of one of the schemas")),
        (record(person, ""), Err("can never be read as `com.acme.people.Person`: ")),
        ("{".to_owned(), Err("")),
    ] {
        let (folder, path) = folder();
        let history = folder.path().join("history");
        fs::create_dir(&history).unwrap();
        fs::write(history.join("v1.avsc"), &text).unwrap();
        let found = Config::new().schema(path).history(&history).generate();
        match (found, expected) {
            (Ok(code), Ok(count)) => {
                assert_eq!(code.matches("const COMPILED:").count(), count, "{text}\n{code}");
                assert_eq!(code.matches("fn decode_compiled<").count(), count, "{text}");
            }
            (Err(error), Err(expected)) => {
                assert!(
                    error.to_string().contains(expected) && error.to_string().contains("v1.avsc"),
                    "{error}"
                );
            }
            (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
        }
    }
}

#[test]
fn a_file_that_says_something_else_is_an_error_with_the_place() {
    let (folder, _) = folder();
    let file = folder.path().join("avro-gen.toml");
    for (text, expected) in [
        ("plans = 1", "1:9: `plans` is true or false"),
        ("\n visibilty = \"pub\"", "2:2: there is no option `visibilty`; did you mean `visibility`?"),
        ("type_attribute = \"#[x]\"", "1:18: `type_attribute` is a table: [type_attribute]"),
        (
            "[map_type]\n\".\" = \"tree\"",
            "2:7: `map_type`: \"tree\" is none of \"map\", \"btree_map\", \"hash_map\"",
        ),
        ("derive_copy = [\"a\", 2]", "1:21: `derive_copy` takes texts in quotes"),
        ("derive_copy = [", "1:"),
    ] {
        fs::write(&file, text).unwrap();
        let error = Config::from_file(&file).unwrap_err().to_string();
        let expected = format!("{}:{expected}", file.display());
        assert!(error.starts_with(&expected), "{error}, not {expected}");
    }
    let missing = Path::new("/nowhere/avro-gen.toml");
    assert!(matches!(Config::from_file(missing), Err(Error::Read { path, .. }) if path == missing));
}

#[test]
fn properties_and_open_ends_stand_where_the_selector_selects() {
    let text =
        generated(|config| config.non_exhaustive("com.acme.people").properties("com.acme.Order")).unwrap();
    for (start, is_open) in [
        ("pub struct Order", false),
        ("pub struct Person", true),
        ("pub enum Kind", true),
        ("pub enum Item", false),
    ] {
        assert_eq!(definition(&text, start).contains("#[non_exhaustive]"), is_open, "{start}");
    }
    assert_eq!(text.matches("pub const PROPERTIES").count(), 1, "{text}");
    let error = generated(|config| config.properties("com.acme.Ordr")).unwrap_err().to_string();
    assert_eq!(error, "properties: `com.acme.Ordr` selects nothing; did you mean `com.acme.Order`?");
}

#[test]
fn no_namespace_takes_the_file_that_includes_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let schema = |namespace: &str| {
        let path = folder.path().join(format!("{namespace}.avsc"));
        let text = format!(r#"{{"type":"fixed","name":"A","namespace":"{namespace}","size":1}}"#);
        fs::write(&path, text).unwrap();
        path
    };
    for (namespace, main, part) in [
        ("avro", "avro.rs", "avro-2.rs"),
        ("mod", "mod.rs", "mod-2.rs"),
        ("com.acme", "com.acme.rs", "com.acme-2.rs"),
        // Some file systems see no case.
        ("shop", "Shop.rs", "shop-2.rs"),
        ("shop", "shops.rs", "shop.rs"),
    ] {
        let config = Config::new().schema(schema(namespace)).include_file(main);
        for (folder_name, path) in [("a", PathBuf::from("a")), ("b", Path::new("b").join(main))] {
            let out = folder.path().join(main).join(folder_name);
            config.write(&folder.path().join(main).join(&path)).unwrap();
            let text = fs::read_to_string(out.join(main)).unwrap();
            assert!(text.contains(&format!("include!(\"{part}\")")) && !text.contains("struct"), "{text}");
            assert!(
                fs::read_to_string(out.join(part)).unwrap().contains("pub struct A"),
                "{namespace} {main}"
            );
            config.check(&folder.path().join(main).join(&path)).unwrap();
            // Once more, where they are already.
            config.write(&folder.path().join(main).join(&path)).unwrap();
            assert!(out.join(main).exists() && out.join(part).exists());
        }
        let out = folder.path().join(main).join("c");
        assert_eq!(config.out_dir(&out).compile().unwrap(), out.join(main));
        assert!(out.join(part).exists());
    }
}

#[test]
fn a_borrowed_form_has_the_attributes_that_go_for_references() {
    let text = generated(|config| {
        config
            .borrowed("com.acme.people.Person")
            .derive("com.acme.people", "PartialOrd, ::serde::Deserialize, std::hash::Hash, my::Ord")
            .type_attribute("com.acme.people", "#[derive(my::Show)] #[serde(default)]")
            .record_attribute("com.acme.people", "#[one]")
            .field_attribute("com.acme.people.Person.name", "#[serde(with = \"two\")]")
    })
    .unwrap();
    let given = "#[derive(PartialOrd, ::serde::Deserialize, std::hash::Hash, my::Ord)] #[derive(my::Show)] \
                 #[serde(default)] #[one]";
    let owned = definition(&text, "pub struct Person ");
    assert!(owned.contains(given) && owned.contains("#[serde(with = \"two\")] pub name:"), "{owned}");
    // What has nothing to borrow has no other form.
    assert!(definition(&text, "pub struct Place").contains(given));
    let borrowed = definition(&text, "pub struct PersonRef");
    assert!(borrowed.contains("#[derive(PartialOrd, std::hash::Hash)]"), "{borrowed}");
    for other in ["serde", "my::", "#[one]", "two"] {
        assert!(!borrowed.contains(other), "{borrowed}");
    }
}

#[test]
fn a_borrowed_form_ignores_the_defaults_that_the_owned_one_ignores() {
    let schema = |default: &str| {
        format!(
            r#"{{"type":"record","name":"a.A","fields":[{{"name":"text","type":"string"}},
                {{"name":"hue","type":{{"type":"enum","name":"Hue","symbols":["RED"]}},"default":"{default}"}}]}}"#
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.avsc");
    for (default, is_ignored) in [("BLUE", true), ("RED", false)] {
        fs::write(&path, schema(default)).unwrap();
        let config = Config::new().schema(&path).borrowed(".");
        let text = config.on_unusable_default(OnUnusableDefault::Ignore).generate().unwrap();
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let owned =
            words.contains("= &[ (\"a.A\", \"hue\"), ];") || words.contains("= &[(\"a.A\", \"hue\")];");
        let borrowed = words.contains("A as AvroSchema>::IGNORED_DEFAULTS;");
        assert_eq!((owned, borrowed), (is_ignored, is_ignored), "{text}");
    }
}

/// Two enums, of which one has a default symbol, and records that hold the other.
const ENUMS: &str = r#"[
    {"type": "enum", "name": "a.Hue", "symbols": ["RED", "UNKNOWN"], "default": "RED"},
    {"type": "enum", "name": "a.Size", "symbols": ["S", "unknown", "Unknown", "L"]},
    {"type": "record", "name": "b.Shirt", "fields": [{"name": "size", "type": ["null", "a.Size"]}]},
    {"type": "record", "name": "b.Box", "fields": [{"name": "shirts", "type": {"type": "array", "items": "b.Shirt"}}]}]"#;

fn with_enums(configured: impl FnOnce(Config) -> Config) -> Result<String, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("enums.avsc");
    fs::write(&path, ENUMS).unwrap();
    configured(Config::new().schema(path)).generate()
}

#[test]
fn only_what_holds_a_kept_symbol_may_fail_to_be_written() {
    let (keep, all) = (OnUnknownSymbol::Keep, &["Hue", "Size", "Shirt", "Box"][..]);
    // The type for the document has the schemas of all.
    for (selector, unknown, fallible, entries) in [
        (".", OnUnknownSymbol::Specification, &[][..], vec![]),
        ("a.Hue", OnUnknownSymbol::Default, &[], vec![]),
        (".", OnUnknownSymbol::Error, &[], vec!["Error"; 6]),
        ("a.Size", OnUnknownSymbol::Symbol("L".to_owned()), &[], vec!["Symbol(\"L\")"; 4]),
        ("a", keep.clone(), all, vec!["Keep"; 6]),
        ("a.Hue", keep.clone(), &["Hue"], vec!["Keep"; 2]),
        ("a.Size", keep, &["Size", "Shirt", "Box"], vec!["Keep"; 4]),
    ] {
        let text = with_enums(|config| config.unknown_symbol(selector, unknown.clone())).unwrap();
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for name in all {
            let has = |of: &str| words.contains(&format!("impl {of} for self::{name} "));
            let expected = fallible.contains(name);
            assert_eq!(
                (has("AvroTryEncode"), has("AvroEncode")),
                (expected, !expected),
                "{name}: {unknown:?}"
            );
        }
        let found: Vec<_> =
            words.split("OnUnknownSymbol::").skip(1).map(|rest| rest.split("),").next()).collect();
        assert_eq!(found.len(), entries.len(), "{unknown:?}: {found:?}");
        assert!(
            found.iter().zip(entries).all(|(found, entry)| found.unwrap().starts_with(entry)),
            "{found:?}"
        );
    }
}

#[test]
fn a_symbol_that_is_called_unknown_gives_way_to_the_variant_for_all_others() {
    for (unknown, hue, size) in [
        (OnUnknownSymbol::Error, ["Red", "Unknown", ""], ["S", "Unknown", "Unknown2", "L", ""]),
        (
            OnUnknownSymbol::Keep,
            ["Red", "Unknown_", "Unknown(i32)"],
            ["S", "Unknown_", "Unknown_2", "L", "Unknown(i32)"],
        ),
    ] {
        let text = with_enums(|config| config.unknown_symbol(".", unknown)).unwrap();
        for (name, expected) in [("Hue", &hue[..]), ("Size", &size[..])] {
            let (_, rest) = text.split_once(&format!("pub enum {name} {{")).unwrap();
            let variants =
                rest.split_once('}').unwrap().0.lines().map(|line| line.trim().trim_end_matches(','));
            let variants: Vec<_> =
                variants.filter(|line| !line.is_empty() && !line.starts_with("//")).collect();
            let expected: Vec<_> = expected.iter().copied().filter(|name| !name.is_empty()).collect();
            assert_eq!(variants, expected, "{text}");
        }
    }
}

#[test]
fn an_enum_that_stands_elsewhere_is_known_to_keep_symbols() {
    let elsewhere = |keeps: bool| {
        with_enums(|config| {
            let config = config.extern_path("a", "::other::a");
            if keeps { config.unknown_symbol("a.Size", OnUnknownSymbol::Keep) } else { config }
        })
    };
    for keeps in [false, true] {
        let text = elsewhere(keeps).unwrap();
        assert_eq!(text.contains("impl AvroTryEncode for self::Box"), keeps, "{text}");
        assert_eq!(text.matches("const UNKNOWN_SYMBOLS").count(), if keeps { 3 } else { 0 }, "{text}");
    }
}

#[test]
fn a_symbol_for_unknown_ones_must_be_one_of_the_enum() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = (folder.path().join("enums.avsc"), folder.path().join("avro-gen.toml"));
    fs::write(&path, ENUMS).unwrap();
    for (value, expected) in [
        ("\"a.Hue\" = \"default\"", Ok(OnUnknownSymbol::Default)),
        ("\"a.Hue\" = \"keep\"", Ok(OnUnknownSymbol::Keep)),
        ("\"a.Hue\" = \"error\"", Ok(OnUnknownSymbol::Error)),
        ("\"a.Hue\" = { symbol = \"UNKNOWN\" }", Ok(OnUnknownSymbol::Symbol("UNKNOWN".to_owned()))),
        // Another one for all the rest, of which the longest selector decides.
        ("\".\" = \"default\"\n\"a.Size\" = \"specification\"", Ok(OnUnknownSymbol::Default)),
        (
            "\"a.Hue\" = { symbol = \"BLUE\" }",
            Err("unknown_symbol: \"BLUE\" is not a symbol of `a.Hue`, which has RED, UNKNOWN"),
        ),
        (
            "\".\" = \"default\"",
            Err(
                "unknown_symbol: \"default\" is not possible for `a.Size`, whose schema has no default symbol; name one of S, ",
            ),
        ),
        ("\"a.Hue\" = \"kept\"", Err("`unknown_symbol`: \"kept\" is none of \"specification\", \"error\", ")),
        ("\"a.Hue\" = { name = \"RED\" }", Err("`unknown_symbol`: \"name\" is not \"symbol\": ")),
        ("\"b.Box\" = \"keep\"", Err("unknown_symbol: `b.Box` selects nothing")),
    ] {
        fs::write(&file, format!("[unknown_symbol]\n{value}\n")).unwrap();
        let found = Config::from_file(&file).and_then(|config| config.schema(&path).generate());
        match expected {
            Ok(unknown) => {
                let same = Config::new().schema(&path).unknown_symbol("a.Hue", unknown).generate().unwrap();
                assert_eq!(found.unwrap(), same, "{value}");
            }
            Err(expected) => {
                let error = found.unwrap_err().to_string();
                assert!(error.contains(expected), "{error}, not {expected}");
            }
        }
    }
}

/// A type that no registry could take by itself, since it cannot be read again, carries no schema; what it stands in does.
#[test]
fn a_part_that_cannot_be_read_by_itself_carries_no_schema() {
    let whole = |inner: &str, item: &str| {
        format!(
            r#"{{"type":"record","name":"a.Outer","fields":[{{"name":"inner","type":["null",
                {{"type":"record","name":"Inner","namespace":"{inner}","fields":[{{"name":"items","type":
                {{"type":"array","items":{item}}}}}]}}]}}]}}"#
        )
    };
    let (back, part) = ("\"a.Outer\"", r#"{"type":"enum","name":"a.E","symbols":["A"]}"#);
    for (text, expected) in
        [(whole("", back), 1), (whole("", part), 3), (whole("b", back), 2), (whole("a", back), 2)]
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outer.avsc");
        fs::write(&path, &text).unwrap();
        let code = Config::new().schema(&path).generate().unwrap();
        assert_eq!(code.matches("impl AvroSchema for").count(), expected, "{text}");
    }
}

/// The same for documents: a type without a namespace that another document of a namespace refers back to, which prints no text
/// that anybody could read again, and whatever has it inside and is not in that circle from the other side.
#[test]
fn a_root_that_cannot_be_read_by_itself_carries_no_schema() {
    let folder = tempfile::tempdir().unwrap();
    let record = |name: &str, part: &str| {
        format!(
            r#"{{"type":"record","name":"{name}","fields":[{{"name":"part","type":["null","{part}"]}}]}}"#
        )
    };
    let root = |ty: &str| format!(r#"{{"type":"array","items":"{ty}"}}"#);
    for (name, text) in [
        // Each refers to the other; `shop.Order` is found from within the null namespace, `Item` is not found from within `shop`.
        ("1.avsc", record("Item", "shop.Order")),
        ("2.avsc", record("shop.Order", "Item")),
        // Their text begins with one or the other.
        ("3.avsc", record("shop.Basket", "Item")),
        ("4.avsc", record("shop.Shelf", "shop.Order")),
        ("items.avsc", root("Item")),
        ("orders.avsc", root("shop.Order")),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let code = Config::new().schemas_dir(folder.path()).generate().unwrap();
    let with_schema: BTreeSet<&str> = code
        .split("impl AvroSchema for ")
        .skip(1)
        .filter_map(|rest| rest.split_whitespace().next())
        .collect();
    let names: BTreeSet<&str> = with_schema.iter().filter_map(|path| path.rsplit("::").next()).collect();
    assert_eq!(names, BTreeSet::from(["Order", "Orders", "Shelf"]), "{with_schema:?}");
    for text in
        code.split("const SCHEMA: &'static str = r#\"").skip(1).filter_map(|rest| rest.split("\"#;").next())
    {
        assert!(text.parse::<avro_model::Schema>().is_ok(), "{text}");
    }
}

/// A `fixed` that is read as a type of another crate is not written down, in any form.
#[test]
fn a_fixed_of_a_logical_type_has_no_borrowed_form_either() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("price.avsc");
    let fixed =
        r#"{"type":"fixed","name":"Amount","size":64,"logicalType":"decimal","precision":20,"scale":2}"#;
    fs::write(
        &path,
        format!(
            r#"{{"type":"record","name":"Price","fields":[{{"name":"amount","type":{fixed}}},{{"name":"unit","type":"string"}}]}}"#
        ),
    )
    .unwrap();
    for (logical, written) in [(LogicalCrate::RustDecimal, false), (LogicalCrate::Plain, true)] {
        let config = Config::new().schema(&path).borrowed(".").logical_type(".", "decimal", logical);
        let code = config.generate().unwrap();
        for name in ["struct Amount", "struct AmountRef"] {
            assert_eq!(code.contains(name), written, "{name} with {logical:?}");
        }
        assert!(code.contains("struct PriceRef"), "{logical:?}");
    }
}
