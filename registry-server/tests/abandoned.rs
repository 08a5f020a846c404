//! What is done with schemas ends when its budget does: in each phase, for each language, within a few steps, with an error
//! and never with a text, a finding or the lack of one.

use registry_server::domain::CompatibilityPolicy;
use registry_server::schema_type::{
    Budget, Direction, EntityType, Language, Languages, Parsed, ReadError, ReferencedText, SchemaTags,
    Stopped, Strictness,
};

/// Elements of each of the texts below.
const MANY: usize = 600;
/// After how many more attempts at a step work that is out of steps has ended: it comes back from where it is.
const FURTHER: u64 = 100;

fn many(one: impl Fn(usize) -> String, separator: &str) -> String {
    (0..MANY).map(one).collect::<Vec<_>>().join(separator)
}

/// A text that is long in one way, with what it refers to.
struct Case {
    language: &'static str,
    kind: &'static str,
    text: String,
    references: Vec<ReferencedText>,
    /// An element that can be tagged.
    entity: &'static str,
}

impl Case {
    fn new(language: &'static str, kind: &'static str, entity: &'static str, text: String) -> Self {
        Self { language, kind, text, references: Vec::new(), entity }
    }

    fn referring(self, name: &str, text: String) -> Self {
        Self { references: vec![ReferencedText { name: name.to_owned(), text }], ..self }
    }
}

