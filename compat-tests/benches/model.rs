//! The schema model against apache-avro: `cargo bench -p compat-tests --bench model`.
//!
//! Without arguments it prints a table of times and ratios, then how time grows with fields and nesting. For instruction
//! counts, run one operation under callgrind: `… --bench model -- --once NAME`, with and without the operation's work
//! (`--once setup`) and take the difference.

use apache_avro::schema_compatibility::SchemaCompatibility;
use avro_model::identity::IdentityHasher;
use avro_model::{Resolution, Schema, compatibility};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// A record of `count` fields of the kinds that real records have; `version` changes a few of them compatibly.
fn record(count: usize, version: usize) -> String {
    let field = |number: usize| {
        let field_type = match number % 8 {
            0 => "\"string\"".to_owned(),
            1 => "[\"null\",\"string\"]".to_owned(),
            2 if version == 1 && number % 16 == 2 => "\"long\"".to_owned(),
            2 => "\"int\"".to_owned(),
            3 => r#"{"type":"long","logicalType":"timestamp-millis"}"#.to_owned(),
            4 => r#"{"type":"array","items":"double"}"#.to_owned(),
            5 => format!(r#"{{"type":"enum","name":"E{number}","symbols":["A","B","C"]}}"#),
            6 => r#"{"type":"map","values":["null","long"]}"#.to_owned(),
            _ => format!(
                r#"{{"type":"record","name":"R{number}","fields":[{{"name":"x","type":"int"}},{{"name":"y","type":"bytes"}}]}}"#
            ),
        };
        let default = if number % 8 == 1 { r#","default":null"# } else { "" };
        format!(
            r#"{{"name":"field_{number}","type":{field_type},"doc":"The field number {number}."{default}}}"#
        )
    };
    let fields: Vec<String> = (0..count).map(field).collect();
    format!(r#"{{"type":"record","name":"Wide","namespace":"com.acme","fields":[{}]}}"#, fields.join(","))
}

/// Arrays in arrays.
fn nested(depth: usize) -> String {
    format!("{}\"int\"{}", r#"{"type":"array","items":"#.repeat(depth), "}".repeat(depth))
}

/// The fastest of several rounds, per operation.
fn time(mut operation: impl FnMut()) -> Duration {
    let started = Instant::now();
    operation();
    let once = started.elapsed().max(Duration::from_nanos(50));
    let repeats = u32::try_from((Duration::from_millis(20).as_nanos() / once.as_nanos()).clamp(1, 100_000))
        .unwrap_or(1);
    (0..10)
        .map(|_| {
            let started = Instant::now();
            for _ in 0..repeats {
                operation();
            }
            started.elapsed() / repeats
        })
        .min()
        .unwrap_or_default()
}

fn identity(text: &str) {
    let schema: Schema = text.parse().expect("a valid schema");
    black_box(IdentityHasher::new(&schema.canonical_text()).finish());
}

fn main() {
    let (old, new) = (record(200, 0), record(200, 1));
    let parsed = |text: &str| text.parse::<Schema>().expect("a valid schema");
    let rival = |text: &str| apache_avro::Schema::parse_str(text).expect("a valid schema");
    let (old_schema, new_schema) = (parsed(&old), parsed(&new));
    let (old_rival, new_rival) = (rival(&old), rival(&new));
    assert_eq!(compatibility::check(&new_schema, &old_schema), Ok(Vec::new()));
    assert!(SchemaCompatibility::can_read(&old_rival, &new_rival).is_ok());

    type Operation<'a> = (&'a str, Box<dyn Fn() + 'a>);
    let ours: [Operation<'_>; 3] = [
        ("identity", Box::new(|| identity(&old))),
        ("check", Box::new(|| drop(black_box(compatibility::check(&new_schema, &old_schema))))),
        ("resolution", Box::new(|| drop(black_box(Resolution::new(&old_schema, &new_schema))))),
    ];
    let rivals: [Operation<'_>; 2] = [
        ("identity-rival", Box::new(|| drop(black_box(rival(&old).canonical_form())))),
        ("check-rival", Box::new(|| drop(black_box(SchemaCompatibility::can_read(&old_rival, &new_rival))))),
    ];
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "--once") {
        let name = arguments.get(place + 1).map_or("", String::as_str);
        if let Some((_, operation)) = ours.iter().chain(&rivals).find(|(known, _)| *known == name) {
            (0..100).for_each(|_| operation());
        }
        return;
    }

    println!("200 fields                                   ours     apache-avro   ratio");
    for (title, ours, rival) in [
        ("parse + canonical text + identity hash", &ours[0], Some(&rivals[0])),
        ("compatibility check", &ours[1], Some(&rivals[1])),
        ("resolution", &ours[2], None),
    ] {
        let mine = time(&ours.1);
        match rival.map(|rival| time(&rival.1)) {
            Some(theirs) => println!(
                "{title:40} {mine:>10.1?} {theirs:>13.1?} {:>7.1}",
                theirs.as_secs_f64() / mine.as_secs_f64()
            ),
            None => println!("{title:40} {mine:>10.1?}"),
        }
    }
    println!("\nfields     identity/field    check/field    resolution/field");
    for count in [10, 100, 1_000, 10_000] {
        let (old, new) = (record(count, 0), record(count, 1));
        let (old_schema, new_schema) = (parsed(&old), parsed(&new));
        let divisor = u32::try_from(count).unwrap_or(1);
        println!(
            "{count:6} {:>16.1?} {:>14.1?} {:>18.1?}",
            time(|| identity(&old)) / divisor,
            time(|| drop(black_box(compatibility::check(&new_schema, &old_schema)))) / divisor,
            time(|| drop(black_box(Resolution::new(&old_schema, &new_schema)))) / divisor,
        );
    }
    println!("\nnesting    identity/level    check/level");
    for depth in [10, 100, 999] {
        let text = nested(depth);
        let schema = parsed(&text);
        let divisor = u32::try_from(depth).unwrap_or(1);
        println!(
            "{depth:6} {:>16.1?} {:>14.1?}",
            time(|| identity(&text)) / divisor,
            time(|| drop(black_box(compatibility::check(&schema, &schema)))) / divisor,
        );
    }
}
