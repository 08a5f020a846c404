//! Attributes that are none.

use super::finding::Findings;
use super::levels;
use super::rules::{MISSPELT_ATTRIBUTE, UNKNOWN_RULE};
use super::walk::{ALLOW, Element, ElementKind};
use avro_model::json::Json;
use avro_model::parser::nearest_word;

/// Attributes of named types, of arrays and maps, and of fields.
const OF_DEFINITIONS: [&str; 12] = [
    "type",
    "name",
    "namespace",
    "doc",
    "aliases",
    "fields",
    "symbols",
    "default",
    "size",
    "logicalType",
    "precision",
    "scale",
];
const OF_TYPES: [&str; 6] = ["type", "items", "values", "logicalType", "precision", "scale"];
const OF_FIELDS: [&str; 6] = ["name", "type", "doc", "default", "order", "aliases"];

/// What is near to an attribute without being a slip of the pen.
const OTHERS: [&str; 8] = ["alias", "tags", "tag", "id", "title", "types", "docs", "unit"];

pub(super) fn check(element: &Element<'_>, found: &mut Findings) {
    let Json::Object(members) = element.json else { return };
    let allowed: &[&str] = match element.kind {
        ElementKind::Definition(_) => &OF_DEFINITIONS,
        ElementKind::Field(_) => &OF_FIELDS,
        ElementKind::Type => &OF_TYPES,
    };
    for (key, value) in members {
        if key == ALLOW {
            unknown_rules(element, value, found);
            continue;
        }
        if allowed.contains(&key.as_str())
            || OF_DEFINITIONS.contains(&key.as_str())
            || OF_FIELDS.contains(&key.as_str())
        {
            continue;
        }
        let meant = match key.as_str() {
            "alias" => Some("aliases".to_owned()),
            "docs" => Some("doc".to_owned()),
            key if OTHERS.contains(&key) => None,
            // A short word is near to many.
            key if key.chars().count() < 4 => None,
            key => nearest_word(
                key,
                allowed.iter().copied().filter(|word| members.iter().all(|(has, _)| has != word)),
            ),
        };
        if let Some(meant) = meant {
            let message = format!("\"{key}\" of {} is no attribute, and has no effect", element.called());
            found.add(MISSPELT_ATTRIBUTE, element, Some(key), message, format!("did you mean \"{meant}\"?"));
        }
    }
}

fn unknown_rules(element: &Element<'_>, value: &Json, found: &mut Findings) {
    let rules: &[Json] = match value {
        Json::Array(rules) => rules,
        one => std::slice::from_ref(one),
    };
    for rule in rules {
        let name = rule.as_str();
        if !name.is_some_and(levels::is_known) {
            let shown = name.map_or_else(|| rule.to_string(), |name| format!("\"{name}\""));
            let help = name.and_then(levels::near).map(|near| format!("did you mean \"{near}\"?"));
            let message = format!("{shown} in \"{ALLOW}\" is no rule");
            found.add(UNKNOWN_RULE, element, Some(ALLOW), message, help);
        }
    }
}
