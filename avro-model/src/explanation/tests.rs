use super::{Decoding, explain};
use crate::Schema;
use crate::binary::{Decoder, encode};
use crate::compatibility::{Wording, check};
use crate::testing::{Random, pair};

fn schema(text: &str) -> Schema {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn record(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"User","namespace":"com.acme","fields":[{fields}]}}"#)
}

const NAME: &str = r#"{"name":"name","type":"string"}"#;

/// Both directions; the first advice of each.
fn advice(new: &str, old: &str) -> [Option<String>; 2] {
    let (new, old) = (schema(new), schema(old));
    [Wording::NewReadsOld, Wording::OldReadsNew].map(|direction| {
        let explained = explain(&new, &old, direction).unwrap();
        let change = explained.explanations.first()?.change.as_ref()?.to_string();
        let repaired = explained.repaired.unwrap();
        let (reader, writer) = match direction {
            Wording::NewReadsOld => (&repaired, &old),
            Wording::OldReadsNew => (&old, &repaired),
        };
        assert_eq!(check(reader, writer), Ok(Vec::new()));
        Some(change)
    })
}

#[test]
fn what_people_break_most_gets_the_fix_that_they_need() {
    let fixed = |size: usize| {
        record(&format!(r#"{{"name":"id","type":{{"type":"fixed","name":"Id","size":{size}}}}}"#))
    };
    let colour = |symbols: &str| {
        record(&format!(r#"{{"name":"c","type":{{"type":"enum","name":"Colour","symbols":{symbols}}}}}"#))
    };
    for (case, new, old, backward, forward) in [
        (
            "a nullable field without default",
            record(&format!(r#"{NAME},{{"name":"mail","type":["null","string"]}}"#)),
            record(NAME),
            Some(
                "give field \"mail\" of com.acme.User the default null: a field that may be null has no default unless \
                 the schema says \"default\": null",
            ),
            None,
        ),
        (
            "a new field without default",
            record(&format!(r#"{NAME},{{"name":"age","type":"int"}}"#)),
            record(NAME),
            Some("give field \"age\" of com.acme.User a default, such as 0"),
            None,
        ),
        (
            "a removed field that had no default",
            record(""),
            record(NAME),
            None,
            Some(
                "keep field \"name\" of com.acme.User, which old readers need since it has no default there",
            ),
        ),
        (
            "a renamed field",
            record(r#"{"name":"fullName","type":"string","aliases":["other"]}"#),
            record(NAME),
            Some(
                "if field \"fullName\" of com.acme.User is the renamed field \"name\", say \"aliases\": [\"name\"]; if it \
                 is a new one, give it a default",
            ),
            Some(
                "if field \"fullName\" of com.acme.User is the renamed field \"name\", keep its name, not as an alias, \
                 which old readers do not see; if it is a new one, keep field \"name\" too",
            ),
        ),
        (
            "a removed field beside a new one of another type",
            record(r#"{"name":"comment","type":["null","string"]}"#),
            record(NAME),
            Some(
                "give field \"comment\" of com.acme.User the default null: a field that may be null has no default unless \
                 the schema says \"default\": null",
            ),
            Some(
                "keep field \"name\" of com.acme.User, which old readers need since it has no default there",
            ),
        ),
        (
            "a type inside a union that was widened",
            record(r#"{"name":"n","type":["null","long"]}"#),
            record(r#"{"name":"n","type":["null","int"]}"#),
            None,
            // Without the branch nothing but null would be left.
            Some(
                "keep the type [null, int] of field \"n\" of com.acme.User: data of [null, long] cannot be read as [null, int]",
            ),
        ),
        (
            "a renamed type inside a union",
            record(r#"{"name":"a","type":["null",{"type":"fixed","name":"Address","size":4}]}"#),
            record(r#"{"name":"a","type":["null",{"type":"fixed","name":"Addr","size":4}]}"#),
            Some(
                "if com.acme.Address is the renamed type com.acme.Addr, say \"aliases\": [\"com.acme.Addr\"]",
            ),
            Some(
                "keep the name com.acme.Addr of type com.acme.Address: old readers do not see aliases of the writer",
            ),
        ),
        (
            "all symbols changed",
            colour(r#"["red"]"#),
            colour(r#"["RED"]"#),
            Some(
                "keep the symbols [RED] of enum com.acme.Colour, or give it a default symbol for what it does not know",
            ),
            Some("keep the symbols [RED] of enum com.acme.Colour, of which its readers know no others"),
        ),
        (
            "one event where there were two",
            record(r#"{"name":"e","type":{"type":"fixed","name":"A","size":1}}"#),
            record(
                r#"{"name":"e","type":[{"type":"fixed","name":"A","size":1},{"type":"fixed","name":"B","size":2}]}"#,
            ),
            Some(
                "keep the type [com.acme.A, com.acme.B] of field \"e\" of com.acme.User: data of [com.acme.A, com.acme.B] \
                 cannot be read as fixed com.acme.A",
            ),
            None,
        ),
        (
            "two events where there was one",
            record(
                r#"{"name":"e","type":[{"type":"fixed","name":"A","size":1},{"type":"fixed","name":"B","size":2}]}"#,
            ),
            record(r#"{"name":"e","type":{"type":"fixed","name":"A","size":1}}"#),
            None,
            Some(
                "leave the branch com.acme.B out of the union of field \"e\" of com.acme.User until all readers know it",
            ),
        ),
        (
            "items of another type",
            record(r#"{"name":"ids","type":["null",{"type":"array","items":"long"}]}"#),
            record(r#"{"name":"ids","type":["null",{"type":"array","items":"string"}]}"#),
            Some(
                "keep the type string of the items of field \"ids\" of com.acme.User: data of string cannot be read as long",
            ),
            Some(
                "keep the type string of the items of field \"ids\" of com.acme.User: data of long cannot be read as string",
            ),
        ),
        (
            "another logical type",
            record(r#"{"name":"v","type":{"type":"long","logicalType":"timestamp-millis"}}"#),
            record(r#"{"name":"v","type":{"type":"int","logicalType":"date"}}"#),
            None,
            Some(
                "keep the type int (date) of field \"v\" of com.acme.User: data of long (timestamp-millis) cannot be read as \
                 int (date)",
            ),
        ),
        (
            "a new decimal",
            record(&format!(
                r#"{NAME},{{"name":"d","type":{{"type":"bytes","logicalType":"decimal","precision":4}}}}"#
            )),
            record(NAME),
            Some("give field \"d\" of com.acme.User a default, such as \"\\u0000\""),
            None,
        ),
        (
            "a new field without a default to write down",
            record(&format!(r#"{NAME},{{"name":"hash","type":{{"type":"fixed","name":"H","size":256}}}}"#)),
            record(NAME),
            Some(
                "let field \"hash\" of com.acme.User be null, by a union that begins with \"null\", and give it the default \
                 null",
            ),
            None,
        ),
        (
            "a removed symbol",
            colour(r#"["RED"]"#),
            colour(r#"["RED","BLUE"]"#),
            Some(
                "keep the symbols [BLUE] of enum com.acme.Colour, or give it a default symbol for what it does not know",
            ),
            None,
        ),
        (
            "an added symbol",
            colour(r#"["RED","BLUE"]"#),
            colour(r#"["RED"]"#),
            None,
            Some(
                "leave the symbols [BLUE] out of enum com.acme.Colour until its readers know them or have a default symbol",
            ),
        ),
        (
            "a narrowed number",
            record(r#"{"name":"n","type":"long"}"#),
            record(r#"{"name":"n","type":"double"}"#),
            Some(
                "keep the type double of field \"n\" of com.acme.User: data of double cannot be read as long",
            ),
            None,
        ),
        (
            "a renamed record",
            record(NAME).replace("User", "Person"),
            record(NAME),
            Some(
                "if com.acme.Person is the renamed type com.acme.User, say \"aliases\": [\"com.acme.User\"]",
            ),
            Some(
                "keep the name com.acme.User of type com.acme.Person: old readers do not see aliases of the writer",
            ),
        ),
        (
            "another size",
            fixed(8),
            fixed(16),
            Some("keep the size of 16 bytes of fixed com.acme.Id"),
            Some("keep the size of 16 bytes of fixed com.acme.Id"),
        ),
        (
            "a branch less",
            record(r#"{"name":"v","type":["null","int"]}"#),
            record(r#"{"name":"v","type":["null","int","string"]}"#),
            Some("keep the branch string in the union of field \"v\" of com.acme.User"),
            None,
        ),
        (
            "no longer nullable",
            record(r#"{"name":"v","type":"int"}"#),
            record(r#"{"name":"v","type":["null","int"]}"#),
            Some(
                "keep the type [null, int] of field \"v\" of com.acme.User: data of [null, int] cannot be read as int",
            ),
            None,
        ),
        (
            "a branch of a union that is the whole schema",
            r#"["null","int"]"#.to_owned(),
            r#"["null","int","string"]"#.to_owned(),
            Some("keep the branch string in the union of the root"),
            None,
        ),
        (
            "an enum by the name of a record",
            record(r#"{"name":"v","type":{"type":"enum","name":"V","symbols":["A"]}}"#),
            record(r#"{"name":"v","type":{"type":"record","name":"V","fields":[]}}"#),
            Some(
                "keep the type record com.acme.V of field \"v\" of com.acme.User: data of record com.acme.V cannot be read as enum com.acme.V",
            ),
            Some(
                "keep the type record com.acme.V of field \"v\" of com.acme.User: data of enum com.acme.V cannot be read as record com.acme.V",
            ),
        ),
        (
            // The checker compares an enum that has a default, but whose field has none, with the whole record.
            "a new enum whose field has no default",
            record(&format!(
                r#"{NAME},{{"name":"c","type":{{"type":"enum","name":"C","symbols":["A"],"default":"A"}}}}"#
            )),
            record(NAME),
            Some("give field \"c\" of com.acme.User a default, such as \"A\""),
            None,
        ),
        (
            // Data of an alias goes to the branch that has it, though another branch would have its name.
            "an alias inside a union",
            r#"["null",{"type":"fixed","name":"New","size":1,"aliases":["Old"]}]"#.to_owned(),
            r#"["null",{"type":"fixed","name":"Old","size":2}]"#.to_owned(),
            Some("keep the size of 2 bytes of fixed New"),
            Some("keep the type [null, Old] of the root: data of [null, New] cannot be read as [null, Old]"),
        ),
        (
            "a type that contains itself through a union",
            r#"{"type":"record","name":"R","fields":[{"name":"m","type":["null",{"type":"map","values":["string","R"]}]}]}"#.to_owned(),
            r#"{"type":"record","name":"R","fields":[{"name":"m","type":["null",{"type":"map","values":["string","R","float"]}]}]}"#.to_owned(),
            Some("keep the branch float in the union of the values of field \"m\" of R"),
            None,
        ),
        (
            "a field of a record inside a union",
            format!(r#"["null",{}]"#, record(&format!(r#"{NAME},{{"name":"age","type":"int"}}"#))),
            format!(r#"["null",{}]"#, record(NAME)),
            Some("give field \"age\" of com.acme.User a default, such as 0"),
            None,
        ),
    ] {
        assert_eq!(advice(&new, &old), [backward.map(str::to_owned), forward.map(str::to_owned)], "{case}");
    }
}

#[test]
fn a_failing_value_is_shown_with_what_the_decoder_says() {
    let new = schema(&record(r#"{"name":"v","type":{"type":"array","items":"int"}}"#));
    let old = schema(&record(r#"{"name":"v","type":{"type":"array","items":["int","string"]}}"#));
    let explained = explain(&new, &old, Wording::NewReadsOld).unwrap();
    assert_eq!(explained.decoding, Decoding::Sometimes);
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
    assert_eq!(failing.error, "at byte 2: data of type string cannot be read as int");
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
             {\"v\":\"\u{ff}\"} fails: at byte 2: text is not UTF-8\n",
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

#[test]
fn most_evolutions_that_break_get_a_change_that_helps_and_a_value_that_fails() {
    let [mut broken, mut helped, mut failing] = [0, 0, 0];
    for seed in 0..1_500 {
        let (old, new) = pair(&mut Random::seed(seed));
        for direction in [Wording::NewReadsOld, Wording::OldReadsNew] {
            let Ok(explained) = explain(&new, &old, direction) else { continue };
            broken += usize::from(!explained.explanations.is_empty());
            if let Some(repaired) = &explained.repaired {
                let (reader, writer) = super::pair(repaired, &old, direction);
                assert_eq!(check(reader, writer), Ok(Vec::new()), "seed {seed}");
                helped += 1;
            }
            let (reader, writer) = super::pair(&new, &old, direction);
            let decoder = Decoder::resolving(writer, reader).unwrap();
            let mut values = 0;
            for explanation in &explained.explanations {
                // Advice is given only where all of it together is known to help, and all of it is listed.
                if let Some(change) = &explanation.change {
                    assert!(explained.repaired.is_some(), "seed {seed}");
                    let listed = explained.changes.iter().any(|one| one.to_string() == change.to_string());
                    assert!(listed, "seed {seed}: {change}");
                }
                if let Some(failing) = &explanation.failing {
                    let data = encode(writer, &failing.value).unwrap();
                    assert!(decoder.decode(&data).is_err(), "seed {seed}: {failing}");
                    values = 1;
                }
            }
            failing += values;
        }
    }
    assert!(broken > 500, "{broken}");
    assert!(helped * 10 > broken * 8, "{helped} of {broken}");
    assert!(failing * 10 > broken * 5, "{failing} of {broken}");
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
