//! Printing without any spaces.

use std::fmt::{self, Write as _};

use avro_model::json::push_json_string;

use super::Json;

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        push(&mut out, self);
        f.write_str(&out)
    }
}

/// Levels of nesting are bounded by the reader.
fn push(out: &mut String, json: &Json) {
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(truth) => {
            let _ = write!(out, "{truth}");
        }
        Json::Number(number) => out.push_str(number),
        Json::String(text) => push_json_string(out, text),
        Json::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push(out, element);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push_json_string(out, name);
                out.push(':');
                push(out, value);
            }
            out.push('}');
        }
    }
}
