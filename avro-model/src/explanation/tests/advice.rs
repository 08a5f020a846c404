//! The advice for what people do to schemas.

use super::{NAME, record, schema};
use crate::budget::Budget;
use crate::compatibility::{Wording, check};
use crate::explanation::{changes_within, explain};
use crate::testing::{Random, advice_holds, pair};

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
            "a new field that may be null, but not by default",
            record(&format!(
                r#"{NAME},{{"name":"hash","type":[{{"type":"fixed","name":"H","size":256}},"null"]}}"#
            )),
            record(NAME),
            Some(
                "let field \"hash\" of com.acme.User be null, by a union that begins with \"null\", and give it the default \
                 null",
            ),
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
            "an enum that had no symbols",
            r#"{"type":"record","name":"R","fields":[{"name":"e","type":{"type":"array","items":{"type":"enum","name":"E","symbols":["A","B"]}}}]}"#.to_owned(),
            r#"{"type":"record","name":"R","fields":[{"name":"e","type":{"type":"array","items":{"type":"enum","name":"E","symbols":[]}}}]}"#.to_owned(),
            None,
            Some(
                "leave the symbols [A, B] out of enum E until its readers know them or have a default symbol",
            ),
        ),
        (
            // Without a symbol there is no default either.
            "an enum that had no symbols, and a default",
            r#"{"type":"record","name":"R","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["A"]},"default":"A"}]}"#.to_owned(),
            r#"{"type":"record","name":"R","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":[]}}]}"#.to_owned(),
            None,
            Some(
                "leave the symbols [A] out of enum E until its readers know them, and the default out of field \"e\" of R",
            ),
        ),
        (
            // Defaults that hold no symbol stay.
            "an enum that had no symbols, and defaults of several fields",
            r#"{"type":"record","name":"R","fields":[
                {"name":"none","type":["null",{"type":"enum","name":"E","symbols":["A","B"],"default":"B"}],"default":null},
                {"name":"many","type":{"type":"array","items":"E"},"default":[]},
                {"name":"map","type":{"type":"map","values":"E"},"default":{}},
                {"name":"some","type":{"type":"array","items":"E"},"default":["B"]},
                {"name":"inner","type":{"type":"record","name":"I","fields":[{"name":"e","type":"E","default":"A"}]},"default":{}}]}"#.to_owned(),
            r#"{"type":"record","name":"R","fields":[
                {"name":"none","type":["null",{"type":"enum","name":"E","symbols":[]}]},
                {"name":"many","type":{"type":"array","items":"E"}},
                {"name":"map","type":{"type":"map","values":"E"}},
                {"name":"some","type":{"type":"array","items":"E"}},
                {"name":"inner","type":{"type":"record","name":"I","fields":[{"name":"e","type":"E"}]}}]}"#.to_owned(),
            None,
            Some(
                "leave the symbols [A, B] out of enum E until its readers know them, and the default out of field \"e\" of I, \
                 field \"some\" of R, field \"inner\" of R",
            ),
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

/// The advice and the values hold, whatever there is of them.
#[test]
fn most_evolutions_that_break_get_a_change_that_helps_and_a_value_that_fails() {
    let [mut broken, mut helped, mut failing] = [0, 0, 0];
    for seed in 0..1_500 {
        let (old, new) = pair(&mut Random::seed(seed));
        advice_holds(&new, &old);
        for direction in [Wording::NewReadsOld, Wording::OldReadsNew] {
            let Ok(explained) = explain(&new, &old, direction) else { continue };
            let changes = changes_within(&new, &old, direction, &Budget::unlimited()).unwrap();
            assert_eq!(changes, explained.changes, "alone: {seed}");
            broken += usize::from(!explained.explanations.is_empty());
            helped += usize::from(explained.repaired.is_some());
            failing += usize::from(explained.explanations.iter().any(|one| one.failing.is_some()));
        }
    }
    assert!(broken > 500, "{broken}");
    assert!(helped * 100 > broken * 99, "{helped} of {broken}");
    assert!(failing * 100 > broken * 95, "{failing} of {broken}");
}
