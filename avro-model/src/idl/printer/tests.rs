//! What is printed reads back as what it was made of.

use super::super::{NoImports, parse_idl, parse_protocol};
use super::NotInIdl;
use crate::Fullname;
use crate::parser::Parser;
use crate::schema::Schema;
use crate::testing::{Random, schema_json};

/// The text that the IDL of a schema is read back as.
fn read_back(idl: &str) -> String {
    let read = parse_idl("printed.avdl", idl, &NoImports, Parser::new());
    let read = read.unwrap_or_else(|error| panic!("{error}\n{idl}"));
    read.main.expect("there is a main schema").canonical_text()
}

/// A schema of one field.
fn record_with(field: &str) -> String {
    format!(r#"{{"type":"record","name":"n.R","fields":[{field}]}}"#)
}

#[test]
fn schemas_are_printed_so_that_they_read_back() {
    for (schema, idl) in [
        (r#""int""#, "schema int;\n"),
        (r#"{"type":"long","logicalType":"timestamp-millis"}"#, "schema timestamp_ms;\n"),
        (
            r#"{"type":"long","x":[1,{"a":null}],"logicalType":"timestamp-millis"}"#,
            "schema @x([1, {\"a\": null}]) @logicalType(\"timestamp-millis\") long;\n",
        ),
        (
            r#"{"type":"bytes","logicalType":"decimal","precision":4,"scale":2,"a-b.int":1}"#,
            "schema @a-b.`int`(1) decimal(4, 2);\n",
        ),
        (r#"["null","string"]"#, "schema string?;\n"),
        (r#"["string","null"]"#, "schema union { string, null };\n"),
        (
            r#"["null",{"type":"array","items":["null",{"type":"map","values":{"type":"string","k":true}}]}]"#,
            "schema union { null, array<union { null, map<@k(true) string> }> };\n",
        ),
        (
            r#"{"type":"fixed","name":"a.F","size":3,"aliases":["a.G","b.H","c.d.I"],"doc":""}"#,
            "namespace a;\nschema F;\n\n/** */\n@aliases([\"G\", \"b.H\", \"c.d.I\"])\nfixed F(3);\n",
        ),
        (
            r#"{"type":"enum","name":"E","symbols":["A","null","B"],"default":"null"}"#,
            "schema E;\n\nenum E { A, `null`, B } = `null`;\n",
        ),
        (
            r#"{"type":"error","name":"n.error","namespace":"n","fields":[],"x":-1.0E-7}"#,
            "namespace n;\nschema `error`;\n\n@x(-1.0E-7)\nerror `error` {}\n",
        ),
        // Types come behind those that they use, and one of another namespace says so.
        (
            r#"{"type":"record","name":"n.A","fields":[
                {"name":"b","type":{"type":"record","name":"m.date","fields":[{"name":"a","type":["null","n.A"]}]}},
                {"name":"c","type":{"type":"array","items":"m.date"}}]}"#,
            "namespace n;\nschema A;\n\n@namespace(\"m\")\nrecord `date` {\n  n.A? a;\n}\n\nrecord A {\n  m.`date` b;\n  array<m.`date`> c;\n}\n",
        ),
        // The schema declaration can name a type without a namespace in a file without one only.
        (
            r#"[{"type":"fixed","name":"n.A","size":1},{"type":"fixed","name":"B","size":1}]"#,
            "schema union { n.A, B };\n\n@namespace(\"n\")\nfixed A(1);\n\nfixed B(1);\n",
        ),
    ] {
        let schema: Schema = schema.parse().unwrap_or_else(|error| panic!("{schema}: {error}"));
        let printed = schema.idl().unwrap_or_else(|problems| panic!("{schema:?}: {problems:?}"));
        assert_eq!((printed.text.as_str(), printed.losses), (idl, Vec::new()));
        assert_eq!(read_back(idl), schema.canonical_text(), "{idl}");
    }
}

#[test]
fn fields_are_printed_so_that_they_read_back() {
    for (field, idl) in [
        (r#"{"name":"a","type":["null","string"],"default":null}"#, "string? a = null;"),
        (r#"{"name":"a","type":["null","string"]}"#, "string? a;"),
        (r#"{"name":"a","type":["string","null"],"default":"x\n\"y\""}"#, r#"string? a = "x\n\"y\"";"#),
        (r#"{"name":"a","type":["string","null"]}"#, "union { string, null } a;"),
        (
            r#"{"name":"a","type":["null","int","string"],"default":null}"#,
            "union { null, int, string } a = null;",
        ),
        (r#"{"name":"void","type":["null",{"type":"string","x":1}]}"#, "@x(1) string? `void`;"),
        (r#"{"name":"a","type":[{"type":"null","x":1},"int"]}"#, "union { @x(1) null, int } a;"),
        (
            r#"{"name":"a","type":{"type":"map","values":"long","x":1},"default":{"k":-9223372036854775808}}"#,
            "@x(1) map<long> a = {\"k\": -9223372036854775808};",
        ),
        (
            r#"{"name":"a","type":"double","default":"-Infinity","order":"ignore","aliases":["b","c"],"x":{}}"#,
            "double @order(\"ignore\") @aliases([\"b\", \"c\"]) @x({}) a = -Infinity;",
        ),
        (
            r#"{"name":"a","type":"float","default":1e20,"order":"descending"}"#,
            "float @order(\"descending\") a = 1.0E20;",
        ),
        (r#"{"name":"a","type":"string","default":"NaN"}"#, "string a = \"NaN\";"),
        (r#"{"name":"a","type":"int","doc":"one line"}"#, "/** one line */\n  int a;"),
        (
            r#"{"name":"a","type":"int","doc":"two\n\n * lines"}"#,
            "/**\n   * two\n   *\n   *  * lines\n   */\n  int a;",
        ),
        (r#"{"name":"a","type":"int","doc":"* stars\n"}"#, "/**\n   * * stars\n   *\n   */\n  int a;"),
    ] {
        let schema: Schema = record_with(field).parse().unwrap_or_else(|error| panic!("{field}: {error}"));
        let printed = schema.idl().unwrap_or_else(|problems| panic!("{field}: {problems:?}"));
        let expected = format!("namespace n;\nschema R;\n\nrecord R {{\n  {idl}\n}}\n");
        assert_eq!((printed.text, printed.losses), (expected.clone(), Vec::new()));
        assert_eq!(read_back(&expected), schema.canonical_text(), "{expected}");
    }
}

#[test]
fn what_does_not_come_back_is_told() {
    for (schema, losses) in [
        (
            r#"{"type":"fixed","name":"F","size":1,"doc":"a */ b"}"#,
            &["the doc of F is left out: it holds */, which would end the comment"][..],
        ),
        (
            &record_with(r#"{"name":"a","type":"int","doc":"end "}"#),
            &["the doc of field \"a\" of n.R is left out: a comment does not keep the blanks at its ends"],
        ),
        (
            r#"{"type":"fixed","name":"F","size":1,"doc":"a\u2028b"}"#,
            &[
                "the doc of F is left out: it holds a line end that the reference takes for one, and others do not",
            ],
        ),
        (
            r#"{"type":"string","a b":1,"x":98765432109876543210}"#,
            &[
                "the property \"a b\" of the schema is left out: its key is no name in IDL",
                "the property \"x\" of the schema is left out: it holds an integer of more than 64 bits",
            ],
        ),
        (
            r#"{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":4}"#,
            &["the scale 0 of the decimal of F is written out, as IDL does"],
        ),
        (
            &record_with(r#"{"name":"a","type":{"type":"bytes","logicalType":"decimal","precision":4}}"#),
            &["the scale 0 of the decimal of field \"a\" of n.R is written out, as IDL does"],
        ),
    ] {
        let schema: Schema = schema.parse().unwrap_or_else(|error| panic!("{schema}: {error}"));
        let printed = schema.idl().unwrap();
        let told: Vec<String> = printed.losses.iter().map(ToString::to_string).collect();
        assert_eq!(told, losses);
        assert_ne!(read_back(&printed.text), schema.canonical_text(), "{}", printed.text);
    }
}

#[test]
fn what_idl_cannot_say_is_refused() {
    for (schema, problems) in [
        ("[]".to_owned(), &["the schema has a union without branches, which IDL does not have"][..]),
        (
            record_with(
                r#"{"name":"a","type":{"type":"fixed","name":"A","namespace":"","size":1}},
                   {"name":"b","type":{"type":"fixed","name":"x.int","size":1}}"#,
            ),
            &[
                "x.int: IDL does not take the name \"int\"",
                "field \"a\" of n.R uses A, which has no namespace: IDL cannot name it inside the namespace n",
            ],
        ),
        (
            format!("{}\"int\"{}", r#"{"type":"array","items":"#.repeat(130), "}".repeat(130)),
            &["the schema is nested more than 128 levels deep, which IDL is not read with"],
        ),
    ] {
        let parsed: Schema = schema.parse().unwrap_or_else(|error| panic!("{schema}: {error}"));
        let told: Vec<String> = parsed.idl().unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(told, problems);
    }
}

#[test]
fn protocols_are_printed_so_that_they_read_back() {
    let text = r#"{"protocol":"import","namespace":"a.b","doc":"Mail.","version":"1","types":[
        {"type":"error","name":"Lost","fields":[{"name":"why","type":"string"}]},
        {"type":"record","name":"Letter","namespace":"c","fields":[{"name":"to","type":"string"}]}],
      "messages":{
        "send":{"doc":"Sends.\nA letter.","x":1,"request":[
            {"name":"letter","type":"c.Letter","doc":"what"},
            {"name":"copies","type":{"type":"int","y":2},"default":1,"aliases":["n"]}],
          "response":["null","c.Letter"],"errors":["Lost"]},
        "throws":{"request":[],"response":{"type":"int","logicalType":"date"}},
        "many":{"request":[],"response":["null",{"type":"string","x":1}]},
        "ping":{"request":[],"response":"null","one-way":true}}}"#;
    let protocol = parse_protocol("p.avpr", text, Parser::new()).unwrap();
    let printed = protocol.idl().unwrap();
    let expected = r#"/** Mail. */
@namespace("a.b")
@version("1")
protocol `import` {
  error Lost {
    string why;
  }

  @namespace("c")
  record Letter {
    string to;
  }

  /**
   * Sends.
   * A letter.
   */
  @x(1)
  c.Letter? send(/** what */ c.Letter letter, @y(2) int @aliases(["n"]) copies = 1) throws Lost;
  date `throws`();
  union { null, @x(1) string } many();
  void ping() oneway;
}
"#;
    assert_eq!((printed.text.as_str(), printed.losses), (expected, Vec::new()));
    let read = parse_idl("p.avdl", expected, &NoImports, Parser::new()).unwrap();
    assert_eq!(read.protocol.unwrap().text(), protocol.text());
}

#[test]
fn a_result_loses_its_properties_and_says_so() {
    for (response, result, losses) in [
        (r#"{"type":"string","x":1}"#, "string", 1),
        (r#"{"type":"int","logicalType":"date","x":1,"y":2}"#, "date", 2),
        (r#"{"type":"bytes","logicalType":"decimal","precision":3}"#, "decimal(3)", 1),
        (r#"{"type":"array","items":{"type":"int","x":1},"x":1}"#, "array<@x(1) int>", 1),
        (r#"{"type":"null","x":1}"#, "void", 1),
    ] {
        let text = format!(r#"{{"protocol":"P","messages":{{"m":{{"request":[],"response":{response}}}}}}}"#);
        let printed = parse_protocol("p.avpr", &text, Parser::new()).unwrap().idl().unwrap();
        assert_eq!(printed.text, format!("protocol P {{\n  {result} m();\n}}\n"));
        assert_eq!(printed.losses.len(), losses, "{response}: {:?}", printed.losses);
    }
}

/// A type without a namespace cannot be named where there is one, and a decimal may get a scale; whatever else is made comes
/// back to the letter.
#[test]
fn schemas_made_at_random_read_back() {
    let (mut same, mut told) = (0, 0);
    for seed in 0..2_000 {
        let text = schema_json(&mut Random::seed(seed)).to_string();
        let schema: Schema = text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"));
        match schema.idl() {
            Ok(printed) if printed.losses.is_empty() => {
                assert_eq!(
                    read_back(&printed.text),
                    schema.canonical_text(),
                    "seed {seed}\n{}",
                    printed.text
                );
                same += 1;
            }
            Ok(printed) => {
                read_back(&printed.text);
                told += 1;
            }
            Err(problems) => {
                let expected = |problem: &NotInIdl| {
                    matches!(problem, NotInIdl::NoNamespace { .. } | NotInIdl::EmptyUnion { .. })
                };
                assert!(problems.iter().all(expected), "seed {seed}: {problems:?}\n{text}");
                told += 1;
            }
        }
    }
    assert!(same > 1_000 && told > 0, "{same} came back, {told} told");
}

#[test]
fn an_alias_without_a_namespace_stays_one() {
    let schema: Schema = r#"{"type":"fixed","name":"n.F","size":1,"aliases":[".G"]}"#.parse().unwrap();
    let printed = schema.idl().unwrap();
    let read = parse_idl("f.avdl", &printed.text, &NoImports, Parser::new()).unwrap().main.unwrap();
    assert_eq!(read[read.root()].aliases(), [Fullname::new("G", "")]);
    assert!(printed.losses.is_empty());
}
