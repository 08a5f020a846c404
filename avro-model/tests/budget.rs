//! Work that ends when its budget does: each phase of what is done with a schema takes a step for each element, ends within a
//! few steps of being cancelled or out of steps, and then gives an error and never a text.

use avro_model::budget::{Budget, LOOK_EVERY, Stopped};
use avro_model::compatibility::{CheckError, CheckLimits, check_with};
use avro_model::parser::{ParseError, ParseProblem, Parser};
use avro_model::{Schema, Validation};
use std::fmt::Write as _;

/// Something that is done within a budget; its answer, if it came to one.
type Phase = (&'static str, fn(&Work, &Budget) -> Result<String, Stopped>);

/// What the phases work on.
struct Work {
    text: String,
    references: Vec<String>,
    schema: Schema,
    again: Schema,
}

impl Work {
    fn new(text: String, references: Vec<String>) -> Self {
        let texts: Vec<&str> = references.iter().map(String::as_str).collect();
        let parser = Parser::new().validation(Validation::New);
        let parse = || parser.parse_with_references(&text, &texts).expect("a schema");
        Self { schema: parse(), again: parse(), text, references }
    }

    fn references(&self) -> Vec<&str> {
        self.references.iter().map(String::as_str).collect()
    }
}

fn read(work: &Work, budget: &Budget) -> Result<Schema, ParseError> {
    let parser = Parser::new().validation(Validation::New).within(budget);
    parser.parse_with_references(&work.text, &work.references())
}

/// Why a text was not read, which can be nothing but the budget.
fn stopped(error: ParseError) -> Stopped {
    match *error.problem {
        ParseProblem::Stopped(stopped) => stopped,
        other => panic!("{other}"),
    }
}

const PHASES: [Phase; 7] = [
    ("read", |work, budget| read(work, budget).map(|schema| schema.canonical_text()).map_err(stopped)),
    ("canonical text", |work, budget| work.schema.canonical_text_within(budget)),
    ("resolved text", |work, budget| work.schema.resolved_text_within(budget)),
    ("canonical form", |work, budget| work.schema.parsing_canonical_form_within(budget)),
    ("normal form", |work, budget| {
        let parser = Parser::new().validation(Validation::New).within(budget);
        let normal = work.schema.normalized(&parser, &work.references()).map_err(stopped)?;
        Ok(normal.canonical_text())
    }),
    ("equality", |work, budget| {
        work.schema.equivalent_within(&work.again, budget).map(|same| same.to_string())
    }),
    ("comparison", |work, budget| {
        match check_with(&work.schema, &work.again, CheckLimits::new().within(budget)) {
            Ok(found) => Ok(found.len().to_string()),
            Err(CheckError::Stopped(stopped)) => Err(stopped),
            Err(other) => panic!("{other}"),
        }
    }),
];

/// Elements of each of the schemas below.
const MANY: usize = 1_500;

fn list(one: impl Fn(usize) -> String) -> String {
    (0..MANY).fold(String::new(), |mut list, n| {
        write!(list, "{}{}", if n > 0 { "," } else { "" }, one(n)).expect("writing to a String");
        list
    })
}

fn record(name: &str, fields: &str) -> String {
    format!(r#"{{"type":"record","name":"{name}","fields":[{fields}]}}"#)
}

/// Kinds of schemas that are long in one way, and the phases that their length matters to.
fn schemas() -> Vec<(&'static str, Work, Vec<&'static str>)> {
    const ALL: [&str; 7] = [
        "read",
        "canonical text",
        "resolved text",
        "canonical form",
        "normal form",
        "equality",
        "comparison",
    ];
    const TEXTS: [&str; 4] = ["read", "canonical text", "resolved text", "normal form"];
    let alone = |text: String| Work::new(text, Vec::new());
    let numbers = list(|n| n.to_string());
    let words = |letter: &str| list(|n| format!(r#""{letter}{n}""#));
    vec![
        ("fields", alone(record("R", &list(|n| format!(r#"{{"name":"f{n}","type":"int"}}"#)))), ALL.to_vec()),
        ("types", alone(format!("[{}]", list(|n| record(&format!("R{n}"), "")))), ALL.to_vec()),
        (
            "symbols",
            alone(format!(r#"{{"type":"enum","name":"E","symbols":[{}]}}"#, words("S"))),
            [&TEXTS[..], &["canonical form"]].concat(),
        ),
        (
            "aliases",
            alone(format!(r#"{{"type":"record","name":"R","aliases":[{}],"fields":[]}}"#, words("A"))),
            TEXTS.to_vec(),
        ),
        (
            "aliases of a field",
            alone(record("R", &format!(r#"{{"name":"f","type":"int","aliases":[{}]}}"#, words("a")))),
            TEXTS.to_vec(),
        ),
        ("values of a property", alone(format!(r#"{{"type":"int","x":[{numbers}]}}"#)), TEXTS.to_vec()),
        (
            "members of a property of a field",
            alone(record(
                "R",
                &format!(r#"{{"name":"f","type":"int","x":{{{}}}}}"#, list(|n| format!(r#""k{n}":{n}"#))),
            )),
            TEXTS.to_vec(),
        ),
        (
            "values of a default",
            alone(record(
                "R",
                &format!(r#"{{"name":"f","type":{{"type":"array","items":"int"}},"default":[{numbers}]}}"#),
            )),
            TEXTS.to_vec(),
        ),
        (
            "names that are defined later",
            alone(record(
                "R",
                &format!(
                    r#"{},{{"name":"last","type":{{"type":"fixed","name":"F","size":1}}}}"#,
                    list(|n| format!(r#"{{"name":"f{n}","type":"F"}}"#))
                ),
            )),
            ALL.to_vec(),
        ),
        (
            "a schema that is referred to",
            Work::new(
                r#"{"type":"array","items":"R"}"#.to_owned(),
                vec![record("R", &list(|n| format!(r#"{{"name":"f{n}","type":"int"}}"#)))],
            ),
            vec!["read", "resolved text", "canonical form", "normal form", "equality", "comparison"],
        ),
    ]
}

#[test]
fn every_element_takes_a_step_and_none_takes_many() {
    for (kind, work, phases) in schemas() {
        for (phase, run) in PHASES {
            let budget = Budget::unlimited();
            run(&work, &budget).expect("an unlimited budget");
            let spent = usize::try_from(budget.spent()).expect("few steps");
            let values = work.text.matches([',', ':', '[', '{']).count()
                + work
                    .references
                    .iter()
                    .map(|text| text.matches([',', ':', '[', '{']).count())
                    .sum::<usize>();
            // A comparison is of pairs, and has a bound of its own.
            assert!(
                phase == "comparison" || spent <= 8 * values,
                "{phase} of many {kind}: {spent} steps for {values} values"
            );
            if phases.contains(&phase) {
                assert!(spent >= MANY, "{phase} of many {kind}: {spent} steps");
            }
        }
    }
}

#[test]
fn work_that_is_out_of_steps_ends_at_once_and_without_a_text() {
    for (kind, work, _) in schemas() {
        for (phase, run) in PHASES {
            let whole = Budget::unlimited();
            let answer = run(&work, &whole).expect("an unlimited budget");
            let all = whole.spent();
            let early = [0, 1, all / 7, all / 3, all / 2, all - all / 5, all.saturating_sub(1)];
            for steps in early.into_iter().filter(|steps| *steps < all) {
                let budget = Budget::of(steps);
                assert_eq!(run(&work, &budget), Err(Stopped::Spent { steps }), "{phase} of many {kind}");
                // What takes several steps at once is refused before they are spent.
                let further = budget.spent().saturating_sub(steps);
                assert!(further <= LOOK_EVERY, "{phase} of many {kind}: {further} steps after {steps}");
            }
            assert_eq!(run(&work, &Budget::of(all)), Ok(answer), "{phase} of many {kind}");
        }
    }
}

#[test]
fn work_that_is_cancelled_before_it_begins_is_not_done() {
    for (kind, work, _) in schemas() {
        for (phase, run) in PHASES {
            let budget = Budget::unlimited();
            budget.cancel();
            assert_eq!(run(&work, &budget), Err(Stopped::Cancelled), "{phase} of many {kind}");
            assert!(budget.spent() <= LOOK_EVERY, "{phase} of many {kind}: {} steps", budget.spent());
        }
    }
}

#[test]
fn one_budget_counts_over_all_phases() {
    let (_, work, _) = schemas().swap_remove(0);
    let (one, two) = (Budget::unlimited(), Budget::unlimited());
    let (_, read) = PHASES[0];
    let (_, print) = PHASES[1];
    read(&work, &one).expect("an unlimited budget");
    print(&work, &two).expect("an unlimited budget");
    let both = Budget::of(one.spent() + two.spent() - 1);
    assert!(read(&work, &both).is_ok());
    assert!(matches!(print(&work, &both), Err(Stopped::Spent { .. })));
}
