//! JSON values as IDL writes them, and properties as annotations.

use super::super::syntax::MAX_DEPTH;
use super::words::word;
use super::{IdlLoss, IdlPart, NotInIdl, Printer};
use crate::json::{Json, push_java_double, push_json_string};

/// A text in quotes.
pub(super) fn text(text: &str) -> String {
    let mut out = String::new();
    push_json_string(&mut out, text);
    out
}

/// An array of texts.
pub(super) fn texts<'t>(items: impl Iterator<Item = &'t str>) -> String {
    let items: Vec<String> = items.map(text).collect();
    format!("[{}]", items.join(", "))
}

impl Printer<'_> {
    /// `@key(value)`, unless there is no such annotation.
    pub(super) fn property(&mut self, key: &str, value: &Json, of: &IdlPart) -> Option<String> {
        let reason = match word(key, true) {
            None => "its key is no name in IDL",
            Some(_) if is_beyond(value) => "it holds an integer of more than 64 bits",
            Some(key) => return Some(format!("@{key}({})", self.value(value, of))),
        };
        self.losses.push(IdlLoss::Property { of: of.clone(), key: key.to_owned(), reason });
        None
    }

    /// A value in one line.
    pub(super) fn value(&mut self, value: &Json, of: &IdlPart) -> String {
        let mut out = String::new();
        if !push(&mut out, value, MAX_DEPTH) {
            self.problems.push(NotInIdl::TooDeep { of: of.clone(), limit: MAX_DEPTH });
        }
        out
    }
}

/// Whether a value holds an integer that IDL has no form for.
fn is_beyond(value: &Json) -> bool {
    match value {
        Json::BigInt(_) => true,
        Json::Array(items) => items.iter().any(is_beyond),
        Json::Object(members) => members.iter().any(|(_, value)| is_beyond(value)),
        _ => false,
    }
}

/// Whether the value is no deeper than `levels`.
fn push(out: &mut String, value: &Json, levels: usize) -> bool {
    let Some(levels) = levels.checked_sub(1) else { return false };
    match value {
        Json::Double(number) => push_java_double(out, *number),
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                if !push(out, item, levels) {
                    return false;
                }
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (index, (key, item)) in members.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                push_json_string(out, key);
                out.push_str(": ");
                if !push(out, item, levels) {
                    return false;
                }
            }
            out.push('}');
        }
        other => other.print_to(out),
    }
    true
}
