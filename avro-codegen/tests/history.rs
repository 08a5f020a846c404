//! Other versions: files that refer to each other, and those that a lock file names.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_codegen::{Config, Error};
use std::fs;
use std::path::Path;

/// What the types are generated from.
const CUSTOMER: &str = r#"{"type":"record","name":"shop.Customer","fields":[{"name":"name","type":"string"},{"name":"age","type":"long","default":0}]}"#;
const ORDER: &str = r#"{"type":"record","name":"shop.Order","fields":[{"name":"id","type":"long"},{"name":"of","type":"Customer"}]}"#;

/// A version of a customer whose age has that type.
fn customer(age: &str) -> String {
    CUSTOMER.replace("\"long\",\"default\":0", age)
}

/// A version of an order whose id has that type, and that refers to a customer.
fn order(id: &str) -> String {
    ORDER.replace("\"long\"", id)
}

/// The same with the customer in it, as the type carries it.
fn whole(id: &str, age: &str) -> String {
    let customer = customer(age).replace("\"name\":\"shop.Customer\"", "\"name\":\"Customer\"");
    let order = order(id).replace("\"Customer\"", &customer);
    order.replace("\"name\":\"shop.Order\"", "\"name\":\"Order\",\"namespace\":\"shop\"")
}

/// Writes files below a folder, by path and text.
fn written(files: &[(&str, String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The texts of the versions of orders that there is code for.
fn versions(config: &Config) -> Result<Vec<String>, Error> {
    let code = config.generate()?;
    let Some((_, rest)) = code.split_once("pub struct Order {") else { panic!("{code}") };
    let Some((_, rest)) = rest.split_once("impl AvroSchema for self::Order") else { panic!("{rest}") };
    let own = rest.split("impl ").next().unwrap_or(rest);
    let Some((_, compiled)) = own.split_once("const COMPILED") else { return Ok(Vec::new()) };
    Ok(compiled.split("r#\"").skip(1).map(|text| text.split_once("\"#").unwrap().0.to_owned()).collect())
}

fn with_schemas(files: &[(&str, String)]) -> tempfile::TempDir {
    let own = [("schemas/order.avsc", ORDER.to_owned()), ("schemas/customer.avsc", CUSTOMER.to_owned())];
    written(&[&own[..], files].concat())
}

#[test]
fn what_a_version_refers_to_is_what_stands_nearest() {
    let (int, float) = ("\"int\"", "\"float\"");
    for (files, expected) in [
        // It is defined in the file.
        (vec![("history/a.avsc", whole(int, int))], Ok(vec![whole(int, int)])),
        // A folder for each release.
        (
            vec![
                ("history/1/order.avsc", order(int)),
                ("history/1/customer.avsc", customer(int)),
                ("history/2/order.avsc", order(int)),
                ("history/2/customer.avsc", customer("[\"null\",\"long\"]")),
            ],
            Ok(vec![whole(int, int), whole(int, "[\"null\",\"long\"]")]),
        ),
        // In another folder, and inside another definition.
        (
            vec![
                ("history/orders/1.avsc", order(int)),
                ("history/rest.avsc", format!("[{}]", customer(int))),
            ],
            Ok(vec![whole(int, int)]),
        ),
        // As it is now.
        (vec![("history/order.avsc", order(int))], Ok(vec![whole(int, "\"long\",\"default\":0")])),
        // One definition that stands twice.
        (
            vec![
                ("history/a/order.avsc", order(int)),
                ("history/b.avsc", customer(int)),
                ("history/c.avsc", customer(int)),
            ],
            Ok(vec![whole(int, int)]),
        ),
        (
            vec![
                ("history/a/order.avsc", order(int)),
                ("history/b.avsc", customer(int)),
                ("history/c.avsc", customer("[\"null\",\"long\"]")),
            ],
            Err("put the versions that belong together into a folder of their own"),
        ),
        (
            vec![("history/order.avsc", order(int).replace("\"Customer\"", "\"Custom\""))],
            Err("\"Custom\" is neither a type nor a name that is defined here"),
        ),
        (
            vec![("history/order.avsc", order(int)), ("history/customer.avsc", customer(float))],
            Err("data of this version can never be read as `shop.Customer`"),
        ),
    ] {
        let folder = with_schemas(&files);
        let config = Config::new().schemas_dir(folder.path().join("schemas"));
        match (versions(&config.history(folder.path().join("history"))), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{files:?}"),
            (Err(error), Err(expected)) => {
                assert!(error.to_string().contains(expected), "{error}");
                assert!(error.to_string().contains("history/"), "{error}");
            }
            (found, expected) => panic!("{files:?}: {found:?}, not {expected:?}"),
        }
    }
}

#[test]
fn names_of_a_version_are_those_of_its_namespace() {
    let record = |namespace: &str, name: &str, fields: &str| {
        format!(r#"{{"type":"record","name":"{name}","namespace":"{namespace}","fields":[{fields}]}}"#)
    };
    let id = |namespace: &str, value: &str| {
        record(namespace, "Id", &format!(r#"{{"name":"v","type":"{value}"}}"#))
    };
    let order = |namespace: &str, id: &str, n: &str| {
        record(namespace, "Order", &format!(r#"{{"name":"id","type":{id}}},{{"name":"n","type":"{n}"}}"#))
    };
    // As a schema of its namespace holds it.
    let whole = |namespace: &str, value: &str, n: &str| {
        order(namespace, &id("", value).replace(r#","namespace":"""#, ""), n)
    };
    let (short, full) = (r#""Id""#, r#""shop.Id""#);
    let shop = |name: &str| order("shop", name, "int");
    let other = order("other", short, "int");
    for (name, files, expected) in [
        (
            "two namespaces in one folder",
            vec![
                ("history/a.avsc", shop(short)),
                ("history/a-id.avsc", id("shop", "int")),
                ("history/b.avsc", other.clone()),
                ("history/b-id.avsc", id("other", "float")),
            ],
            vec![whole("shop", "int", "int"), whole("other", "float", "int")],
        ),
        (
            "another namespace has the name beside it",
            vec![
                ("history/orders/a.avsc", shop(short)),
                ("history/orders/b-id.avsc", id("other", "float")),
                ("history/ids/a-id.avsc", id("shop", "int")),
            ],
            vec![whole("shop", "int", "int")],
        ),
        (
            "by its full name",
            vec![
                ("history/a.avsc", shop(full)),
                ("history/a-id.avsc", id("shop", "int")),
                ("history/b-id.avsc", id("other", "float")),
            ],
            vec![whole("shop", "int", "int")],
        ),
        (
            "the type as it is now",
            vec![
                ("history/a.avsc", shop(short)),
                ("history/b.avsc", other.clone()),
                ("history/b-id.avsc", id("other", "float")),
            ],
            vec![whole("shop", "long", "int"), whole("other", "float", "int")],
        ),
    ] {
        // The namespace that comes first is not that of the version.
        let schemas = [
            ("schemas/a.avsc", whole("other", "double", "long")),
            ("schemas/b.avsc", whole("shop", "long", "long")),
        ];
        let folder = written(&[&schemas[..], &files].concat());
        let config = Config::new().schemas_dir(folder.path().join("schemas"));
        let code = config.history(folder.path().join("history")).generate();
        let code = code.unwrap_or_else(|error| panic!("{name}: {error}"));
        for version in expected {
            assert!(code.contains(&version), "{name}: no code for {version}");
        }
    }
}

/// Subject, version, file, whether it was asked for, and what it refers to.
type Locked<'l> = (&'l str, u32, &'l str, bool, &'l [(&'l str, u32)]);

/// A lock file of versions.
fn lock(versions: &[Locked<'_>]) -> String {
    let mut text = "format = 1\nregistry = \"http://localhost:8081\"\n".to_owned();
    for (subject, version, file, requested, references) in versions {
        let references: Vec<_> = references
            .iter()
            .map(|(subject, version)| {
                format!("{{ name = \"n\", subject = \"{subject}\", version = {version} }}")
            })
            .collect();
        text.push_str(&format!(
            "[[schema]]\nsubject = \"{subject}\"\nversion = {version}\nrequested = {requested}\npulled = true\n\
             fingerprint = \"00\"\nsha256 = \"00\"\nfile = \"{file}\"\nreferences = [{}]\n",
            references.join(", ")
        ));
    }
    text
}

#[test]
fn a_lock_file_tells_which_versions_there_are_and_what_each_refers_to() {
    let int = "\"int\"";
    let nullable = "[\"null\",\"long\"]";
    let files = [
        ("schemas/orders.avsc", ORDER.to_owned()),
        ("schemas/customers.avsc", CUSTOMER.to_owned()),
        ("schemas/orders@1.avsc", order(int)),
        ("schemas/orders@2.avsc", order(int)),
        ("schemas/customers@1.avsc", customer(int)),
        ("schemas/customers@2.avsc", customer(nullable)),
        // No record is a version of it.
        ("schemas/keys.avsc", "\"string\"".to_owned()),
        (
            "avro-gen.lock",
            lock(&[
                ("orders", 1, "schemas/orders@1.avsc", true, &[("customers", 1)]),
                ("orders", 2, "schemas/orders@2.avsc", true, &[("customers", 2)]),
                ("orders", 3, "schemas/orders.avsc", true, &[("customers", 3)]),
                ("customers", 1, "schemas/customers@1.avsc", true, &[]),
                ("customers", 2, "schemas/customers@2.avsc", true, &[]),
                ("customers", 3, "schemas/customers.avsc", false, &[]),
                ("keys", 1, "schemas/keys.avsc", true, &[]),
            ]),
        ),
        ("avro-gen.toml", "schemas = [\"schemas\"]\nhistory_from_lock = [\"avro-gen.lock\"]\n".to_owned()),
    ];
    let folder = written(&files);
    let at = |name: &str| folder.path().join(name);
    let config = Config::new().schemas_dir(at("schemas")).history_from_lock(at("avro-gen.lock"));
    let expected = [whole(int, int), whole(int, nullable)];
    assert_eq!(versions(&config).unwrap(), expected);
    assert_eq!(versions(&Config::from_file(at("avro-gen.toml")).unwrap()).unwrap(), expected);
    // Beside a folder of versions.
    fs::create_dir(at("history")).unwrap();
    fs::write(at("history/order.avsc"), whole("\"int\"", "\"long\",\"default\":0")).unwrap();
    assert_eq!(versions(&config.history(at("history"))).unwrap().len(), 3);
}

#[test]
fn a_file_that_a_newest_version_needs_is_a_schema_too() {
    let files = [
        ("schemas/orders.avsc", ORDER.to_owned()),
        ("schemas/customers@1.avsc", CUSTOMER.to_owned()),
        ("other/customers.avsc", customer("\"int\"")),
        (
            "avro-gen.lock",
            lock(&[
                ("orders", 3, "schemas/orders.avsc", true, &[("customers", 1)]),
                ("customers", 1, "schemas/customers@1.avsc", true, &[]),
                ("customers", 2, "other/customers.avsc", true, &[]),
            ]),
        ),
    ];
    let folder = written(&files);
    let config = Config::new().schemas_dir(folder.path().join("schemas"));
    let code = config.history_from_lock(folder.path().join("avro-gen.lock")).generate().unwrap();
    assert!(code.contains("pub struct Customer {") && code.contains("const COMPILED"), "{code}");
}

#[test]
fn what_is_wrong_with_a_lock_file_is_told_with_the_place() {
    let entry = |text: &str| format!("format = 1\n[[schema]]\n{text}");
    for (text, expected) in [
        ("format = 2".to_owned(), "the format is 2, and this version of avro-codegen reads 1"),
        ("format = \"1\"".to_owned(), "avro-gen.lock:1:10: `format` is a number"),
        ("[".to_owned(), "avro-gen.lock:1:"),
        ("format = 1\nschema = 3".to_owned(), "avro-gen.lock:2:10: `schema` is a list of tables"),
        (entry("version = 1\nfile = \"a\""), "`subject` is missing"),
        (entry("subject = \"s\"\nversion = 1\nfile = 7"), "avro-gen.lock:5:8: `file` is a text"),
        (entry("subject = \"s\"\nversion = 1\nrequested = true\nfile = \"gone.avsc\""), "gone.avsc"),
    ] {
        let folder = with_schemas(&[("avro-gen.lock", text.clone())]);
        let config = Config::new().schemas_dir(folder.path().join("schemas"));
        let error = config.history_from_lock(folder.path().join("avro-gen.lock")).generate().unwrap_err();
        assert!(error.to_string().contains(expected), "{text}: {error}");
    }
    let missing =
        Config::new().history_from_lock(Path::new("/nowhere/avro-gen.lock")).generate().unwrap_err();
    assert!(missing.to_string().contains("/nowhere/avro-gen.lock"), "{missing}");
}

/// A record of very many fields is compiled as any other, unless too much of it would be left to the plan.
#[test]
fn records_of_very_many_fields_have_code_too() {
    let record = |count: usize, kind: &str| {
        let fields: Vec<_> =
            (0..count).map(|number| format!(r#"{{"name":"f{number}","type":{kind}}}"#)).collect();
        format!(r#"{{"type":"record","name":"a.Order","fields":[{}]}}"#, fields.join(","))
    };
    let items = |item: &str| format!(r#"{{"type":"array","items":"{item}"}}"#);
    for (count, kinds, expected) in [
        (128, ["\"int\"".to_owned(), "\"long\"".to_owned()], 1),
        (129, ["\"int\"".to_owned(), "\"long\"".to_owned()], 1),
        (500, ["\"int\"".to_owned(), "\"long\"".to_owned()], 1),
        // Items of another type are left to the plan.
        (32, [items("int"), items("long")], 1),
        (128, [items("int"), items("long")], 1),
        (129, [items("int"), items("long")], 0),
    ] {
        let [old, new] = kinds.map(|kind| record(count, &kind));
        let folder = written(&[("schemas/order.avsc", new), ("history/order.avsc", old)]);
        let config = Config::new().schemas_dir(folder.path().join("schemas"));
        let found = versions(&config.history(folder.path().join("history"))).unwrap();
        assert_eq!(found.len(), expected, "{count} fields");
    }
}