fn cases() -> Vec<Case> {
    let avro = |fields: &str, more: &str| {
        format!(r#"{{"type":"record","name":"R","fields":[{{"name":"f","type":"int"}}{fields}]{more}}}"#)
    };
    let avro_fields = many(|n| format!(r#",{{"name":"f{n}","type":["null","string"],"default":null}}"#), "");
    let numbers = many(|n| n.to_string(), ",");
    let properties = |value: &dyn Fn(usize) -> String| many(|n| format!(r#""p{n}":{}"#, value(n)), ",");
    let json = |more: &str| format!(r#"{{"type":"object","properties":{{"f":{{"type":"string"}}}}{more}}}"#);
    let modern = r#","$schema":"https://json-schema.org/draft/2020-12/schema""#;
    let definitions = properties(&|_| r#"{"type":"string"}"#.to_owned());
    let proto = |more: &str| format!("syntax = \"proto3\"; message R {{ int32 f = 1; }} {more}");
    let message = many(|n| format!("int32 f{n} = {};", n + 1), "");
    let option = format!("option (o) = {{ a: [{}] }};", many(|n| n.to_string(), ","));
    vec![
        Case::new("AVRO", "fields", "R.f", avro(&avro_fields, "")),
        Case::new("AVRO", "values of a property", "R.f", avro("", &format!(r#","x":[{numbers}]"#))),
        Case::new("AVRO", "a schema that is referred to", "R.f", avro(r#",{"name":"g","type":"Other"}"#, ""))
            .referring(
                "Other",
                format!(r#"{{"type":"record","name":"Other","fields":[{}]}}"#, &avro_fields[1..]),
            ),
        Case::new(
            "JSON",
            "properties",
            "object.f",
            format!(r#"{{"type":"object","properties":{{"f":{{"type":"string"}},{definitions}}}}}"#),
        ),
        Case::new(
            "JSON",
            "references",
            "object.f",
            json(&format!(
                r##","definitions":{{{definitions}}},"allOf":[{}]"##,
                many(|n| format!(r##"{{"$ref":"#/definitions/p{n}"}}"##), ",")
            )),
        ),
        Case::new(
            "JSON",
            "values of a list",
            "object.f",
            json(&format!(r#","x":[{numbers}],"enum":[{numbers}]"#)),
        ),
        Case::new(
            "JSON",
            "definitions of a new draft",
            "object.f",
            json(&format!(r#"{modern},"$defs":{{{definitions}}}"#)),
        ),
        Case::new(
            "JSON",
            "a schema that is referred to",
            "object.f",
            json(r#","allOf":[{"$ref":"other.json"}]"#),
        )
        .referring("other.json", format!(r#"{{"type":"object","properties":{{{definitions}}}}}"#)),
        Case::new("PROTOBUF", "fields", "R.f", proto(&format!("message M {{ {message} }}"))),
        Case::new(
            "PROTOBUF",
            "messages",
            "R.f",
            proto(&many(|n| format!("message M{n} {{ R r = 1; }}"), "")),
        ),
        Case::new(
            "PROTOBUF",
            "constants",
            "R.f",
            proto(&format!("enum E {{ {} }}", many(|n| format!("C{n} = {n};"), ""))),
        ),
        Case::new("PROTOBUF", "values of an option", "R.f", proto(&option)),
        Case::new(
            "PROTOBUF",
            "a file that is imported",
            "R.f",
            proto("import \"o.proto\"; message M { O o = 1; }"),
        )
        .referring("o.proto", format!("syntax = \"proto3\"; message O {{ {message} }}")),
    ]
}

/// What the phases have to work with.
struct Work<'a> {
    case: &'a Case,
    language: &'a dyn Language,
    schema: Box<dyn Parsed>,
    other: Box<dyn Parsed>,
    tags: Vec<SchemaTags>,
}

type Phase = (&'static str, fn(&Work<'_>, &Budget) -> Result<String, ReadError>);

fn compare(work: &Work<'_>, direction: Direction, budget: &Budget) -> Result<String, ReadError> {
    let found = work.schema.check_within(&*work.other, direction, CompatibilityPolicy::Strict, budget)?;
    Ok(format!("{found:?}"))
}

const PHASES: [Phase; 10] = [
    ("read", |work, budget| {
        let read =
            work.language.parse_within(&work.case.text, &work.case.references, Strictness::New, budget)?;
        Ok(read.canonical_text())
    }),
    // What is loaded is kept, so each time anew.
    ("validate", |work, budget| {
        let fresh = work.language.parse(&work.case.text, &work.case.references, Strictness::New)?;
        fresh.validate_within(budget).map(|()| "valid".to_owned())
    }),
    ("validate fields", |work, budget| {
        let fresh = work.language.parse(&work.case.text, &work.case.references, Strictness::New)?;
        Ok(format!("{:?}", fresh.reserved_field_problem_within(budget)?))
    }),
    ("normalize", |work, budget| Ok(work.schema.normalized_within(budget)?.canonical_text())),
    ("print", |work, budget| Ok(work.schema.canonical_text_within(budget)?)),
    ("format", |work, budget| {
        let texts = ["resolved", "ignore_extensions", "serialized"].map(|format| {
            Ok::<_, Stopped>(work.schema.formatted_within(format, budget)?.unwrap_or_default())
        });
        Ok(texts.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
    }),
    ("compare backward", |work, budget| compare(work, Direction::Backward, budget)),
    ("compare forward", |work, budget| compare(work, Direction::Forward, budget)),
    ("equality", |work, budget| {
        Ok(work.schema.equivalent_resolved_within(&*work.other, budget)?.to_string())
    }),
    ("tags", |work, budget| {
        let tagged = work.schema.with_tags_within(&work.tags, &[], budget)?;
        let found = work.schema.tags_within(budget)?;
        Ok(format!("{tagged} {found:?}"))
    }),
];

/// Runs something for each case and phase.
fn each(run: impl Fn(&str, &dyn Fn(&Budget) -> Result<String, ReadError>)) {
    let languages = Languages::default();
    for case in cases() {
        let language = languages.by_name(case.language).expect("a language");
        let read = || language.parse(&case.text, &case.references, Strictness::New).expect("a schema");
        let path = case.entity.to_owned();
        let tags = vec![SchemaTags { path, entity: EntityType::SrField, tags: vec!["T".to_owned()] }];
        let work = Work { case: &case, language, schema: read(), other: read(), tags };
        for (phase, act) in PHASES {
            run(&format!("{}, many {}, {phase}", case.language, case.kind), &|budget| act(&work, budget));
        }
    }
}

#[test]
fn work_that_is_out_of_steps_ends_at_once_and_with_an_error() {
    each(|name, act| {
        let whole = Budget::unlimited();
        let answer = act(&whole);
        let all = whole.spent();
        assert!(answer.is_ok(), "{name}: {answer:?}");
        let early = [0, 1, all / 9, all / 3, all / 2, all - all / 9, all.saturating_sub(1)];
        for steps in early.into_iter().filter(|steps| *steps < all) {
            let budget = Budget::of(steps);
            // A comparison leaves the models of JSON Schemas behind, so that the next one has less to do.
            let stopped = act(&budget);
            if budget.check().is_err() {
                assert_eq!(stopped, Err(Stopped::Spent { steps }.into()), "{name}");
                let further = budget.spent().saturating_sub(steps);
                assert!(further <= FURTHER, "{name}: {further} steps after {steps}");
            } else {
                assert_eq!(stopped, answer, "{name}");
            }
        }
    });
}

#[test]
fn work_of_an_abandoned_request_is_not_even_begun() {
    each(|name, act| {
        let budget = Budget::unlimited();
        budget.cancel();
        let stopped = act(&budget);
        // What takes no step at all is done at once.
        if budget.spent() > 0 {
            assert_eq!(stopped, Err(Stopped::Cancelled.into()), "{name}");
        }
        assert!(budget.spent() <= FURTHER, "{name}: {} steps", budget.spent());
    });
}

#[test]
fn every_phase_counts_what_it_looks_at() {
    /// Phases in which every element of each text is looked at.
    const WHOLE: [&str; 2] = ["read", "normalize"];
    each(|name, act| {
        let budget = Budget::unlimited();
        act(&budget).unwrap_or_else(|error| panic!("{name}: {error}"));
        // What is referred to is read, and looked at, in other phases.
        let whole = WHOLE.iter().any(|phase| name.ends_with(phase)) && !name.contains("that is");
        assert!(!whole || budget.spent() >= MANY as u64, "{name}: {} steps", budget.spent());
        // A comparison is of pairs, and has a bound of its own.
        assert!(
            name.contains("compare") || budget.spent() <= 60 * MANY as u64,
            "{name}: {} steps",
            budget.spent()
        );
    });
}

/// A schema that was being loaded when its budget ended is loaded by the next one who asks.
#[test]
fn what_ended_early_is_not_kept() {
    let text = format!(r#"{{"properties":{{{}}}}}"#, many(|n| format!(r#""p{n}":{{}}"#), ","));
    let languages = Languages::default();
    let schema = languages.by_name("JSON").unwrap().parse(&text, &[], Strictness::New).unwrap();
    let steps = MANY as u64 / 2;
    assert_eq!(schema.validate_within(&Budget::of(steps)), Err(Stopped::Spent { steps }.into()));
    assert_eq!(schema.validate_within(&Budget::unlimited()), Ok(()));
}
