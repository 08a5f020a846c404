//! What is read back, beside what was printed.

use super::{IdlLoss, IdlText};
use crate::json::Json;
use std::collections::HashSet;

impl IdlText {
    /// Whether this text, read back as `after`, says what it was printed from, but for the losses. Both are canonical texts of
    /// schemas, or [texts](crate::idl::Protocol::text) of protocols.
    ///
    /// Losses tell their place in words, so they are taken from both sides everywhere: all docs where one is lost, and all
    /// properties of one key.
    ///
    /// ```
    /// use avro_model::Schema;
    /// let schema: Schema = r#"{"type": "bytes", "logicalType": "decimal", "precision": 4}"#.parse()?;
    /// let (before, idl) = (schema.canonical_text(), schema.idl().unwrap());
    /// let with_scale = |scale| before.replace("4", &format!("4,\"scale\":{scale}"));
    /// assert!(idl.is_read_back(&before, &with_scale(0)));
    /// assert!(!idl.is_read_back(&before, &with_scale(1)));
    /// # Ok::<(), avro_model::parser::ParseError>(())
    /// ```
    pub fn is_read_back(&self, before: &str, after: &str) -> bool {
        if before == after || self.losses.is_empty() {
            return before == after;
        }
        let lost = Lost::of(&self.losses);
        match (Json::parse(before), Json::parse(after)) {
            (Ok(before), Ok(after)) => lost.without(before) == lost.without(after),
            _ => false,
        }
    }
}

/// What is taken from both sides.
struct Lost<'l> {
    /// Keys of members.
    keys: HashSet<&'l str>,
    /// Whether a scale 0 may be written out.
    scale: bool,
}

impl<'l> Lost<'l> {
    fn of(losses: &'l [IdlLoss]) -> Self {
        let mut lost = Self { keys: HashSet::new(), scale: false };
        for loss in losses {
            match loss {
                IdlLoss::Doc { .. } => drop(lost.keys.insert("doc")),
                IdlLoss::Property { key, .. } => drop(lost.keys.insert(key)),
                IdlLoss::Scale { .. } => lost.scale = true,
            }
        }
        lost
    }

    fn without(&self, json: Json) -> Json {
        match json {
            Json::Array(items) => Json::Array(items.into_iter().map(|item| self.without(item)).collect()),
            Json::Object(members) => {
                let is_decimal = members
                    .iter()
                    .any(|(key, value)| key == "logicalType" && value.as_str() == Some("decimal"));
                let is_lost = |key: &str, value: &Json| {
                    self.keys.contains(key)
                        || (self.scale && is_decimal && key == "scale" && *value == Json::Int(0))
                };
                let kept = members.into_iter().filter(|(key, value)| !is_lost(key, value));
                let mut kept: Vec<_> = kept.map(|(key, value)| (key, self.without(value))).collect();
                match kept.pop() {
                    // Without properties, a type is its name.
                    Some((key, of)) if kept.is_empty() && key == "type" => of,
                    last => {
                        kept.extend(last);
                        Json::Object(kept)
                    }
                }
            }
            json => json,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Schema;

    #[test]
    fn what_is_not_lost_must_come_back() {
        let decimal = r#"{"type":"bytes","logicalType":"decimal","precision":4}"#;
        let scaled = |scale: u8| decimal.replace('4', &format!("4,\"scale\":{scale}"));
        let record =
            |field: &str| format!(r#"{{"type":"record","name":"R","fields":[{{"name":"a",{field}}}]}}"#);
        let typed = |of: &str| record(&format!(r#""type":{of}"#));
        let docs = record(r#""type":"int","doc":"*/""#);
        let property = typed(r#"{"type":"int","a b":1}"#);
        for (before, after, same) in [
            (typed("\"int\""), typed("\"int\""), true),
            (typed("\"int\""), typed("\"long\""), false),
            (typed(decimal), typed(&scaled(0)), true),
            (typed(decimal), typed(decimal), true),
            (typed(decimal), typed(&scaled(1)), false),
            (typed(decimal), typed(&scaled(0)).replace("bytes", "string"), false),
            (typed(decimal), typed(&scaled(0)).replace("\"a\"", "\"b\""), false),
            (
                typed(decimal),
                typed(&scaled(0)).replace("\"name\":\"a\"", "\"name\":\"a\",\"doc\":\"x\""),
                false,
            ),
            (docs.clone(), typed("\"int\""), true),
            (docs.clone(), typed("\"long\""), false),
            (docs, typed(&scaled(0)), false),
            (property.clone(), typed("\"int\""), true),
            (property.clone(), typed("\"long\""), false),
            (property, typed(r#"{"type":"int","c":1}"#), false),
        ] {
            let schema: Schema = before.parse().unwrap_or_else(|error| panic!("{before}: {error}"));
            let idl = schema.idl().unwrap();
            assert_eq!(idl.is_read_back(&before, &after), same, "{before}\n{after}");
        }
    }
}
