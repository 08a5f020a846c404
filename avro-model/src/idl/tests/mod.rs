mod reference;

use super::*;
use std::collections::HashMap;

struct Files(HashMap<&'static str, &'static str>);

impl Importer for Files {
    fn import(&self, _: ImportKind, path: &str, _: &str) -> Result<Imported, String> {
        let text = self.0.get(path).ok_or("there is no such file")?;
        Ok(Imported { name: path.to_owned(), text: (*text).to_owned() })
    }
}

fn read(text: &str) -> Result<Idl, IdlError> {
    parse_idl("test.avdl", text, &NoImports, Parser::new())
}

#[test]
fn definitions_come_out_as_their_json_form() {
    for (idl, json) in [
        ("record R {}", r#"{"type":"record","name":"R","fields":[]}"#),
        (
            "namespace a.b; error E { string m; }",
            r#"{"type":"error","name":"E","namespace":"a.b","fields":[{"name":"m","type":"string"}]}"#,
        ),
        ("enum E { A, B } = A;", r#"{"type":"enum","name":"E","symbols":["A","B"],"default":"A"}"#),
        (
            "/** Sixteen. */ @aliases([\"G\"]) fixed F(0x10);",
            r#"{"type":"fixed","name":"F","doc":"Sixteen.","size":16,"aliases":["G"]}"#,
        ),
        (
            "@namespace(\"x\") record R { int @order(\"descending\") a; }",
            r#"{"type":"record","name":"R","namespace":"x","fields":[{"name":"a","type":"int","order":"descending"}]}"#,
        ),
        (
            "record R { int @order(\"ignore\") @aliases([\"b\"]) @java-key(\"k\") a = 1; }",
            r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":1,"order":"ignore","aliases":["b"],"java-key":"k"}]}"#,
        ),
        (
            "record R { /** both */ int a, /** own */ b; }",
            r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int","doc":"both"},{"name":"b","type":"int","doc":"own"}]}"#,
        ),
        (
            "record R { string? a = null; string? b = \"x\"; string? c; }",
            r#"{"type":"record","name":"R","fields":[{"name":"a","type":["null","string"],"default":null},{"name":"b","type":["string","null"],"default":"x"},{"name":"c","type":["null","string"]}]}"#,
        ),
        (
            "record R { decimal(9) d; int @order(\"DESCENDING\") n; }",
            r#"{"type":"record","name":"R","fields":[{"name":"d","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":0}},{"name":"n","type":"int","order":"descending"}]}"#,
        ),
        ("enum E { @a(1) A, @b(2) @c(3) B }", r#"{"type":"enum","name":"E","symbols":["A","B"]}"#),
        (
            "record R { decimal(9,2) d; date t; timestamp_ms s; uuid u; }",
            r#"{"type":"record","name":"R","fields":[{"name":"d","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},{"name":"t","type":{"type":"int","logicalType":"date"}},{"name":"s","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"u","type":{"type":"string","logicalType":"uuid"}}]}"#,
        ),
        (
            "record R { @logicalType(\"timestamp-micros\") long? t; }",
            r#"{"type":"record","name":"R","fields":[{"name":"t","type":["null",{"type":"long","logicalType":"timestamp-micros"}]}]}"#,
        ),
        (
            "record R { array<map<union { null, int }>> a = []; R? next; }",
            r#"{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":{"type":"map","values":["null","int"]}},"default":[]},{"name":"next","type":["null","R"]}]}"#,
        ),
        (
            "record `record` { `enum` `array`; } enum `enum` { `null` }",
            r#"{"type":"record","name":"record","fields":[{"name":"array","type":{"type":"enum","name":"enum","symbols":["null"]}}]}"#,
        ),
        (
            "record R { double d = NaN; float f = -1.5e3; }",
            r#"{"type":"record","name":"R","fields":[{"name":"d","type":"double","default":"NaN"},{"name":"f","type":"float","default":-1500.0}]}"#,
        ),
    ] {
        let found = read(idl).unwrap_or_else(|error| panic!("{idl}: {error}"));
        // Both sides are printed by the same rules, so the order of keys in the expectation is free.
        let expected: Schema = json.parse().unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_eq!(found.types[0].canonical_text(), expected.canonical_text(), "{idl}");
    }
}

#[test]
fn the_main_schema_may_be_any_type() {
    let idl = read("namespace a; schema array<R>; record R { int x; }").unwrap();
    let main = idl.main.unwrap().canonical_text();
    assert_eq!(
        main,
        r#"{"type":"array","items":{"type":"record","name":"R","namespace":"a","fields":[{"name":"x","type":"int"}]}}"#
    );
}

#[test]
fn a_definition_that_is_repeated_alike_is_one_type() {
    let idl = read("record R { S s; } record S { int x; } record S { int x; }").unwrap();
    assert_eq!(idl.types.len(), 2);
    assert!(read("record S { int x; } record S { long x; }").is_err());
}

#[test]
fn protocols_have_messages() {
    let protocol = read(
        "/** Mail. */ @namespace(\"acme\") @version(2) protocol Mail {\n\
         error Lost { string why; } record Letter { string to; }\n\
         /** Sends. */ string send(Letter letter, int copies = 1) throws Lost;\n\
         void ping() oneway; }",
    )
    .unwrap()
    .protocol
    .unwrap();
    assert_eq!((protocol.name.to_string().as_str(), protocol.doc.as_deref()), ("acme.Mail", Some("Mail.")));
    assert_eq!(protocol.properties.len(), 1);
    assert_eq!(protocol.types.len(), 2);
    let [send, ping] = &protocol.messages[..] else { panic!("two messages") };
    assert_eq!((send.doc.as_deref(), send.one_way, send.errors.len()), (Some("Sends."), false, 1));
    assert!(send.request.canonical_text().contains(r#"{"name":"copies","type":"int","default":1}"#));
    assert_eq!(ping.response.canonical_text(), r#""null""#);
    assert!(ping.one_way);
}

#[test]
fn json_protocols_say_the_same() {
    let text = r#"{"protocol": "Mail", "namespace": "acme", "x": 1,
        "types": [{"type": "record", "name": "Letter", "fields": [{"name": "to", "type": "string"}]}],
        "messages": {"send": {"request": [{"name": "letter", "type": "Letter"}], "response": "string", "errors": []},
                     "ping": {"request": [], "one-way": true}}}"#;
    let protocol = parse_protocol("mail.avpr", text, Parser::new()).unwrap();
    assert_eq!(
        protocol.types[0].canonical_text(),
        r#"{"type":"record","name":"Letter","namespace":"acme","fields":[{"name":"to","type":"string"}]}"#
    );
    assert!(protocol.messages[0].request.canonical_text().contains("Letter"));
    assert!(protocol.messages[1].one_way);
    for (text, part) in [
        ("[]", "a protocol is a JSON object"),
        ("{}", "needs the attribute \"protocol\""),
        (r#"{"protocol":"P","messages":{"m":{"request":[]}}}"#, "needs the attribute \"response\""),
        (
            r#"{"protocol":"P","messages":{"m":{"request":[],"response":"int","one-way":true}}}"#,
            "can have neither",
        ),
        ("{\n]", "p.avpr:2:1: "),
        ("{\"protocol\":\"P\",\n\"types\":1}", "p.avpr:2:9: \"types\" must be an array"),
        ("{\"protocol\":\"P\",\n\"messages\":{\"m\":{}}}", "p.avpr:2:17: the message \"m\" needs"),
        (
            "{\"protocol\":\"P\",\"namespace\":\"n\",\"types\":[\"int\",\n{\"type\":\"array\",\"items\":\n\"strng\"}]}",
            "p.avpr:3:1: ",
        ),
        (
            "{\"protocol\":\"P\",\"messages\":{\"m\":{\"request\":[\n{\"name\":\"a\",\"type\":\"strng\"}],\"response\":\"int\"}}}",
            "p.avpr:2:20: ",
        ),
        (
            "{\"protocol\":\"P\",\"messages\":{\"m\":{\"request\":[],\"response\":\"null\",\"errors\":[\n\"strng\"]}}}",
            "p.avpr:2:1: ",
        ),
    ] {
        let message = parse_protocol("p.avpr", text, Parser::new()).unwrap_err().to_string();
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn imports_are_read_once_and_in_circles() {
    let files = Files(HashMap::from([
        ("a.avdl", "namespace n; import idl \"b.avdl\"; record A { B b; }"),
        ("b.avdl", "namespace n; import idl \"a.avdl\"; import schema \"c.avsc\"; record B { C c; A? a; }"),
        ("c.avsc", r#"{"type":"enum","name":"C","namespace":"n","symbols":["X"]}"#),
        ("p.avpr", r#"{"protocol":"P","namespace":"n","types":[{"type":"fixed","name":"D","size":1}]}"#),
    ]));
    let text = "namespace n; import idl \"a.avdl\"; import protocol \"p.avpr\"; record Main { A a; D d; }";
    let idl = parse_idl("main.avdl", text, &files, Parser::new()).unwrap();
    let mut names: Vec<_> =
        idl.types.iter().map(|schema| schema[schema.root()].name().unwrap().to_string()).collect();
    names.sort();
    assert_eq!(names, ["n.A", "n.B", "n.C", "n.D", "n.Main"]);
    let error = parse_idl("main.avdl", "\n import idl \"x.avdl\";", &files, Parser::new()).unwrap_err();
    assert_eq!(error.to_string(), "main.avdl:2:2: cannot import \"x.avdl\": there is no such file");
    let files = Files(HashMap::from([("bad.avsc", "[\n {\"type\": \"strng\"}]"), ("worse.avsc", "[\n}")]));
    for (import, expected) in [("bad.avsc", "bad.avsc:2:11: "), ("worse.avsc", "worse.avsc:2:1: ")] {
        let text = format!("import schema \"{import}\";");
        let error = parse_idl("main.avdl", &text, &files, Parser::new()).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

#[test]
fn mistakes_are_reported_where_they_stand_in_the_idl() {
    for (text, expected) in [
        ("record R {\n  strng a;\n}", "test.avdl:2:3: "),
        ("record R {\n  int a = \"x\";\n}", "test.avdl:2:7: "),
        ("record R { int a }", "test.avdl:1:18: found \"}\", but expected \"=\" and a default"),
        ("enum E { A,\n A }", "test.avdl:2:2: "),
        ("record R { @foo(1) R next; }", "test.avdl:1:12: the annotation @foo stands before a reference"),
        ("record R { int @order(\"up\") a; }", "test.avdl:1:16: the annotation @order needs"),
        ("@name(\"x\") record R {}", "test.avdl:1:1: the annotation @name has the name of an attribute"),
        ("protocol P { int m() oneway; }", "test.avdl:1:14: found a result, but expected void"),
        ("fixed F(1.5);", "test.avdl:1:9: "),
        (
            "record R { decimal(4, 5) d; }",
            "test.avdl:1:12: decimal(4, 5) needs a precision from 1 on and a scale",
        ),
        ("record R { decimal(0) d; }", "test.avdl:1:12: decimal(0, 0) needs"),
        ("record R { decimal(4.0) d; }", "test.avdl:1:12: decimal(4.0, 0) needs"),
        ("record R { union {} u; }", "test.avdl:1:19: found \"}\", but expected the first type of the union"),
        ("protocol P {} record R {}", "test.avdl:1:15: found \"record\", but expected the end of the file"),
        ("record R {} protocol P {}", "test.avdl:1:13: found \"protocol\", but expected import, record"),
        ("namespace n; protocol P {}", "test.avdl:1:14: found \"protocol\", but expected import, record"),
        (
            "hello",
            "test.avdl:1:1: found \"hello\", but expected import, protocol, record, error, enum or fixed",
        ),
        ("record R { int a = 1x; }", "test.avdl:1:20: \"1x\" is not a number"),
    ] {
        let message = read(text).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{text}: {message}");
    }
}

#[test]
fn what_is_around_a_mistake_is_read_on() {
    for (text, places) in [
        (
            "record R {\n int a\n}\nrecord S {\n int = 1;\n int b;\n array<int c;\n}",
            &[(3, 1), (5, 6), (7, 12)][..],
        ),
        ("record R { union { int, } a;\n int b = [1,;\n int ok; }", &[(1, 25), (2, 13)]),
        (
            "enum E { A, }\nenum F { A } = ;\nfixed G 3;\nrecord R { @foo(1) R a;\n@bar(1) R b; }",
            &[(1, 13), (2, 16), (3, 9), (4, 12), (5, 1)],
        ),
        (
            "protocol P {\n record 5 { int a; }\n int m(int);\n union { int } n() x;\n void ok();\n int o() oneway;\n}",
            &[(2, 9), (3, 11), (4, 20), (6, 2)],
        ),
        (
            "@namespace(\"a\") @aliases(1) record R {}\n@namespace(2) record S { int 3; }\nrecord T {}",
            &[(1, 17), (2, 1), (2, 30)],
        ),
        // What has no end is told once.
        ("record R { int a;\n record S {\n int b;", &[(2, 11)]),
        // So is each thing that is no token, whatever else is wrong around it.
        ("record R {\n int 1;\n int # a; int 2; }", &[(2, 6), (3, 6), (3, 15)]),
        (
            "record R { int # a # b; }\n@doc(\"it) record S {}\nrecord T { int 1; }",
            &[(1, 16), (1, 20), (2, 6), (3, 16)],
        ),
        ("enum E { `A }\nrecord R { string s = 'a\\qb'; int 1; }", &[(1, 10), (2, 25), (2, 35)]),
        ("record R { string s = 'a\\qb'; int 1; } /* and so on", &[(1, 25), (1, 35), (1, 40)]),
        // A beginning that is none does not hide the rest.
        ("namespace ;\nschema array<;\nrecord R { int 1; }", &[(1, 11), (2, 14), (3, 16)]),
        // Schemas that are not valid are told beside what is no IDL, but for what that may define.
        (
            "record R { int 1; strng a; S s; }\nenum E { A, A }\nrecord S { int 2; }",
            &[(1, 16), (3, 16), (1, 19), (2, 13)],
        ),
        ("record R { S s; T t; }\nrecord S # { }\nrecord T { string a = 1; }", &[(2, 10), (3, 19)]),
        (
            "namespace a.b;\nrecord R { int 1; }\nfixed F(2);\nrecord Q { R r; F f = \"abc\"; x.R s; }",
            &[(2, 16)],
        ),
        ("}\n;\nrecord R { int 1; }", &[(1, 1), (3, 16)]),
        ("hello", &[(1, 1)]),
    ] {
        let errors = parse_idl_fully("test.avdl", text, &NoImports, Parser::new()).unwrap_err();
        let found: Vec<_> = errors.iter().map(|error| (error.position.line, error.position.column)).collect();
        assert_eq!(found, places, "{text}\n{errors:?}");
    }
    // An imported file is read the same way.
    let files = Files(HashMap::from([("a.avdl", "record A { int 1;\n int 2; }")]));
    let errors = parse_idl_fully("main.avdl", "import idl \"a.avdl\";", &files, Parser::new()).unwrap_err();
    assert_eq!(errors.len(), 2);
    // All imports are tried, and what a file that is not there may define is not judged.
    let text = "import idl \"no.avdl\";\nimport idl \"a.avdl\";\nimport schema \"no.avsc\";\nrecord R { No a; int b = \"x\"; }";
    let errors = parse_idl_fully("main.avdl", text, &files, Parser::new()).unwrap_err();
    let places = errors.iter().map(|error| (&*error.file, error.position.line)).collect::<Vec<_>>();
    let own = |line| ("main.avdl", line);
    assert_eq!(places, [own(1), ("a.avdl", 1), ("a.avdl", 2), own(3), own(4)], "{errors:?}");
}

/// As the reference prints and reads it.
#[test]
fn messages_of_a_protocol_may_use_types_without_its_namespace() {
    let text = r#"{"protocol":"P","namespace":"a.b","types":[{"type":"record","name":"R","namespace":"","fields":[]},{"type":"record","name":"S","fields":[{"name":"r","type":"S"}]},{"type":"error","name":"E","namespace":"","fields":[]},{"type":"fixed","name":"S","namespace":"","size":1}],"messages":{"m":{"request":[{"name":"r","type":"R"},{"name":"l","type":{"type":"array","items":["null","R","S"]}}],"response":"R","errors":["E"]}}}"#;
    let protocol = parse_protocol("p.avpr", text, Parser::new()).unwrap();
    assert_eq!(protocol.text(), text);
    let error =
        parse_protocol("p.avpr", &text.replace("response\":\"R\"", "response\":\"Q\""), Parser::new());
    assert!(error.unwrap_err().to_string().contains("\"a.b.Q\" is neither a type"));
}

#[test]
fn all_that_is_wrong_with_a_protocol_in_json_is_told() {
    let text = r#"{"protocol": "P", "types": 7, "messages": {
  "a": {"request": [], "response": "Nope"},
  "b": {"response": "null"},
  "c": 1,
  "d": {"request": [{"name": "x", "type": "int", "default": "y"}], "response": "null"}}}"#;
    let errors = parse_protocol_fully("p.avpr", text, Parser::new()).unwrap_err();
    let lines: Vec<_> = errors.iter().map(|error| error.position.line).collect();
    assert_eq!(lines, [1, 3, 4, 2, 5], "{errors:?}");
}

#[test]
fn nesting_is_bounded() {
    for (open, close) in [("array<", ">"), ("union {", "}")] {
        let text = format!("record R {{ {}int{} a; }}", open.repeat(100_000), close.repeat(100_000));
        assert!(matches!(*read(&text).unwrap_err().problem, IdlProblem::TooDeep { .. }), "{open}");
    }
    let text = format!("record R {{ int a = {}; }}", "[".repeat(100_000));
    assert!(matches!(*read(&text).unwrap_err().problem, IdlProblem::TooDeep { .. }));
}
