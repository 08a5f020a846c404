//! Words that are no types of Avro, but have a meaning elsewhere: in another language, or at another place of a schema.

/// A suggestion for a name that is not defined, if there is one: the type of Avro for one of other languages, the schema
/// for a word that is only a part of one, or the full name for the simple name of a type in another namespace.
pub(super) fn meant_as_type<'n>(written: &str, mut defined: impl Iterator<Item = &'n str>) -> Option<String> {
    let own = |name: &&str| name.rsplit_once('.').is_some_and(|(_, simple)| simple == written);
    if let Some(name) = defined.find(own) {
        return Some(name.to_owned());
    }
    let lower = written.to_ascii_lowercase();
    let plain = primitive(&lower).or_else(|| nested(written)).map(str::to_owned);
    plain.or_else(|| logical(&lower))
}

/// A primitive type by a name that it has in other languages.
fn primitive(written: &str) -> Option<&'static str> {
    Some(match written {
        "bool" => "boolean",
        "int8" | "int16" | "int32" | "uint8" | "uint16" | "byte" | "short" | "integer" | "i8" | "i16"
        | "i32" | "u8" | "u16" => "int",
        "int64" | "uint32" | "uint64" | "bigint" | "i64" | "u32" | "u64" => "long",
        "float32" | "f32" | "real" => "float",
        "float64" | "f64" | "number" => "double",
        "str" | "text" | "char" | "varchar" | "utf8" => "string",
        "binary" | "blob" | "bytea" => "bytes",
        "none" | "nil" | "void" => "null",
        _ => return None,
    })
}

/// A nested definition, which has a "type" of its own: `{"name": "f", "type": {"type": "record", ...}}`.
fn nested(written: &str) -> Option<&'static str> {
    Some(match written {
        "record" | "error" => r#"{"type": "record", "name": ..., "fields": [...]}"#,
        "enum" => r#"{"type": "enum", "name": ..., "symbols": [...]}"#,
        "fixed" => r#"{"type": "fixed", "name": ..., "size": ...}"#,
        "array" => r#"{"type": "array", "items": ...}"#,
        "map" => r#"{"type": "map", "values": ...}"#,
        _ => return None,
    })
}

/// A logical type, which annotates a type.
fn logical(written: &str) -> Option<String> {
    let (base, logical) = match written {
        "date" | "time-millis" => ("int", written),
        "time" => ("int", "time-millis"),
        "datetime" | "timestamp" => ("long", "timestamp-millis"),
        "time-micros"
        | "timestamp-millis"
        | "timestamp-micros"
        | "timestamp-nanos"
        | "local-timestamp-millis"
        | "local-timestamp-micros"
        | "local-timestamp-nanos" => ("long", written),
        "uuid" => ("string", written),
        "big-decimal" => ("bytes", written),
        "decimal" => {
            return Some(
                r#"{"type": "bytes", "logicalType": "decimal", "precision": ..., "scale": ...}"#.to_owned(),
            );
        }
        "duration" => {
            return Some(
                r#"{"type": "fixed", "name": ..., "size": 12, "logicalType": "duration"}"#.to_owned(),
            );
        }
        _ => return None,
    };
    Some(format!(r#"{{"type": "{base}", "logicalType": "{logical}"}}"#))
}

#[cfg(test)]
mod tests {
    use super::meant_as_type;

    #[test]
    fn words_of_elsewhere_have_a_meaning_here() {
        let defined = ["com.acme.User", "Address", "com.acme.text"];
        for (written, meant) in [
            ("User", Some("com.acme.User")),
            // A type that is there goes before all else.
            ("text", Some("com.acme.text")),
            ("int64", Some("long")),
            ("uint16", Some("int")),
            ("Boolean", None),
            ("bool", Some("boolean")),
            ("record", Some(r#"{"type": "record", "name": ..., "fields": [...]}"#)),
            ("Record", None),
            ("timestamp", Some(r#"{"type": "long", "logicalType": "timestamp-millis"}"#)),
            ("date", Some(r#"{"type": "int", "logicalType": "date"}"#)),
            ("UUID", Some(r#"{"type": "string", "logicalType": "uuid"}"#)),
            ("Addres", None),
        ] {
            assert_eq!(meant_as_type(written, defined.into_iter()).as_deref(), meant, "{written}");
        }
    }
}
