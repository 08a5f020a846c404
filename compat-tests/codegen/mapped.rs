//! A part of the build script: one schema with every logical type in every place, as types of each crate that has some.

use crate::files::include;
use avro_codegen::{Config, LogicalCrate};
use std::error::Error as StdError;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Each logical type with the schema that it stands on and a default that every crate can hold.
const LOGICAL: &[(&str, &str, &str)] = &[
    ("date", r#""type": "int", "logicalType": "date""#, "20513"),
    ("time_millis", r#""type": "int", "logicalType": "time-millis""#, "86399999"),
    ("time_micros", r#""type": "long", "logicalType": "time-micros""#, "1"),
    ("timestamp_millis", r#""type": "long", "logicalType": "timestamp-millis""#, "-1"),
    ("timestamp_micros", r#""type": "long", "logicalType": "timestamp-micros""#, "1772281800123456"),
    ("timestamp_nanos", r#""type": "long", "logicalType": "timestamp-nanos""#, "9223372036854775807"),
    ("local_millis", r#""type": "long", "logicalType": "local-timestamp-millis""#, "0"),
    ("local_micros", r#""type": "long", "logicalType": "local-timestamp-micros""#, "-62135596800000000"),
    ("local_nanos", r#""type": "long", "logicalType": "local-timestamp-nanos""#, "-9223372036854775808"),
    ("price", r#""type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2"#, r#""\u00ff""#),
    ("big", r#""type": "bytes", "logicalType": "big-decimal""#, r#""\u0004\u0004\u00ce\u0004""#),
    ("id", r#""type": "string", "logicalType": "uuid""#, r#""2a6d35c4-8b6f-4d1c-9a2e-0f1e2d3c4b5a""#),
];

/// The same for those that stand on a `fixed`, which has a name.
const ON_FIXED: &[(&str, &str, &str)] = &[
    (
        "amount",
        r#""type": "fixed", "name": "com.acme.Amount", "size": 8, "logicalType": "decimal", "precision": 18, "scale": 4"#,
        r#""\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0007""#,
    ),
    (
        "key",
        r#""type": "fixed", "name": "com.acme.Key", "size": 16, "logicalType": "uuid""#,
        r#""0123456789abcdef""#,
    ),
    (
        "span",
        r#""type": "fixed", "name": "com.acme.Span", "size": 12, "logicalType": "duration""#,
        r#""0123456789ab""#,
    ),
];

/// A record with a field of each, alone and inside of what types can be made of, and one that holds it.
fn schema() -> Result<String, std::fmt::Error> {
    let mut fields = String::new();
    for (name, logical, default) in LOGICAL.iter().chain(ON_FIXED) {
        // The second time a `fixed` is known by its name.
        let again = match logical.split_once("\"name\": ") {
            Some((_, rest)) => rest[..rest.find(',').unwrap_or(rest.len())].to_owned(),
            None => format!("{{{logical}}}"),
        };
        write!(
            fields,
            r#"{{"name": "{name}", "type": {{{logical}}}, "default": {default}}},
               {{"name": "{name}_or_null", "type": ["null", {again}], "default": null}},
               {{"name": "{name}_last", "type": [{again}, "null"], "default": {default}}},
               {{"name": "{name}_list", "type": {{"type": "array", "items": ["null", {again}]}}, "default": [{default}]}},
               {{"name": "{name}_map", "type": {{"type": "map", "values": {again}}}, "default": {{"a": {default}}}}},
               {{"name": "{name}_union", "type": ["boolean", {again}, "null"], "default": true}},
               {{"name": "{name}_choice", "type": [{again}, "boolean"], "default": {default}}},"#
        )?;
    }
    Ok(format!(
        r#"[{{"type": "record", "name": "com.acme.Parts", "fields": [{}]}},
            {{"type": "record", "name": "com.acme.Whole", "fields": [
                {{"name": "required", "type": {{"type": "long", "logicalType": "timestamp-micros"}}}},
                {{"name": "parts", "type": ["com.acme.Parts", "string"]}},
                {{"name": "inner", "type": ["null", "com.acme.Whole"], "default": null}},
                {{"name": "more", "type": {{"type": "map", "values": "com.acme.Parts"}}, "default": {{}}}}]}}]"#,
        fields.trim_end_matches(',')
    ))
}

/// The dates and times at the ends of what each crate can hold are defaults that generate and can be made.
const EDGES: &[(LogicalCrate, &str, [i64; 2], i64)] = &[
    (LogicalCrate::Chrono, "date", [-96_465_292, 95_026_236], 1),
    (LogicalCrate::Chrono, "timestamp-millis", [-8_334_601_228_800, 8_210_266_876_799], 1_000),
    (LogicalCrate::Chrono, "local-timestamp-millis", [-8_334_601_228_800, 8_210_266_876_799], 1_000),
    (LogicalCrate::Chrono, "time-micros", [0, 86_399], 1_000_000),
    (LogicalCrate::Jiff, "date", [-4_371_587, 2_932_896], 1),
    (LogicalCrate::Jiff, "timestamp-micros", [-377_705_023_201, 253_402_207_200], 1_000_000),
    (LogicalCrate::Jiff, "local-timestamp-micros", [-377_705_116_800, 253_402_300_799], 1_000_000),
    (LogicalCrate::Jiff, "time-millis", [0, 86_399], 1_000),
    (LogicalCrate::Time, "date", [-4_371_587, 2_932_896], 1),
    (LogicalCrate::Time, "timestamp-millis", [-377_705_116_800, 253_402_300_799], 1_000),
    (LogicalCrate::Time, "local-timestamp-millis", [-377_705_116_800, 253_402_300_799], 1_000),
    (LogicalCrate::Time, "time-micros", [0, 86_399], 1_000_000),
];

/// Generates all of it as modules of `mapped`.
pub(crate) fn generate(out: &Path) -> Result<(), Box<dyn StdError>> {
    let (texts, target) = (out.join("texts"), out.join("mapped"));
    fs::create_dir_all(&texts)?;
    let path = texts.join("mapped.avsc");
    fs::write(&path, schema()?)?;
    let mut modules = String::new();
    for (name, from) in [
        ("own", &[][..]),
        ("plain", &[LogicalCrate::Plain][..]),
        ("chrono", &[LogicalCrate::Chrono, LogicalCrate::RustDecimal, LogicalCrate::Uuid]),
        ("jiff", &[LogicalCrate::Jiff, LogicalCrate::BigDecimal, LogicalCrate::Uuid]),
        ("time", &[LogicalCrate::Time, LogicalCrate::RustDecimal]),
    ] {
        let config = Config::new()
            .schema(&path)
            .out_dir(&target)
            .file_name(format!("{name}.rs"))
            .builder(".")
            .borrowed(".")
            .decode_into(".")
            .serde(".");
        let config = from.iter().fold(config, |config, from| config.logical_type(".", "*", *from));
        include(&mut modules, &format!("types of {name}"), name, &config.compile()?)?;
    }
    let mut edges = String::new();
    for (number, (from, logical, [first, last], unit)) in EDGES.iter().enumerate() {
        let base = if ["date", "time-millis"].contains(logical) { "int" } else { "long" };
        let schema = |default: i64| {
            format!(
                r#"{{"type": "record", "name": "Edge", "fields": [{{"name": "x",
                    "type": {{"type": "{base}", "logicalType": "{logical}"}}, "default": {default}}}]}}"#
            )
        };
        // All but the last unit of the last second.
        for (side, fits, beyond) in
            [("first", first * unit, first * unit - 1), ("last", (last + 1) * unit - 1, (last + 1) * unit)]
        {
            let path = texts.join(format!("edge_{side}_{number}.avsc"));
            let module = format!("edge_{side}_{number}");
            let config = Config::new()
                .schema(&path)
                .out_dir(&target)
                .file_name(format!("{module}.rs"))
                .logical_type(".", *logical, *from);
            fs::write(&path, schema(beyond))?;
            match config.generate() {
                Err(avro_codegen::Error::Default(error)) if error.to_string().contains("is expected") => {}
                other => return Err(format!("{from:?} {logical} {beyond}: {other:?}").into()),
            }
            fs::write(&path, schema(fits))?;
            include(&mut modules, &format!("{from:?}, {logical}, {side}"), &module, &config.compile()?)?;
            writeln!(
                edges,
                "({fits}, |out| codegen_tests::mapped::{module}::Edge::default().try_encode_into(out)),"
            )?;
        }
    }
    fs::write(out.join("mapped_edges.rs"), format!("&[{edges}]"))?;
    Ok(fs::write(out.join("mapped.rs"), modules)?)
}
