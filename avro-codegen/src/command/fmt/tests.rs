//! What is laid out is laid out for good, means the same, and has all comments.

use super::{idl, idl_tokens, json, json_tokens};
use avro_model::Schema;
use avro_model::json::Json;
use avro_model::testing::{Random, pair};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn json_is_laid_out_as_shown() {
    for (text, expected) in [
        ("  \"int\"", "\"int\"\n"),
        ("{\"type\":\"array\",\"items\":\"int\"}", "{\"type\": \"array\", \"items\": \"int\"}\n"),
        (
            "// first\n/* second\n   * line */\n{\"type\":\"record\",\"name\":\"R\", // its name\n\n\"fields\":[\n\
             {\"name\":\"a\",\"type\":[\"null\",\"int\"],\"default\":null}, // behind\n// before b\n\n\n\
             {\"name\":\"b\",\"type\":\"int\"} /* last */\n// tail\n]}",
            "\
// first
/* second
 * line */
{
  \"type\": \"record\",
  \"name\": \"R\", // its name

  \"fields\": [
    {\"name\": \"a\", \"type\": [\"null\", \"int\"], \"default\": null}, // behind
    // before b
    {\"name\": \"b\", \"type\": \"int\"} /* last */
    // tail
  ]
}
",
        ),
        (
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}",
            "{\"type\": \"record\", \"name\": \"R\", \"fields\": []}\n",
        ),
        (
            "{\"a\": /* why */ 1.50, \"b\": \"\\u0041 \\\" x\" }",
            "{\n  /* why */\n  \"a\": 1.50,\n  \"b\": \"\\u0041 \\\" x\"\n}\n",
        ),
    ] {
        assert_eq!(json::lay_out(text), expected);
        assert_eq!(json::lay_out(expected), expected);
    }
}

#[test]
fn a_long_value_is_broken_from_the_outside() {
    let symbols: Vec<String> = (0..30).map(|number| format!("\"SYMBOL_{number}\"")).collect();
    let text = format!("{{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[{}]}}", symbols.join(","));
    let laid_out = json::lay_out(&text);
    assert!(
        laid_out.starts_with(
            "{\n  \"type\": \"enum\",\n  \"name\": \"E\",\n  \"symbols\": [\n    \"SYMBOL_0\",\n"
        )
    );
    assert_eq!(laid_out.lines().count(), 36);
}

#[test]
fn generated_schemas_keep_their_meaning_and_are_laid_out_for_good() {
    let mut random = Random::seed(7);
    for _ in 0..1_000 {
        let (first, second) = pair(&mut random);
        for schema in [first, second] {
            let text = schema.canonical_text();
            let laid_out = json::lay_out(&text);
            assert_eq!(Json::parse(&laid_out).unwrap(), Json::parse(&text).unwrap());
            assert_eq!(laid_out.parse::<Schema>().unwrap().canonical_text(), text);
            assert_eq!(json::lay_out(&laid_out), laid_out);
            keeps_a_comment(&text, &mut random);
        }
    }
}

/// Puts a comment before a token: it stays, and what is said stays too. (Behind a schema the reference reads none.)
fn keeps_a_comment(text: &str, random: &mut Random<'_>) {
    let tokens: Vec<&str> = json_tokens::tokens(text).iter().map(|token| token.text).collect();
    let place = random.below(tokens.len());
    let comment = random.pick(&[" /* why */ ", "\n/* why\n * so */\n", " // why\n", "\n// why\n"]);
    let with = format!("{}{comment}{}", tokens[..place].concat(), tokens[place..].concat());
    let laid_out = json::lay_out(&with);
    let comments = |text: &str| json_tokens::tokens(text).iter().filter(|token| token.is_comment()).count();
    assert_eq!((comments(&laid_out), laid_out.contains("why")), (1, true), "{with}\n{laid_out}");
    assert_eq!(Json::parse(&laid_out).unwrap(), Json::parse(text).unwrap(), "{laid_out}");
    assert_eq!(json::lay_out(&laid_out), laid_out, "{with}");
}

#[test]
fn the_corpus_keeps_its_meaning_and_its_comments_and_is_laid_out_for_good() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../compat-tests/schemas/corpus");
    // A package has no corpus beside it.
    let Ok(entries) = fs::read_dir(corpus) else { return };
    let mut kinds = BTreeSet::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        let kind = path.extension().unwrap_or_default().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let name = path.display();
        let laid_out = if kind == "avdl" { idl::lay_out(&text) } else { json::lay_out(&text) };
        if kind == "avdl" {
            let words = |text: &str| -> Vec<String> {
                idl_tokens::tokens(text).iter().map(|token| token.text.split_whitespace().collect()).collect()
            };
            assert_eq!(words(&laid_out), words(&text), "{name}");
            assert_eq!(idl::lay_out(&laid_out), laid_out, "{name}");
        } else {
            let comments = |text: &str| -> Vec<String> {
                let found = json_tokens::tokens(text);
                let comments = found.iter().filter(|token| token.is_comment());
                comments.map(|token| token.text.split_whitespace().collect()).collect()
            };
            assert_eq!(Json::parse(&laid_out).unwrap(), Json::parse(&text).unwrap(), "{name}");
            assert_eq!(comments(&laid_out), comments(&text), "{name}");
            assert_eq!(json::lay_out(&laid_out), laid_out, "{name}");
        }
        if kind == "avsc" {
            let canonical = |text: &str| text.parse::<Schema>().unwrap().canonical_text();
            assert_eq!(canonical(&laid_out), canonical(&text), "{name}");
        }
        kinds.insert(kind);
    }
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["avdl", "avpr", "avsc"]);
}

