//! What is sent to take the registry down: for each language, texts that are small and dear. Each is answered, with a word
//! on what is too much where it is, in a bounded number of steps and a bounded amount of memory.

use peak_alloc::PeakAlloc;
use registry_server::domain::CompatibilityPolicy;
use registry_server::schema_type::{Budget, Direction, Languages, Parsed, ReadError, Strictness};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What is done with the texts of a row.
#[derive(Clone, Copy, Debug)]
enum Treatment {
    /// Read, checked, normalized and printed, as a registration does it.
    Register,
    /// Compared with each other.
    Compare,
    /// Kept, after being compared: what counts is what stays.
    Keep,
}

/// A row of the table: language, kind, what is done, the texts, what the answer says, megabytes and thousands of steps that
/// it takes at most.
type Row = (&'static str, &'static str, Treatment, Vec<String>, &'static str, usize, u64);

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(",")
}

fn records(prefix: &str, count: usize, field_type: &str) -> String {
    let record = |n| {
        format!(r#"{{"type":"record","name":"{prefix}{n}","fields":[{{"name":"a","type":{field_type}}}]}}"#)
    };
    format!("[{}]", many(count, record))
}

fn avro() -> Vec<Row> {
    let zeros = |count: usize| format!(r#"{{"type":"int","x":[{}]}}"#, many(count, |_| "0".to_owned()));
    let aliases = |count: usize| {
        let names = many(count, |n| format!(r#""A{n}""#));
        format!(r#"{{"type":"record","name":"R","aliases":[{names}],"fields":[]}}"#)
    };
    let symbols = |prefix: &str, enums: usize, count: usize| {
        let one = |n| {
            let symbols = many(count, |s| format!(r#""{prefix}{n}S{s}""#));
            format!(r#"{{"type":"enum","name":"n{n}.E","symbols":[{symbols}]}}"#)
        };
        format!("[{}]", many(enums, one))
    };
    let letters = |count: usize| {
        format!(r#"{{"type":"enum","name":"E","symbols":[{}]}}"#, many(count, |n| format!(r#""S{n}""#)))
    };
    // Each level names both types of the next one twice, so that paths double.
    let doubling = |leaf: &str| {
        let mut schema =
            format!(r#"{{"type":"record","name":"R0","fields":[{{"name":"x","type":{leaf}}}]}}"#);
        for level in 1..60 {
            let before = level - 1;
            schema = format!(
                r#"{{"type":"record","name":"R{level}","fields":[{{"name":"a","type":{schema}}},{{"name":"b","type":"R{before}"}}]}}"#
            );
        }
        schema
    };
    vec![
        ("AVRO", "many aliases", Treatment::Register, vec![aliases(60_000)], "read", 80, 650),
        (
            "AVRO",
            "many aliases against many types",
            Treatment::Compare,
            vec![format!("[{}]", aliases(60_000)), records("W", 2_000, "\"int\"")],
            "2000 findings",
            80,
            270,
        ),
        (
            "AVRO",
            "unions of thousands of records",
            Treatment::Compare,
            vec![records("R", 3_000, "\"int\""), records("S", 3_000, "\"int\"")],
            "3000 findings",
            16,
            11_000,
        ),
        (
            "AVRO",
            "unions of recursive records",
            Treatment::Compare,
            vec![records("R", 1_200, r#"["null","R0"]"#), records("S", 1_200, r#"["null","S0"]"#)],
            "more than 134217728 bytes of memory",
            250,
            3_600,
        ),
        (
            "AVRO",
            "unions of enums of many symbols",
            Treatment::Compare,
            vec![symbols("A", 30, 300), symbols("B", 30, 300)],
            "30 findings",
            64,
            130,
        ),
        (
            "AVRO",
            "findings that double at each level",
            Treatment::Compare,
            vec![doubling("\"int\""), doubling("\"string\"")],
            "more than 100000 incompatibilities",
            80,
            24,
        ),
        (
            "AVRO",
            "an enum of many symbols in places that double",
            Treatment::Compare,
            vec![doubling(&letters(100_000)), doubling(&letters(100_001))],
            "more than 100000 incompatibilities",
            96,
            540,
        ),
        ("AVRO", "many values", Treatment::Register, vec![zeros(3_000_000)], "too large", 16, 1),
        (
            "AVRO",
            "as many values as are allowed",
            Treatment::Register,
            vec![zeros(500_000)],
            "read",
            120,
            4_800,
        ),
        ("AVRO", "large schemas that stay", Treatment::Keep, vec![zeros(100_000)], "weighed", 40, 480),
    ]
}

fn json() -> Vec<Row> {
    const MODERN: &str = r#""$schema":"https://json-schema.org/draft/2020-12/schema","#;
    let patterns = |prefix: &str| {
        let members = many(100, |n| format!(r#""^\\pL{{1,1000}}{prefix}{n}$":{{}}"#));
        format!(r#"{{"type":"object","additionalProperties":false,"patternProperties":{{{members}}}}}"#)
    };
    let asking = format!(
        r#"{{"type":"object","properties":{{{}}},"additionalProperties":false}}"#,
        many(20, |n| format!(r#""p{n}":{{}}"#))
    );
    let long_name = format!(
        r#"{{"type":"object","properties":{{"{}":{{}}}},"additionalProperties":false}}"#,
        "a".repeat(1_000_000)
    );
    let slow_pattern = r#"{"type":"object","additionalProperties":false,"patternProperties":{"^(a|b|ab){1,200}(a*b*){1,200}c$":{}}}"#;
    let branches = |prefix: &str, count: usize| {
        let one = |n| {
            format!(
                r#"{{"type":"object","properties":{{"{prefix}{n}":{{"type":"string"}}}},"additionalProperties":false}}"#
            )
        };
        format!(r#"{{"oneOf":[{}]}}"#, many(count, one))
    };
    // Names of a hundred levels are parts of the path of each of the findings below.
    let long_paths = |leaf: &str| {
        let inner =
            format!(r#"{{"properties":{{{}}}}}"#, many(200, |n| format!(r#""f{n}":{{"type":"{leaf}"}}"#)));
        (0..100).fold(inner, |inner, level| {
            format!(r#"{{"properties":{{"{}{level}":{inner}}}}}"#, "n".repeat(10_000))
        })
    };
    let listed = format!(
        r#"{{{MODERN}"type":["object","string"],"properties":{{{}}},"patternProperties":{{{}}}}}"#,
        many(3_000, |n| format!(r#""property{n}":{{}}"#)),
        many(3_000, |n| format!(r#""^x{n}":{{}}"#))
    );
    let long_base = format!(
        r##"{{{MODERN}"$id":"http://h/{}","$defs":{{{}}}}}"##,
        "i".repeat(100_000),
        many(1_000, |n| format!(r#""d{n}":{{"$anchor":"a{n}"}}"#))
    );
    let references = format!(
        r##"{{"definitions":{{{}}},"properties":{{{}}}}}"##,
        many(30_000, |n| format!(r#""d{n}":{{}}"#)),
        many(30_000, |n| format!(r##""p{n}":{{"$ref":"#/definitions/d{n}"}}"##))
    );
    let zeros = |count: usize| format!(r#"{{"enum":[{}]}}"#, many(count, |n| (n % 7).to_string()));
    vec![
        ("JSON", "large patterns", Treatment::Register, vec![patterns("a")], "read", 2, 1),
        (
            "JSON",
            "large patterns that are asked for",
            Treatment::Compare,
            vec![patterns("a"), asking.clone()],
            "patterns of property names take more than 8388608 bytes",
            64,
            160,
        ),
        (
            "JSON",
            "large patterns that stay",
            Treatment::Keep,
            vec![patterns("a"), asking],
            "weighed",
            16,
            160,
        ),
        (
            "JSON",
            "a long name for a slow pattern",
            Treatment::Compare,
            vec![slow_pattern.to_owned(), long_name],
            "steps",
            64,
            1,
        ),
        (
            "JSON",
            "branches against branches",
            Treatment::Compare,
            vec![branches("a", 1_500), branches("a", 1_500)],
            "steps",
            200,
            2_500,
        ),
        (
            "JSON",
            "long paths",
            Treatment::Compare,
            vec![long_paths("string"), long_paths("integer")],
            "bytes of their paths",
            64,
            8,
        ),
        ("JSON", "many members of many types", Treatment::Register, vec![listed], "read", 32, 72),
        (
            "JSON",
            "a long name of all anchors",
            Treatment::Register,
            vec![long_base],
            "take too long to follow",
            128,
            2_400,
        ),
        (
            "JSON",
            "many references",
            Treatment::Register,
            vec![references],
            "take too long to follow",
            128,
            2_900,
        ),
        ("JSON", "many values", Treatment::Register, vec![zeros(3_000_000)], "too large", 16, 1),
        ("JSON", "large schemas that stay", Treatment::Keep, vec![zeros(50_000)], "weighed", 40, 480),
    ]
}

fn protobuf() -> Vec<Row> {
    let fields =
        |count: usize, kind: &str| (1..=count).map(|n| format!("{kind} f{n} = {n};")).collect::<String>();
    let package = |parts: usize, count: usize| {
        let package = vec!["a"; parts].join(".");
        format!(
            r#"syntax = "proto3"; package {package}; import "google/protobuf/timestamp.proto"; message M {{ {} }}"#,
            fields(count, "google.protobuf.Timestamp")
        )
    };
    let options = (0..3_000).map(|n| format!("option (o) = {{a{n}: {n} b: {n}}};")).collect::<String>();
    let options = format!(
        r#"syntax = "proto3"; import "google/protobuf/descriptor.proto"; extend google.protobuf.FileOptions {{ M o = 50000; }} message M {{ int32 b = 1; }} {options}"#
    );
    let nested = |kind: &str| {
        let inner = fields(300, kind);
        let messages = (0..50)
            .fold(inner, |inner, level| format!("message {}{level} {{ {inner} }}", "N".repeat(10_000)));
        format!("syntax = \"proto3\"; {messages}")
    };
    let many_fields =
        |count: usize| format!(r#"syntax = "proto3"; message M {{ {} }}"#, fields(count, "int32"));
    vec![
        (
            "PROTOBUF",
            "a package of many parts",
            Treatment::Register,
            vec![package(3_000, 3_000)],
            "names of types take too long to look up",
            64,
            9_500,
        ),
        ("PROTOBUF", "an option given many times", Treatment::Register, vec![options], "read", 64, 110),
        (
            "PROTOBUF",
            "long paths",
            Treatment::Compare,
            vec![nested("int32"), nested("string")],
            "too many ways",
            96,
            20_000,
        ),
        ("PROTOBUF", "many statements", Treatment::Register, vec![many_fields(1_200_000)], "too large", 8, 1),
        (
            "PROTOBUF",
            "many fields",
            Treatment::Compare,
            vec![many_fields(20_000), many_fields(20_000)],
            "0 findings",
            64,
            440,
        ),
        (
            "PROTOBUF",
            "large schemas that stay",
            Treatment::Keep,
            vec![many_fields(20_000)],
            "weighed",
            40,
            440,
        ),
    ]
}

fn read(language: &str, text: &str, budget: &Budget) -> Result<Box<dyn Parsed>, ReadError> {
    let languages = Languages::default();
    let language = languages.by_name(language).expect("a language");
    let parsed = language.parse_within(text, &[], Strictness::New, budget)?;
    parsed.validate_within(budget)?;
    Ok(parsed)
}

fn compare(language: &str, texts: &[String], budget: &Budget) -> Result<String, ReadError> {
    let (new, old) = (read(language, &texts[0], budget)?, read(language, &texts[1], budget)?);
    let found = new.check_within(&*old, Direction::Backward, CompatibilityPolicy::Strict, budget)?.messages;
    Ok(match found.as_slice() {
        [only] if only.starts_with("Unexpected exception") => only.clone(),
        found => format!("{} findings", found.len()),
    })
}

fn answer(
    language: &str,
    treatment: Treatment,
    texts: &[String],
    budget: &Budget,
) -> Result<String, ReadError> {
    match treatment {
        Treatment::Register => {
            let parsed = read(language, &texts[0], budget)?;
            let normal = parsed.normalized_within(budget)?;
            assert!(!parsed.canonical_text_within(budget)?.is_empty());
            assert!(!normal.canonical_text_within(budget)?.is_empty());
            Ok("read".to_owned())
        }
        Treatment::Compare => compare(language, texts, budget),
        Treatment::Keep => {
            let before = MEMORY.current_usage();
            let kept = read(language, &texts[0], budget)?;
            let other = read(language, texts.last().expect("a text"), budget)?;
            let _ = other.check_within(&*kept, Direction::Backward, CompatibilityPolicy::Strict, budget)?;
            drop(other);
            let held = MEMORY.current_usage().saturating_sub(before);
            // The weight in a cache is never much less than what it stands for.
            let weight = kept.heap_size();
            assert!(
                held <= weight + weight / 4 + 4096,
                "{language}: {held} bytes are held and {weight} weighed"
            );
            Ok("weighed".to_owned())
        }
    }
}

#[test]
fn whatever_is_sent_is_answered_in_bounded_steps_and_memory() {
    let mut wrong = Vec::new();
    for (language, kind, treatment, texts, expected, megabytes, thousands) in
        [avro(), json(), protobuf()].into_iter().flatten()
    {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let budget = Budget::unlimited();
        let answer = answer(language, treatment, &texts, &budget);
        let said = answer.unwrap_or_else(|error| error.to_string());
        let taken = MEMORY.peak_usage().saturating_sub(before) >> 20;
        let steps = budget.spent() / 1_000;
        println!("{language}, {kind}: {taken} of {megabytes} MB, {steps} of {thousands} thousand steps");
        if !said.contains(expected) || taken >= megabytes || steps >= thousands {
            let said: String = said.chars().take(300).collect();
            wrong.push(format!(
                "{language}, {kind}: {taken} of {megabytes} MB, {steps} of {thousands} thousand steps, {expected:?} expected: {said}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
