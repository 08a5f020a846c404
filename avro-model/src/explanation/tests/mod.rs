//! Texts and examples of explanations besides advice.

mod advice;

use super::{DecodingOutcome, Laxity, explain, explain_within};
use crate::Schema;
use crate::budget::{Budget, Stopped};
use crate::compatibility::{CheckError, Wording};

fn schema(text: &str) -> Schema {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn record(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"User","namespace":"com.acme","fields":[{fields}]}}"#)
}

const NAME: &str = r#"{"name":"name","type":"string"}"#;

#[test]
fn a_failing_value_is_shown_with_what_the_decoder_says() {
    let new = schema(&record(r#"{"name":"v","type":{"type":"array","items":"int"}}"#));
    let old = schema(&record(r#"{"name":"v","type":{"type":"array","items":["int","string"]}}"#));
    let explained = explain(&new, &old, Wording::NewReadsOld).unwrap();
    assert_eq!(explained.decoding, DecodingOutcome::Sometimes);
    let failing = explained.explanations[0].failing.as_ref().unwrap();
    assert!(failing.error.contains("string"), "{}", failing.error);
    assert!(format!("{:?}", failing.value).contains("Union(1"), "{:?}", failing.value);
}

/// The checker says of a branch only that the union lacks it.
#[test]
fn a_failing_value_shows_what_does_not_fit_inside_a_branch() {
    let version = |kind: &str| {
        let inner = format!(
            r#"{{"type":"record","name":"Inner","fields":[{{"name":"n","type":"long"}},{{"name":"v","type":"{kind}"}}]}}"#
        );
        schema(&record(&format!(r#"{{"name":"inner","type":["null",{inner}]}}"#)))
    };
    let explained = explain(&version("int"), &version("string"), Wording::NewReadsOld).unwrap();
    let failing = explained.explanations[0].failing.as_ref().unwrap();
    assert_eq!(failing.json, r#"{"inner":{"com.acme.Inner":{"n":0,"v":""}}}"#);
    assert_eq!(failing.error, "at byte 2, in inner.v: data of type string cannot be read as int");
}

#[test]
fn disagreements_of_checker_and_decoder_are_named() {
    let symbol = r#"{"name":"e","type":{"type":"enum","name":"E","symbols":["A"]},"default":"Z"}"#;
    for (case, new, old, text) in [
        (
            "the checker does not look at what a default holds",
            record(symbol),
            record(""),
            "The checker accepts this, but a decoder that follows the specification cannot read any data: for example {} \
             fails: at byte 0: the default of field \"e\" of record com.acme.User cannot be used: enum com.acme.E has no \
             symbol \"Z\"\n",
        ),
        (
            "bytes are promoted to text that they may not be",
            record(r#"{"name":"v","type":"string"}"#),
            record(r#"{"name":"v","type":"bytes"}"#),
            "The checker accepts this, but a decoder that follows the specification cannot read all data: for example \
             {\"v\":\"\u{ff}\"} fails: at byte 2, in v: text is not UTF-8\n",
        ),
        (
            "an alias of the null namespace never counts for the checker",
            r#"{"type":"record","name":"a.New","aliases":[".Old"],"fields":[]}"#.to_owned(),
            r#"{"type":"record","name":"Old","fields":[]}"#.to_owned(),
            "- a.New: readers with the new schema cannot read old data (expected: Old); a decoder that follows the \
             specification reads the data here nevertheless; keep the simple name Old of type a.New: \
             the checker knows no alias without a namespace for a type that has one\nA decoder that follows the specification reads all data nevertheless; the checker refuses more.\n",
        ),
    ] {
        let explained = explain(&schema(&new), &schema(&old), Wording::NewReadsOld).unwrap();
        assert!(explained.is_disputed(), "{case}");
        assert_eq!(explained.to_string(), text, "{case}");
    }
    let agreed = explain(&schema(&record("")), &schema(&record(NAME)), Wording::NewReadsOld).unwrap();
    assert!(!agreed.is_disputed() && agreed.to_string().is_empty());
}

#[test]
fn the_text_names_every_change_and_shows_a_value_once() {
    let version = |fields: &str| {
        schema(&record(&format!(
            r#"{{"name":"a","type":["null",{{"type":"record","name":"A","fields":[{{"name":"x","type":"int"}}{fields}]}}]}}"#
        )))
    };
    let new = version(r#",{"name":"zip","type":"string"},{"name":"no","type":"int"}"#);
    let text = explain(&new, &version(""), Wording::NewReadsOld).unwrap().to_string();
    assert!(text.ends_with("\n- also: give field \"no\" of com.acme.A a default, such as 0\n"), "{text}");

    // Each value fails for what its line says.
    let enums = |c: &str, d: &str| {
        schema(&record(&format!(
            r#"{{"name":"c","type":{{"type":"enum","name":"C","symbols":{c}}}}},{{"name":"d","type":{{"type":"enum","name":"D","symbols":{d}}}}}"#
        )))
    };
    let old = enums(r#"["X","A"]"#, r#"["Y","B"]"#);
    let explained = explain(&enums(r#"["A"]"#, r#"["B"]"#), &old, Wording::NewReadsOld).unwrap();
    let values: Vec<&str> =
        explained.explanations.iter().map(|one| one.failing.as_ref().unwrap().json.as_str()).collect();
    assert_eq!(values, [r#"{"c":"X","d":"B"}"#, r#"{"c":"A","d":"Y"}"#]);

    let fields = |count: usize| {
        let fields: Vec<String> =
            (0..count).map(|number| format!(r#"{{"name":"f{number}","type":"int"}}"#)).collect();
        schema(&record(&fields.join(",")))
    };
    let explained = explain(&fields(150), &fields(0), Wording::NewReadsOld).unwrap();
    assert_eq!((explained.explanations.len(), explained.omitted, explained.changes.len()), (100, 50, 150));
    let text = explained.to_string();
    assert_eq!(text.matches(" fails: ").count(), 1, "{text}");
    assert!(text.contains("\n- and 50 more\n- also: give field \"f100\""), "{text}");
}

/// The way to a finding may be longer than any value is deep, and a union may name itself in each of its branches.
#[test]
fn long_ways_and_dense_unions_end() {
    let chain = |field: &str, kind: &str| {
        let record = |number: usize| match number {
            0 => format!(r#"{{"type":"record","name":"R0","fields":[{{"name":"x","type":"{kind}"}}]}}"#),
            _ => format!(
                r#"{{"type":"record","name":"R{number}","fields":[{{"name":"x","type":"R{}"}}]}}"#,
                number - 1
            ),
        };
        let all: Vec<String> = (0..20_000).map(record).collect();
        schema(&format!(
            r#"{{"type":"record","name":"O","fields":[{{"name":"{field}","type":["null",{}],"default":null}},{{"name":"chain","type":"R19999"}}]}}"#,
            all.join(",")
        ))
    };
    let explained = explain(&chain("new", "int"), &chain("old", "string"), Wording::NewReadsOld).unwrap();
    assert!(explained.explanations[0].failing.is_none() && !explained.explanations[0].disputed);
    assert!(explained.repaired.is_some());

    let dense = |kind: &str| {
        let names: Vec<String> = (0..60).map(|number| format!("\"R{number}\"")).collect();
        let record = |name: &String| {
            format!(
                r#"{{"type":"record","name":{name},"fields":[{{"name":"x","type":"{kind}"}},{{"name":"next","type":["null",{}]}}]}}"#,
                names.join(",")
            )
        };
        schema(&format!("[{}]", names.iter().map(record).collect::<Vec<_>>().join(",")))
    };
    assert_eq!(
        explain(&dense("int"), &dense("string"), Wording::NewReadsOld).unwrap().explanations.len(),
        60
    );
}

/// Whoever asks for an explanation says what it may take, and it is one or none.
#[test]
fn an_explanation_ends_with_its_budget() {
    let fields = |count: usize| {
        let fields: Vec<String> =
            (0..count).map(|number| format!(r#"{{"name":"f{number}","type":"int"}}"#)).collect();
        schema(&record(&fields.join(",")))
    };
    let (new, old) = (fields(60), fields(30));
    let whole = Budget::unlimited();
    let report = explain_within(&new, &old, Wording::NewReadsOld, &whole).unwrap();
    assert_eq!(report.explanations.len(), 30);
    assert!(whole.spent() > 200, "{}", whole.spent());
    for part in [0, 1, 2, 5, 10, 50, 100] {
        let steps = whole.spent() * part / 100;
        let budget = Budget::of(steps);
        let explained =
            explain_within(&new, &old, Wording::NewReadsOld, &budget).map(|report| report.to_string());
        match part {
            100 => assert_eq!(explained, Ok(report.to_string())),
            _ => assert_eq!(explained, Err(CheckError::Stopped(Stopped::Spent { steps }))),
        }
    }
    let cancelled = Budget::unlimited();
    cancelled.cancel();
    let explained =
        explain_within(&new, &old, Wording::NewReadsOld, &cancelled).map(|report| report.to_string());
    assert_eq!(explained, Err(CheckError::Stopped(Stopped::Cancelled)));
}

/// A change that makes the checker content is not all when a decoder still fails.
#[test]
fn defaults_follow_the_types_that_the_advice_keeps() {
    let version = |kind: &str, default: &str| {
        let inner =
            format!(r#"{{"type":"record","name":"Inner","fields":[{{"name":"x","type":"{kind}"}}]}}"#);
        schema(&record(&format!(
            r#"{{"name":"old","type":{inner}}},{{"name":"new","type":"Inner","default":{default}}}"#
        )))
    };
    let old = schema(&record(
        r#"{"name":"old","type":{"type":"record","name":"Inner","fields":[{"name":"x","type":"string"}]}}"#,
    ));
    let explained = explain(&version("int", r#"{"x":1}"#), &old, Wording::NewReadsOld).unwrap();
    let changes: Vec<String> = explained.changes.iter().map(ToString::to_string).collect();
    assert_eq!(
        changes,
        [
            "keep the type string of field \"x\" of com.acme.Inner: data of string cannot be read as int",
            "give field \"new\" of com.acme.User another default, such as {\"x\":\"\"}, since its own cannot be used: 1 does \
             not fit, which must be text",
        ]
    );
    assert!(explained.overlooked.is_none());
    assert!(
        explain(explained.repaired.as_ref().unwrap(), &old, Wording::NewReadsOld)
            .unwrap()
            .overlooked
            .is_none()
    );
}

/// Avro's decoder for Java cuts or fills up a default to the size of its type, which is told beside the value.
#[test]
fn a_default_of_another_size_than_its_fixed_type_fails_in_strict_decoders() {
    let with = |more: &str| schema(&record(&format!(r#"{NAME}{more}"#)));
    let old = with("");
    let field = |size: usize, default: &str| {
        format!(r#",{{"name":"f","type":{{"type":"fixed","name":"F","size":{size}}},"default":"{default}"}}"#)
    };
    let inside = |size: usize, default: &str| {
        let fixed = format!(r#"{{"type":"fixed","name":"F","size":{size}}}"#);
        let inner = format!(r#"{{"type":"record","name":"I","fields":[{{"name":"x","type":{fixed}}}]}}"#);
        format!(
            r#",{{"name":"f","type":{{"type":"array","items":{inner}}},"default":[{{"x":"{default}"}}]}}"#
        )
    };
    for size in [0, 1, 4, 16] {
        for length in [0, 1, 3, 4, 5, 16, 17] {
            for field in [field(size, &"a".repeat(length)), inside(size, &"a".repeat(length))] {
                let report = explain(&with(&field), &old, Wording::NewReadsOld).unwrap();
                assert!(report.explanations.is_empty(), "{field}");
                let laxity = report.overlooked.map(|value| value.laxity);
                let expected = (size != length).then_some(Some(Laxity::DefaultSize));
                assert_eq!(laxity, expected, "{field}");
            }
        }
    }
}

/// A record inside a union is compared from where the union stands: its path means nothing from the root, and is not
/// what says where the finding is.
#[test]
fn a_finding_inside_a_union_is_placed_by_what_holds_it() {
    let version = |last: &str| {
        let inner = format!(
            r#"{{"type":"record","name":"Inner","fields":[{{"name":"a","type":"int"}},{{"name":"b","type":"int"}},{{"name":"c","type":"{last}"}}]}}"#
        );
        let branch =
            format!(r#"{{"type":"record","name":"Branch","fields":[{{"name":"inner","type":{inner}}}]}}"#);
        let outer = format!(
            r#"{{"type":"record","name":"Outer","fields":[{{"name":"either","type":[{branch},"int"]}},{{"name":"again","type":"Branch"}}]}}"#
        );
        schema(&format!(
            r#"{{"type":"record","name":"Root","fields":[{{"name":"outer","type":{outer}}},{{"name":"branch","type":"Branch"}}]}}"#
        ))
    };
    for direction in [Wording::NewReadsOld, Wording::OldReadsNew] {
        let explained = explain(&version("string"), &version("boolean"), direction).unwrap();
        let places: Vec<&str> = explained.explanations.iter().map(|one| one.place.as_str()).collect();
        assert_eq!(places, ["field \"either\" of Outer", "field \"c\" of Inner"], "{direction:?}");
    }
}