#[test]
fn comments_anywhere_in_json_are_kept() {
    // A comment before, behind or between any two tokens, alone in its line or not.
    let text = r#"{"type":"record","name":"R","fields":[{"name":"a","type":["null","int"],"default":null},{"name":"b","type":"int"}]}"#;
    let tokens: Vec<&str> = json_tokens::tokens(text).iter().map(|token| token.text).collect();
    for place in 0..tokens.len() {
        for comment in ["/* c */", "\n/* c */\n", "// c\n", "\n// c\n", "\n// c\n\n// d\n", "/* c */ // d\n"]
        {
            let with = format!("{}{comment}{}", tokens[..place].join(" "), tokens[place..].join(" "));
            let laid_out = json::lay_out(&with);
            let comments = |text: &str| -> Vec<String> {
                let found = json_tokens::tokens(text);
                found.iter().filter(|token| token.is_comment()).map(|token| token.text.to_owned()).collect()
            };
            assert_eq!(comments(&laid_out), comments(&with), "{with}\n{laid_out}");
            assert_eq!(Json::parse(&laid_out).unwrap(), Json::parse(text).unwrap(), "{laid_out}");
            assert_eq!(json::lay_out(&laid_out), laid_out, "{with}");
        }
    }
}

const IDL: &str = r#"/** The shop.
 * All of it. */
@namespace( "com.acme" ) @version(1)
protocol Shop{ // the protocol
import idl "other.avdl" ;
  /** An order. */
  @aliases(["Purchase", "x.Buy"])
      record Order
  {
    /** Its key. */ Id id; // behind
    // before
    union{null,string}name=null;

    @order("ignore") string @aliases(["m"]) memo = "a  \" b";
    array< map<decimal(4,2)> > @size({"a":[1,{}]}) amounts = [ ];
    string? `enum`; timestamp_ms at = -0x1.8p3, until;
  }
  enum State{ OPEN,PAID , /** Paid back. */ BACK } = OPEN;
enum Plain{A,B}
  fixed Id (16);
  error Refused { string why; }

  State get(Id id, int depth = 1) throws Refused;
  void tell(/* whom */ string name) oneway;
}
"#;

const LAID_OUT: &str = r#"/** The shop.
 * All of it. */
@namespace("com.acme")
@version(1)
protocol Shop { // the protocol
  import idl "other.avdl";
  /** An order. */
  @aliases(["Purchase", "x.Buy"])
  record Order {
    /** Its key. */
    Id id; // behind
    // before
    union { null, string } name = null;

    @order("ignore") string @aliases(["m"]) memo = "a  \" b";
    array<map<decimal(4, 2)>> @size({"a": [1, {}]}) amounts = [];
    string? `enum`;
    timestamp_ms at = -0x1.8p3, until;
  }
  enum State {
    OPEN,
    PAID,
    /** Paid back. */
    BACK
  } = OPEN;
  enum Plain { A, B }
  fixed Id(16);
  error Refused {
    string why;
  }

  State get(Id id, int depth = 1) throws Refused;
  void tell(/* whom */ string name) oneway;
}
"#;

#[test]
fn idl_is_laid_out_as_shown() {
    assert_eq!(idl::lay_out(IDL), LAID_OUT);
    assert_eq!(idl::lay_out(LAID_OUT), LAID_OUT);
}

#[test]
fn comments_anywhere_in_idl_are_kept() {
    let tokens: Vec<&str> = idl_tokens::tokens(IDL).iter().map(|token| token.text).collect();
    for place in 0..=tokens.len() {
        for comment in [" /* c */ ", "\n/* c */\n", "// c\n", "\n// c\n", "\n// c\n\n// d\n"] {
            // A comment that ends its line must go on doing so.
            let join = |tokens: &[&str]| {
                tokens
                    .iter()
                    .map(|token| format!("{token}{}", if token.starts_with("//") { "\n" } else { " " }))
                    .collect::<String>()
            };
            let with = format!("{}{comment}{}", join(&tokens[..place]), join(&tokens[place..]));
            let laid_out = idl::lay_out(&with);
            let plain = |text: &str| -> Vec<String> {
                idl_tokens::tokens(text).iter().map(|token| token.text.split_whitespace().collect()).collect()
            };
            assert_eq!(plain(&laid_out), plain(&with), "{with}\n{laid_out}");
            let again = idl::lay_out(&laid_out);
            assert_eq!(again, laid_out, "{with}");
        }
    }
}
