//! Printing without any spaces.

use std::fmt::{self, Write as _};

use avro_model::json::push_json_string;

use super::Json;
use crate::schema_type::Budget;

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.printed(&Budget::unlimited()))
    }
}

impl Json {
    /// The text, of which each value takes a step; nothing of worth once the budget ends.
    pub(in super::super) fn printed(&self, budget: &Budget) -> String {
        let mut out = String::new();
        push(&mut out, self, budget);
        out
    }
}

/// Appends a value, false once the budget ends. Levels of nesting are bounded by the reader.
fn push(out: &mut String, json: &Json, budget: &Budget) -> bool {
    if !budget.spend(1) {
        return false;
    }
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
                if !push(out, element, budget) {
                    return false;
                }
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
                if !push(out, value, budget) {
                    return false;
                }
            }
            out.push('}');
        }
    }
    true
}
