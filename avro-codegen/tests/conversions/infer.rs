//! `avro-gen infer`: what is read, what is told, and that `encode --plain` takes the samples.

use crate::support::{avro_gen, folder_with};
use std::fs;

const ORDERS: &str = r#"{"id": 1, "customer": {"name": "A", "e-mail": null}, "lines": [{"sku": "x", "price": 2}], "placed": "2024-05-01T10:00:00Z"}
{"id": 3000000000, "customer": {"name": "B", "e-mail": "b@c.com"}, "lines": [{"sku": "y", "price": 2.5, "gift": true}], "placed": "2024-05-02T10:00:00.25Z"}
"#;

#[test]
fn samples_are_values_or_the_items_of_an_array() {
    let lines: Vec<&str> = ORDERS.lines().collect();
    let array = format!("[{}]", lines.join(","));
    let folder = folder_with(&[
        ("orders.jsonl", ORDERS),
        ("array.json", &array),
        ("one.json", lines[0]),
        ("two.json", lines[1]),
    ]);
    let run = |inputs: &[&str]| {
        let (status, printed, told) =
            avro_gen(folder.path(), &[&["infer", "--name", "shop.Order"], inputs].concat());
        assert_eq!(status, 0, "{told}");
        (printed, told)
    };
    let expected = run(&["orders.jsonl"]);
    for inputs in
        [&["array.json"][..], &["one.json", "two.json"], &["one.json", "array.json", "orders.jsonl"]]
    {
        assert_eq!(run(inputs), expected, "{inputs:?}");
    }
    assert_eq!(
        expected.1,
        "note: $.customer.e-mail is no name in Avro: the field is \"e_mail\", and \"avro-gen.key\" keeps the key\n"
    );
    for part in [
        r#""name": "Order""#,
        r#""namespace": "shop""#,
        r#"{"name": "id", "type": "long"}"#,
        r#"{"name": "gift", "type": ["null", "boolean"], "default": null}"#,
        r#"{"name": "price", "type": "double"}"#,
    ] {
        assert!(expected.0.contains(part), "{part}: {}", expected.0);
    }
}

#[test]
fn encode_takes_every_sample() {
    let folder = folder_with(&[("orders.jsonl", ORDERS)]);
    for logical in [&[][..], &["--logical"]] {
        let infer = ["infer", "orders.jsonl", "-o", "order.avsc"];
        assert_eq!(avro_gen(folder.path(), &[&infer, logical].concat()).0, 0);
        let schema = fs::read_to_string(folder.path().join("order.avsc")).unwrap();
        assert_eq!(schema.contains("timestamp-millis"), !logical.is_empty());
        let encode = ["encode", "-s", "order.avsc", "--plain", "--many", "orders.jsonl", "--to", "hex"];
        let (status, printed, told) = avro_gen(folder.path(), &encode);
        assert_eq!((status, printed.lines().count()), (0, 2), "{told}");
        let not_plain = ["encode", "-s", "order.avsc", "--many", "orders.jsonl", "--to", "hex"];
        assert_eq!(avro_gen(folder.path(), &not_plain).0, 1);
    }
    let other = ["encode", "-s", "order.avsc", "--plain", "--to", "hex", "other.json"];
    fs::write(folder.path().join("other.json"), r#"{"id": "x"}"#).unwrap();
    let (status, _, told) = avro_gen(folder.path(), &other);
    assert_eq!(
        (status, told.as_str()),
        (1, "avro-gen: at $: \"customer\" of record Sample is missing and has no default\n")
    );
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let folder = folder_with(&[
        ("bad.json", "{\"a\": 1}\n{\"a\": }\n[1,\n 2"),
        ("empty.json", " [] "),
        ("map.json", r#"{"prices": {"eur": 1, "usd": 2}}"#),
    ]);
    let run = |arguments: &str| {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        avro_gen(folder.path(), &arguments)
    };
    let (status, _, told) = run("infer bad.json");
    assert_eq!(status, 1);
    for part in [" --> bad.json:2:7\n", " --> bad.json:4:", "avro-gen: 2 errors in 1 file"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    for (arguments, status, part) in [
        ("infer empty.json", 1, "error: there are no samples\n"),
        ("infer none.json", 1, "avro-gen: cannot read none.json"),
        ("infer map.json --map prices", 0, "\"type\": {\"type\": \"map\", \"values\": \"int\"}"),
        ("infer map.json --map $.pries", 1, "map: \"$.pries\" is not the path of an object in the samples"),
        ("infer map.json --name a-b", 1, "name: \"a-b\" is not a full name in Avro"),
        ("infer map.json --map prices --format json", 0, "\"samples\":1,\"diagnostics\":[]}\n"),
        ("infer --nam", 2, "unexpected argument"),
    ] {
        let (found, printed, told) = run(arguments);
        assert_eq!(found, status, "{arguments}: {printed}{told}");
        assert!(format!("{printed}{told}").contains(part), "{arguments}: {printed}{told}");
    }
}
