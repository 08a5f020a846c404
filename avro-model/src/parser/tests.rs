use super::{Document, ParseProblem, Parser, ParserLimits, Validation};
use crate::Schema;

fn printed(text: &str) -> Result<String, String> {
    text.parse::<Schema>().map(|schema| schema.canonical_text()).map_err(|error| error.to_string())
}

fn record(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#)
}

#[test]
fn forward_references_are_printed_as_definitions_at_their_first_use() {
    let text = r#"[{"type":"record","name":"A","fields":[{"name":"b","type":"B"}]},{"type":"fixed","name":"B","size":1}]"#;
    let expected = r#"[{"type":"record","name":"A","fields":[{"name":"b","type":{"type":"fixed","name":"B","size":1}}]},"B"]"#;
    assert_eq!(printed(text).as_deref(), Ok(expected));
}

#[test]
fn messages_say_where_what_was_found_what_is_allowed_and_what_was_meant() {
    for (text, message) in [
        (
            record(r#"{"name":"a","type":"strng"}"#),
            "$.fields[0].type (line 1, column 58): \"strng\" is neither a type nor a name that is defined here; \
             did you mean \"string\"?",
        ),
        (
            record(r#"{"name":"a","type":"int64"}"#),
            "$.fields[0].type (line 1, column 58): \"int64\" is neither a type nor a name that is defined here; \
             did you mean \"long\"?",
        ),
        (
            record(r#"{"name":"a","type":"enum","symbols":["A"]}"#),
            "$.fields[0].type (line 1, column 58): \"enum\" is neither a type nor a name that is defined here; \
             did you mean {\"type\": \"enum\", \"name\": ..., \"symbols\": [...]}?",
        ),
        (
            r#"["com.acme.User",{"type":"fixed","name":"com.acme.Id","size":1},{"type":"map","values":"Id"}]"#.to_owned(),
            "$[0] (line 1, column 2): \"com.acme.User\" is neither a type nor a name that is defined here",
        ),
        (
            r#"[{"type":"fixed","name":"com.acme.Id","size":1},{"type":"map","values":"Id"}]"#.to_owned(),
            "$[1].values (line 1, column 72): \"Id\" is neither a type nor a name that is defined here; \
             did you mean \"com.acme.Id\"?",
        ),
        (
            record(r#"{"name":"a","tpye":"int"}"#),
            "$.fields[0] (line 1, column 39): a field needs the attribute \"type\"; \
             did you mean \"type\" instead of \"tpye\"?",
        ),
        (
            record(r#"{"name":"a","type":"int","default":"1"}"#),
            "$.fields[0].default (line 1, column 74): the default \"1\" of field \"a\" does not fit its type: \
             an integer of 32 bits is expected",
        ),
        (
            record(r#"{"name":"a","type":["int","string"],"default":null}"#),
            "$.fields[0].default (line 1, column 85): the default null of field \"a\" does not fit its type: \
             a value of one of the branches [int, string] is expected",
        ),
        (
            record(r#"{"name":"1a","type":"int"}"#),
            "$.fields[0].name (line 1, column 47): field name \"1a\" is not allowed: a name begins with a letter or an \
             underscore, not with '1'",
        ),
        (
            record(r#"{"name":"a","type":"int"},{"name":"a","type":"int"}"#),
            "$.fields[1].name (line 1, column 73): the record has two fields named \"a\"",
        ),
        (
            record(r#"{"name":"a","type":"int","order":"up"}"#),
            "$.fields[0].order (line 1, column 72): \"order\" is \"up\", but must be \"ascending\", \"descending\" or \
             \"ignore\"",
        ),
        (
            record(r#"{"name":"a","type":"double","default":"one"}"#),
            "$.fields[0].default (line 1, column 77): the default \"one\" of field \"a\" is text that is not a number",
        ),
        (
            "{\n  \"type\": \"enum\",\n  \"name\": \"E\",\n  \"symbols\": [\"RED\", \"BLUE\"],\n  \"default\": \"BLU\"\n}".to_owned(),
            "$.default (line 5, column 14): the default \"BLU\" is not among the symbols [RED, BLUE]; did you mean \"BLUE\"?",
        ),
        (
            r#"{"type":"fixed","name":"F","size":16.0}"#.to_owned(),
            "$.size (line 1, column 35): \"size\" is a number with a fraction or an exponent, but must be an integer \
             from 0 to 2147483639",
        ),
        (
            r#"{"type":["null","int"]}"#.to_owned(),
            "$.type (line 1, column 9): \"type\" is an array, but must be text: the name of a type",
        ),
        (
            r#"["int",{"type":"int","logicalType":"date"}]"#.to_owned(),
            "$[1] (line 1, column 8): the union has two branches of type int; unnamed types may occur once, named types \
             once by name",
        ),
        (
            r#"{"type":"record","name":"int","fields":[]}"#.to_owned(),
            "$.name (line 1, column 25): a type cannot be named \"int\", which is a primitive type; give it another name \
             or a namespace",
        ),
        ("{\"type\": \"int\",}".to_owned(), "$ (line 1, column 16): found '}' where a key in double quotes is expected"),
        ("[1".to_owned(), "$ (line 1, column 3): the text ends where ',' or ']' is expected"),
        ("\"int\" // no".to_owned(), "$ (line 1, column 7): there is more text behind the JSON value: // no"),
    ] {
        assert_eq!(printed(&text), Err(message.to_owned()), "{text}");
    }
}

#[test]
fn a_name_is_looked_up_in_its_namespace_and_then_in_none() {
    let fields = |namespace: &str, first: &str, second: &str| {
        format!(
            r#"{{"type":"record","name":"R","namespace":"{namespace}","fields":[{{"name":"a","type":{first}}},{{"name":"b","type":{second}}}]}}"#
        )
    };
    let outside = r#"{"type":"fixed","name":"F","namespace":"","size":1}"#;
    assert!(printed(&fields("n", outside, "\"F\"")).is_ok());
    // Before its definition a name belongs to the enclosing namespace.
    assert!(printed(&fields("n", "\"F\"", outside)).is_err());
    assert!(printed(&fields("n", "\".F\"", outside)).is_err());
}

#[test]
fn a_default_is_checked_against_what_is_known_of_its_type() {
    let later = r#"{"name":"b","type":{"type":"enum","name":"E","symbols":["A"]}}"#;
    let before = record(&format!(r#"{{"name":"a","type":"E","default":"A"}},{later}"#));
    let error = printed(&before).unwrap_err();
    assert!(
        error.ends_with("an object, since the type is not defined before this field is expected"),
        "{error}"
    );
    assert!(printed(&record(&format!(r#"{later},{{"name":"a","type":"E","default":"A"}}"#))).is_ok());
    assert!(Parser::new().validation(Validation::Stored).parse(&before).is_ok());
}

#[test]
fn a_default_cannot_hold_the_record_that_it_belongs_to() {
    let problem = |text: String| *text.parse::<Schema>().unwrap_err().problem;
    for field in [
        r#"{"name":"a","type":["null","R"],"default":{}}"#,
        r#"{"name":"a","type":"R","default":{}}"#,
        r#"{"name":"a","type":{"type":"array","items":"R"},"default":[{}]}"#,
    ] {
        assert_eq!(
            problem(record(field)),
            ParseProblem::RecursiveDefault { field: "a".to_owned() },
            "{field}"
        );
    }
    assert!(record(r#"{"name":"a","type":["null","R"],"default":null}"#).parse::<Schema>().is_ok());
    assert!(
        record(r#"{"name":"a","type":{"type":"array","items":"R"},"default":[]}"#).parse::<Schema>().is_ok()
    );
}

#[test]
fn a_recursive_record_cannot_be_repeated() {
    let node = r#"{"type":"record","name":"N","fields":[{"name":"n","type":["null","N"]}]}"#;
    let error = printed(&record(&format!(r#"{{"name":"a","type":{node}}},{{"name":"b","type":{node}}}"#)))
        .unwrap_err();
    assert!(error.contains("\"N\" is defined twice, differently"), "{error}");
}

#[test]
fn integers_beyond_64_bits_are_kept_except_where_the_reference_copies() {
    let big = "123456789012345678901234567890";
    for (text, accepted) in [
        (format!(r#"{{"type":"int","p":{big}}}"#), true),
        (format!(r#"{{"type":"fixed","name":"F","size":1,"p":[{big}]}}"#), true),
        (record(&format!(r#"{{"name":"a","type":"int","p":{big}}}"#)), true),
        (format!(r#"{{"type":"array","items":"int","p":{big}}}"#), false),
        (format!(r#"{{"type":"map","values":"int","p":{{"x":{big}}}}}"#), false),
        (format!(r#"{{"type":"record","name":"R","fields":[],"p":[{big}]}}"#), false),
    ] {
        assert_eq!(printed(&text).is_ok(), accepted, "{text}");
    }
}

#[test]
fn only_the_top_of_a_reference_is_external() {
    let reference = r#"{"type":"record","name":"Outer","namespace":"o","fields":[{"name":"i","type":{"type":"fixed","name":"Inner","size":2}}]}"#;
    let text = record(r#"{"name":"a","type":"o.Outer"},{"name":"b","type":"o.Inner"}"#);
    let schema = Parser::new().parse_with_references(&text, &[reference]).unwrap();
    let inner = r#"{"type":"fixed","name":"Inner","namespace":"o","size":2}"#;
    let expected = record(&format!(r#"{{"name":"a","type":"o.Outer"}},{{"name":"b","type":{inner}}}"#));
    assert_eq!(schema.canonical_text(), expected);
}

#[test]
fn errors_name_their_document() {
    let documents = [
        Document { name: "a.avsc", text: r#"{"type":"array","items":"B"}"# },
        Document {
            name: "b.avsc",
            text: "{\"type\":\"record\",\"name\":\"B\",\"fields\":[\n{\"name\":\"c\",\"type\":\"C\"}]}",
        },
    ];
    let error = Parser::new().parse_documents(&documents).unwrap_err();
    assert_eq!(error.document.as_deref(), Some("b.avsc"));
    assert_eq!((error.path.as_str(), error.position.line), ("$.fields[0].type", 2));
    let error = Parser::new().parse_with_references("\"int\"", &["\"int\"", "\"Nope\""]).unwrap_err();
    assert_eq!(error.document.as_deref(), Some("reference 2"));
}

#[test]
fn documents_may_refer_to_each_other_and_repeat_definitions_alike() {
    let a = r#"{"type":"record","name":"A","fields":[{"name":"b","type":["null","B"]},{"name":"e","type":{"type":"enum","name":"E","symbols":["X"]},"default":"X"}]}"#;
    let b = r#"{"type":"record","name":"B","fields":[{"name":"a","type":["null","A"]},{"name":"e","type":{"type":"enum","name":"E","symbols":["X"]}}]}"#;
    let documents = |b: &'static str| [Document { name: "a", text: a }, Document { name: "b", text: b }];
    let schemas = Parser::new().parse_documents(&documents(b)).unwrap();
    assert!(schemas.iter().all(|schema| schema.resolved_text().parse::<Schema>().is_ok()));
    let other = r#"{"type":"record","name":"B","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["Y"]}}]}"#;
    let error = Parser::new().parse_documents(&documents(other)).unwrap_err();
    assert!(matches!(*error.problem, ParseProblem::Redefined(_)), "{error}");
}

#[test]
fn all_errors_of_documents_are_found_in_one_reading() {
    let faulty = r#"{"type":"record","name":"A","fields":[
        {"name":"a","type":"strng"},{"name":"b","type":"int","default":"x"},{"name":"b","type":"Later","default":{}},
        {"name":"c","type":{"type":"record","name":"Unread","fields":7}},{"name":"d","type":["null","null"]}]}"#;
    let texts = [
        faulty,
        r#"{"type":"record","name":"Later","fields":[{"name":"x","type":"int"}]}"#,
        r#"{"type":"enum","name":"Broken","symbols":["A"]"#,
        // Uses of what could not be read are no errors, but there is no schema either.
        r#"{"type":"array","items":"Broken"}"#,
        r#"{"type":"array","items":"Unread"}"#,
        r#"{"type":"map","values":"A"}"#,
        r#"{"type":"map","values":"Elsewhere"}"#,
        r#"{"type":"map","values":"Later"}"#,
        r#"{"type":"record","name":"Later","fields":[{"name":"x","type":"long"}]}"#,
    ];
    let names: Vec<String> = (0..texts.len()).map(|number| format!("{number}.avsc")).collect();
    let documents: Vec<Document<'_>> =
        texts.iter().zip(&names).map(|(text, name)| Document { name, text }).collect();
    let each = Parser::new().parse_each_document(&documents, &["Elsewhere".to_owned()]);
    let found: Vec<(usize, &str)> =
        each.errors.iter().map(|(number, error)| (*number, error.path.as_str())).collect();
    assert_eq!(
        found,
        [
            (0, "$.fields[1].default"),
            (0, "$.fields[3].type.fields"),
            (0, "$.fields[4].type[1]"),
            (0, "$.fields[2].name"),
            (0, "$.fields[0].type"),
            (2, "$"),
            (8, "$.name"),
        ]
    );
    let first = each.errors[6].1.first.as_ref().unwrap();
    assert_eq!((first.document.as_str(), first.path.as_str()), ("1.avsc", "$.name"));
    assert_eq!(first.difference, "field \"x\" is long, in the first one int");
    let read: Vec<usize> = (0..texts.len()).filter(|&number| each.schemas[number].is_some()).collect();
    assert_eq!(read, [1, 7]);
    // Without errors it is the same as reading them together.
    let sound = [documents[1], documents[7]];
    let each = Parser::new().parse_each_document(&sound, &[]);
    let together = Parser::new().parse_documents(&sound).unwrap();
    let texts = |schemas: &[Schema]| schemas.iter().map(Schema::canonical_text).collect::<Vec<_>>();
    assert!(each.errors.is_empty());
    assert_eq!(texts(&each.schemas.into_iter().flatten().collect::<Vec<_>>()), texts(&together));
}

#[test]
fn what_differs_between_two_definitions_is_told() {
    let record = |fields: &str| format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#);
    let symbols = |symbols: &str| format!(r#"{{"type":"enum","name":"R","symbols":[{symbols}]}}"#);
    let fixed = |rest: &str| format!(r#"{{"type":"fixed","name":"R","size":4{rest}}}"#);
    let (a, b) = (r#"{"name":"a","type":"int"}"#, r#"{"name":"b","type":"int"}"#);
    for (first, second, difference) in [
        (fixed(""), symbols(r#""A""#), "this one is of type enum, the first one fixed"),
        (fixed(""), fixed(r#","p":1"#), "the property \"p\" is 1, in the first one absent"),
        (symbols(r#""A","B""#), symbols(r#""A""#), "the first one has the symbol \"B\", which is not here"),
        (symbols(r#""A""#), symbols(r#""A","B""#), "the symbol \"B\" is not in the first one"),
        (symbols(r#""A","B""#), symbols(r#""B","A""#), "the symbols are in another order"),
        (record(&format!("{a},{b}")), record(a), "the first one has the field \"b\", which is not here"),
        (record(a), record(&format!("{a},{b}")), "the field \"b\" is not in the first one"),
        (
            record(&format!("{a},{b}")),
            record(&format!("{b},{a}")),
            "the fields are in another order: \"b\" for \"a\"",
        ),
        (
            record(a),
            record(r#"{"name":"a","type":"int","default":1}"#),
            "field \"a\" has the default 1, in the first one no default",
        ),
        (record(a), record(r#"{"name":"a","type":"int","order":"ignore"}"#), "field \"a\" has another order"),
        (
            record(a),
            record(r#"{"name":"a","type":"int","p":1}"#),
            "field \"a\": the property \"p\" is 1, in the first one absent",
        ),
        (
            record(r#"{"name":"a","type":{"type":"array","items":"int"}}"#),
            record(r#"{"name":"a","type":{"type":"array","items":"long"}}"#),
            "the type of field \"a\", array, differs inside",
        ),
    ] {
        let documents = [Document { name: "1", text: &first }, Document { name: "2", text: &second }];
        let each = Parser::new().parse_each_document(&documents, &[]);
        let error = &each.errors[0].1;
        assert_eq!(error.first.as_ref().unwrap().difference, difference, "{first} {second}");
    }
}

#[test]
fn limits_are_answered_with_an_error() {
    let limited = |limits| Parser::new().limits(limits).parse(r#"["null","int","string"]"#).unwrap_err();
    let error = limited(ParserLimits::default().with_bytes(10));
    assert_eq!(*error.problem, ParseProblem::TooLong { limit: 10 });
    let error = limited(ParserLimits::default().with_nodes(2));
    assert_eq!(*error.problem, ParseProblem::TooManyNodes { limit: 2 });
}
