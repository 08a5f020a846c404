//! IDL and protocols hold several types, each of which is a version of its own in the lock file.

use crate::avro_gen;
use crate::memory::Registry;
use std::fs;
use std::path::Path;

/// What is replaced, and by what, three times.
type Edits = [(&'static str, &'static str); 3];

/// The same types in each syntax: an edit that changes none, one that changes `Money`, and one more type.
const SYNTAXES: [(&str, &str, Edits); 3] = [
    (
        "shop.avdl",
        "namespace shop;\nfixed Id(8);\nrecord Money { Id id; long cents; }\n",
        [
            ("fixed", "/* why */ fixed"),
            ("cents;", "cents; int scale = 2;"),
            ("fixed", "enum Unit { EUR }\nfixed"),
        ],
    ),
    (
        "shop.avdl",
        "@namespace(\"shop\") protocol P { fixed Id(8); record Money { Id id; long cents; } Money pay(Id id); }",
        [("void", ""), ("long cents;", "long cents; int scale = 2;"), ("fixed", "enum Unit { EUR }\nfixed")],
    ),
    (
        "shop.avpr",
        r#"{"protocol": "P", "namespace": "shop", "types": [{"type": "fixed", "name": "Id", "size": 8},
{"type": "record", "name": "Money", "fields": [{"name": "id", "type": "Id"}, {"name": "cents", "type": "long"}]}]}"#,
        [
            ("\"types\"", "\n\"doc\": \"Prices.\", \"types\""),
            (
                "\"type\": \"long\"}",
                "\"type\": \"long\"}, {\"name\": \"scale\", \"type\": \"int\", \"default\": 2}",
            ),
            (
                "{\"type\": \"fixed\"",
                "{\"type\": \"enum\", \"name\": \"Unit\", \"symbols\": [\"EUR\"]},\n{\"type\": \"fixed\"",
            ),
        ],
    ),
];

const ORDER: &str =
    r#"{"type": "record", "name": "shop.Order", "fields": [{"name": "total", "type": "shop.Money"}]}"#;

fn write(folder: &Path, name: &str, text: &str) {
    fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
    fs::write(folder.join(name), text).unwrap();
}

#[track_caller]
fn expect(folder: &Path, arguments: &str, status: i32, parts: &[&str]) {
    let (found, output, message) = avro_gen(folder, arguments, None);
    assert_eq!(found, status, "{arguments}: {output}{message}");
    for part in parts {
        assert!((output.clone() + &message).contains(part), "{arguments}: {output}{message}\nwithout {part}");
    }
}

#[test]
fn types_of_idl_are_locked_as_files_of_schemas_are() {
    for (file, text, [unchanged, changed, more]) in SYNTAXES {
        let (registry, folder) = (Registry::start(), tempfile::tempdir().unwrap());
        let folder = folder.path();
        let path = format!("schemas/{file}");
        write(folder, &path, text);
        write(folder, "schemas/order.avsc", ORDER);
        let push = format!("push schemas --registry {} --subject shop.Money=money-value --yes", registry.url);
        expect(folder, &push, 0, &["3 registered, 0 there already"]);
        let intact: [(&str, &[&str]); 5] = [
            ("status", &["3 versions locked, and nothing differs"]),
            ("status --offline", &["3 versions locked, and nothing differs"]),
            ("check schemas --against avro-gen.lock", &["no errors"]),
            ("push schemas --yes", &["0 registered, 3 there already"]),
            ("pull", &[]),
        ];
        for edit in [None, Some(unchanged)] {
            if let Some((what, with)) = edit {
                write(folder, &path, &text.replacen(what, with, 1));
            }
            for (arguments, parts) in intact {
                expect(folder, arguments, 0, parts);
            }
        }
        let against = format!("check schemas --against {}", registry.url);
        expect(folder, &against, 0, &["3 schemas unchanged", "no errors"]);

        // Another version of one type is told of that type alone, and locked when it is pushed.
        write(folder, &path, &text.replacen(changed.0, changed.1, 1));
        let told = format!(
            "money-value version 1 ({path}, type shop.Money): the file does not hold that version any more"
        );
        for command in ["status --offline", "check schemas --against avro-gen.lock"] {
            expect(folder, command, 1, &[&told]);
        }
        let told = avro_gen(folder, "status --offline", None).1;
        assert_eq!(told.lines().count(), 1, "{told}");
        expect(folder, &against, 0, &["shop.Money: compatible (BACKWARD to "]);
        expect(folder, "push schemas --yes", 0, &["registered"]);
        expect(folder, "status", 0, &["nothing differs"]);

        write(folder, &path, &text.replacen(changed.0, changed.1, 1).replacen(more.0, more.1, 1));
        expect(folder, "status --offline", 1, &[&format!("{path}: type shop.Unit is not locked")]);
        write(folder, &format!("schemas/other-{file}"), &text.replace("Money", "Cash").replace("Id", "No"));
        expect(folder, "status --offline", 1, &[&format!("schemas/other-{file}: not locked")]);
        fs::remove_file(folder.join(&path)).unwrap();
        let missing = format!("({path}, type shop.Id): the file is missing");
        expect(folder, "status --offline", 1, &[&missing]);
        expect(folder, "pull", 1, &["pull writes no IDL and no protocols (the file is missing)"]);
        assert!(!folder.join(&path).exists());
    }
}

