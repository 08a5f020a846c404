use crate::budget::Budget;
use crate::json::{Json, JsonError, JsonProblem, Position, Raw, Step, locate, read_raw};

fn read(text: &str) -> Result<Raw<'_>, JsonError> {
    read_raw(text, &Budget::unlimited())
}

fn printed(text: &str) -> String {
    Json::parse(text).unwrap().to_string()
}

#[test]
fn what_the_reference_reads() {
    for (text, value) in [
        ("  null ", "null"),
        ("[]", "[]"),
        ("{}", "{}"),
        ("[1, [true, {\"a\": []}], \"x\"]", "[1,[true,{\"a\":[]}],\"x\"]"),
        ("/* c */ [ // line\n 1 /* d */ , 2 ]", "[1,2]"),
        ("{\"a\" /* k */ : 1}", "{\"a\":1}"),
        ("[1// at the end of a line\r,2]", "[1,2]"),
        ("/* a tab \t, two\r\nlines and \u{7f} */ 1", "1"),
        (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#),
        (r#""\ud83d\ude00 \ud800 \ud800\u0041""#, "\"😀 ? ?A\""),
        (
            "[-0,1e0,9223372036854775807,9223372036854775808]",
            "[0,1.0,9223372036854775807,9223372036854775808]",
        ),
    ] {
        assert_eq!(printed(text), value, "{text}");
    }
}

#[test]
fn what_it_refuses() {
    for text in [
        "",
        " ",
        "// c",
        "/* \u{b} */ 1",
        "[1 // \u{0}\n]",
        "nul",
        "nulll",
        "True",
        "NaN",
        "Infinity",
        "-Infinity",
        "'a'",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":}",
        "{",
        "[",
        "[1",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"a\nb\"",
        "01",
        "-01",
        "+1",
        ".5",
        "1.",
        "1.e2",
        "1e",
        "1e+",
        "--1",
        "1 2",
        "[] // c",
        "[] /* c */",
        "{} {}",
        "/* open",
        "/x [1]",
        "[1}",
        "{\"a\":1]",
        "]",
        "\u{feff}[]",
        "# c\n[]",
        "\u{a0}[]",
    ] {
        assert!(Json::parse(text).is_err(), "{text:?}");
    }
}

/// Every kind of text with what is read or said of it, as `snapshots/` holds it.
#[test]
fn every_kind_of_text_has_its_verdict() {
    let verdict = |text: &str| match Json::parse(text) {
        Ok(value) => value.to_string(),
        Err(error) => format!("! {error}"),
    };
    insta::assert_snapshot!("verdicts", crate::testing::json_verdicts(verdict));
}

#[test]
fn limits_are_those_of_the_reference() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nested(1000)).is_ok());
    assert_eq!(read(&nested(1001)).unwrap_err().problem, JsonProblem::TooDeep { limit: 1000 });
    assert_eq!(read(&"[".repeat(1_000_000)).unwrap_err().problem, JsonProblem::TooDeep { limit: 1000 });
    assert!(read(&"1".repeat(1000)).is_ok());
    assert!(matches!(read(&"1".repeat(1001)).unwrap_err().problem, JsonProblem::TooLong { limit: 1000, .. }));
    let key = |length: usize| format!("{{\"{}\":1}}", "k".repeat(length));
    assert!(read(&key(50_000)).is_ok());
    assert!(matches!(read(&key(50_001)).unwrap_err().problem, JsonProblem::TooLong { limit: 50_000, .. }));
}

#[test]
fn duplicate_keys_are_found_in_wide_objects_too() {
    let members: Vec<String> = (0..2000).map(|index| format!("\"k{}\":{index}", index % 1000)).collect();
    let value = Json::parse(&format!("{{{}}}", members.join(","))).unwrap();
    let Json::Object(members) = &value else { panic!("an object") };
    assert_eq!(members.len(), 1000);
    assert_eq!(members[0], ("k0".to_owned(), Json::Int(1000)));
}

#[test]
fn errors_say_where() {
    for (text, line, column) in
        [("[1,\n  x]", 2, 3), ("[\r\n\r\n1 1]", 3, 3), ("é x", 1, 1), ("[\"é\", x]", 1, 7)]
    {
        assert_eq!(read(text).unwrap_err().position, Position { line, column }, "{text:?}");
    }
}

#[test]
fn values_are_located_by_path() {
    let text = "{\"a\": [1, {\"b\": 2}],\n \"c\": 3, \"a\": [4, {\"b\": 5}]}";
    let key = |name: &str| Step::Key(name.to_owned());
    for (path, line, column) in [
        (vec![], 1, 1),
        (vec![key("c")], 2, 7),
        // With duplicate keys the last value counts.
        (vec![key("a"), Step::Index(1), key("b")], 2, 25),
        (vec![key("a"), Step::Index(9)], 2, 15),
    ] {
        assert_eq!(locate(text, &path), Position { line, column }, "{path:?}");
    }
}
