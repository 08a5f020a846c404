//! Properties of every schema, however it is made.

use avro_model::parser::{Parser, Validation};
use avro_model::testing::{Random, advice_holds, failing_values_are_shown, pair, schema_json};
use avro_model::{Schema, compatibility};
use proptest::prelude::*;

fn parse(text: &str) -> Schema {
    text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn schema_text() -> impl Strategy<Value = String> {
    any::<u64>().prop_map(|seed| schema_json(&mut Random::seed(seed)).to_string())
}

fn evolution() -> impl Strategy<Value = (String, String)> {
    any::<u64>().prop_map(|seed| {
        let (before, after) = pair(&mut Random::seed(seed));
        (before.canonical_text(), after.canonical_text())
    })
}

proptest! {
    #[test]
    fn the_canonical_text_is_a_fixed_point(text in schema_text()) {
        let schema = parse(&text);
        let canonical = schema.canonical_text();
        let again = parse(&canonical);
        prop_assert_eq!(again.canonical_text(), canonical);
        prop_assert!(schema.equivalent(&again) && again.equivalent(&schema));
        prop_assert_eq!(schema.parsing_canonical_form(), again.parsing_canonical_form());
    }

    #[test]
    fn every_mode_reads_a_valid_schema_alike(text in schema_text()) {
        let canonical = parse(&text).canonical_text();
        for validation in [Validation::New, Validation::Stored] {
            let schema = Parser::new().validation(validation).parse(&text);
            prop_assert_eq!(schema.map(|schema| schema.canonical_text()).ok(), Some(canonical.clone()));
        }
    }

    #[test]
    fn the_normal_form_is_its_own_normal_form(text in schema_text()) {
        let parser = Parser::new();
        // A type of the null namespace may move out of the sight of its references, as in the original.
        let Ok(normal) = parse(&text).normalized(&parser, &[]) else { return Ok(()) };
        let again = normal.normalized(&parser, &[]).unwrap();
        prop_assert_eq!(again.canonical_text(), normal.canonical_text());
    }

    #[test]
    fn a_schema_reads_what_it_wrote(text in schema_text()) {
        let schema = parse(&text);
        prop_assert_eq!(compatibility::check(&schema, &schema), Ok(Vec::new()));
    }

    #[test]
    fn a_type_of_a_reference_is_a_name_in_the_text(text in schema_text()) {
        let reference = format!(r#"{{"type":"record","name":"Holder","fields":[{{"name":"f","type":{text}}}]}}"#);
        let schema = Parser::new().parse_with_references("\"Holder\"", &[&reference]).unwrap();
        prop_assert_eq!(schema.canonical_text(), "\"Holder\"");
        prop_assert_eq!(schema.resolved_text(), parse(&reference).canonical_text());
    }

    #[test]
    fn both_directions_of_a_check_end((before, after) in evolution()) {
        let (before, after) = (parse(&before), parse(&after));
        for (reader, writer) in [(&before, &after), (&after, &before)] {
            if let Ok(found) = compatibility::check(reader, writer) {
                prop_assert!(found.iter().all(|item| item.path.starts_with('/') && !item.message.is_empty()));
            }
        }
    }

    #[test]
    fn advice_helps_and_failing_values_fail((before, after) in evolution()) {
        advice_holds(&parse(&after), &parse(&before));
    }

    #[test]
    fn where_data_fails_a_value_that_fails_is_shown((before, after) in evolution(), seed in any::<u64>()) {
        failing_values_are_shown(&parse(&after), &parse(&before), &mut Random::seed(seed));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,200}") {
        let _ = text.parse::<Schema>();
    }

    #[test]
    fn no_damage_makes_the_parser_panic(
        text in schema_text(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<char>(), 0..3_u8), 1..4),
    ) {
        let mut characters: Vec<char> = text.chars().collect();
        for (place, character, kind) in damage {
            if characters.is_empty() {
                break;
            }
            let place = place.index(characters.len());
            match kind {
                0 => characters[place] = character,
                1 => drop(characters.remove(place)),
                _ => characters.truncate(place),
            }
        }
        let damaged: String = characters.into_iter().collect();
        for validation in [Validation::Default, Validation::New, Validation::Stored] {
            if let Err(error) = Parser::new().validation(validation).parse(&damaged) {
                prop_assert!(error.position.line >= 1 && error.path.starts_with('$'));
            }
        }
    }
}