#[test]
fn pull_writes_no_idl() {
    let (registry, folder) = (Registry::start(), tempfile::tempdir().unwrap());
    let folder = folder.path();
    let text = "namespace shop;\nrecord Money { long cents; }\n";
    write(folder, "schemas/shop.avdl", text);
    expect(folder, &format!("push schemas --registry {} --yes", registry.url), 0, &[]);
    let lock = fs::read_to_string(folder.join("avro-gen.lock")).unwrap();
    // Somebody else registers a newer version.
    let newer = r#"{"type":"record","name":"Money","namespace":"shop","fields":[{"name":"cents","type":"long"},{"name":"scale","type":"int","default":2}]}"#;
    registry.put("shop.Money", newer, "null");
    expect(
        folder,
        "status",
        1,
        &["shop.Money version 1: version 2 is newer; bring its change into schemas/shop.avdl and push it"],
    );
    let told = "nothing was written: shop.Money version 2 is locked in schemas/shop.avdl, type shop.Money, and pull writes no IDL";
    for pull in ["pull --update", "pull shop.Money", "pull --update --force"] {
        expect(folder, pull, 1, &[told, "bring the change into the file by hand and push it"]);
        assert_eq!(fs::read_to_string(folder.join("schemas/shop.avdl")).unwrap(), text);
        assert_eq!(fs::read_to_string(folder.join("avro-gen.lock")).unwrap(), lock);
    }
    write(folder, "schemas/shop.avdl", "namespace shop;\nrecord Money { long cents; int scale = 2; }\n");
    expect(folder, "push schemas --yes", 0, &["there    shop.Money as version 2"]);
    expect(folder, "status", 0, &["nothing differs"]);
}

#[test]
fn an_imported_type_is_locked_in_the_file_that_defines_it() {
    for (import, inner, text) in [
        ("idl \"inner.avdl\"", "inner.avdl", "namespace shop;\nrecord Money { long cents; }\n"),
        ("schema \"money.avsc\"", "money.avsc", ORDER_MONEY),
    ] {
        let (registry, folder) = (Registry::start(), tempfile::tempdir().unwrap());
        let folder = folder.path();
        let outer = format!("namespace shop;\nimport {import};\nrecord Order {{ Money total; }}\n");
        write(folder, "schemas/a.avdl", &outer);
        write(folder, &format!("schemas/{inner}"), text);
        expect(folder, &format!("push schemas --registry {} --yes", registry.url), 0, &["2 registered"]);
        expect(folder, "status", 0, &["2 versions locked, and nothing differs"]);
        let lock = fs::read_to_string(folder.join("avro-gen.lock")).unwrap();
        assert!(lock.contains(&format!("file = \"schemas/{inner}\"")), "{lock}");
        assert_eq!(lock.matches("file = \"schemas/a.avdl\"").count(), 1, "{lock}");
    }
}

const ORDER_MONEY: &str = r#"{"fields": [{"type": "long", "name": "cents"}], "name": "Money", "namespace": "shop", "type": "record"}"#;

#[test]
fn a_history_may_be_of_types_of_idl() {
    let (registry, folder) = (Registry::start(), tempfile::tempdir().unwrap());
    let folder = folder.path();
    write(folder, "old/shop.avdl", "namespace shop;\nfixed Id(8);\nrecord Money { Id id; int cents; }\n");
    let push = format!("push old --registry {} --lock old/avro-gen.lock --yes", registry.url);
    expect(folder, &push, 0, &["2 registered"]);
    write(
        folder,
        "schemas/shop.avdl",
        "namespace shop;\nfixed Id(8);\nrecord Money { Id id; long cents; }\n",
    );
    write(folder, "avro-gen.toml", "schemas = [\"schemas\"]\nhistory_from_lock = [\"old/avro-gen.lock\"]\n");
    expect(folder, "generate -c avro-gen.toml -o types.rs", 0, &[]);
    expect(folder, "generate schemas -o plain.rs", 0, &[]);
    let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    // The type has code for data of the old version.
    assert!(text("types.rs").len() > text("plain.rs").len());
    assert!(text("types.rs").contains("decode_compiled"));
}
