//! Names that are bad style, or that come out alike in generated code.

use super::finding::Findings;
use super::rules::{
    ALIAS_CLASH, FIELD_NAMING, NAME_COLLISION, NAMESPACE_NAMING, NO_NAMESPACE, SYMBOL_NAMING, TYPE_NAMING,
};
use super::walk::{Element, ElementKind};
use crate::ir::{snake_cased, variant_cased};
use avro_model::Fullname;
use avro_model::json::Json;
use std::collections::HashMap;

pub(super) fn check(element: &Element<'_>, found: &mut Findings) {
    match element.kind {
        ElementKind::Definition(name) => {
            definition(element, name, found);
            match element.text("type") {
                Some("record" | "error") => fields(element, found),
                Some("enum") => symbols(element, found),
                _ => {}
            }
        }
        ElementKind::Field(_) => {
            let name = element.text("name").unwrap_or_default();
            let begins_small = name.starts_with(|first: char| first.is_lowercase());
            let mixed = name.contains('_') && name.chars().any(char::is_uppercase);
            if !begins_small || mixed {
                let message = format!("{} is neither snake_case nor lowerCamelCase", element.called());
                let help = format!("call it \"{}\"", snake_cased(name));
                found.add(FIELD_NAMING, element, Some("name"), message, help);
            }
        }
        ElementKind::Type => {}
    }
}

fn definition(element: &Element<'_>, name: &Fullname, found: &mut Findings) {
    let simple = name.name();
    if !simple.starts_with(|first: char| first.is_uppercase()) || simple.contains('_') {
        let message = format!("the name of {} is not UpperCamelCase", element.called());
        found.add(
            TYPE_NAMING,
            element,
            Some("name"),
            message,
            format!("call it \"{}\"", variant_cased(simple)),
        );
    }
    if name.namespace().is_empty() {
        found.add(
            NO_NAMESPACE,
            element,
            Some("name"),
            format!("{} has no namespace", element.called()),
            None,
        );
    }
    if name.namespace().chars().any(char::is_uppercase) {
        let attribute = if element.text("namespace").is_some() { "namespace" } else { "name" };
        let message = format!("the namespace of {} has capitals", element.called());
        let help = format!("call it \"{}\"", name.namespace().to_lowercase());
        found.add(NAMESPACE_NAMING, element, Some(attribute), message, help);
    }
}

fn fields(element: &Element<'_>, found: &mut Findings) {
    let Some(Json::Array(fields)) = element.json.get("fields") else { return };
    let names: Vec<&str> =
        fields.iter().map(|field| field.get("name").and_then(Json::as_str).unwrap_or_default()).collect();
    collisions(element, "fields", "fields", &names, snake_cased, found);
    // Each name that a writer's field may have, with the field that takes it.
    let mut taken: HashMap<&str, usize> = names.iter().copied().zip(0..).collect();
    for (index, field) in fields.iter().enumerate() {
        let Some(Json::Array(aliases)) = field.get("aliases") else { continue };
        for alias in aliases.iter().filter_map(Json::as_str) {
            let Some(other) = taken.insert(alias, index) else { continue };
            let whose = if other == index {
                "is its own name or stands there twice".to_owned()
            } else {
                format!("is a name or alias of field \"{}\" too", names[other])
            };
            let message = format!("the alias \"{alias}\" of field \"{}\" {whose}", names[index]);
            let help = "leave out the alias".to_owned();
            found.add(ALIAS_CLASH, element, Some("fields"), message, help);
            if let Some(last) = found.all.last_mut().filter(|last| last.rule == ALIAS_CLASH) {
                last.steps.push(avro_model::json::Step::Index(index));
                last.steps.push(crate::locate::key("aliases"));
            }
        }
    }
}

fn symbols(element: &Element<'_>, found: &mut Findings) {
    let Some(Json::Array(symbols)) = element.json.get("symbols") else { return };
    let names: Vec<&str> = symbols.iter().map(|symbol| symbol.as_str().unwrap_or_default()).collect();
    collisions(element, "symbols", "symbols", &names, variant_cased, found);
    for symbol in names {
        if symbol.chars().any(char::is_lowercase) {
            let message = format!("the symbol \"{symbol}\" of {} is not UPPER_SNAKE_CASE", element.called());
            let help = format!("call it \"{}\"", snake_cased(symbol).to_uppercase());
            found.add(SYMBOL_NAMING, element, Some("symbols"), message, help);
        }
    }
}

fn collisions(
    element: &Element<'_>,
    attribute: &str,
    what: &str,
    names: &[&str],
    cased: fn(&str) -> String,
    found: &mut Findings,
) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for &name in names.iter().filter(|name| !name.is_empty()) {
        match seen.insert(cased(name), name) {
            Some(other) if other != name => {
                let message = format!(
                    "the {what} \"{other}\" and \"{name}\" of {} differ only in case and underscores",
                    element.called()
                );
                let help = format!(
                    "give one of them another name, or it is called \"{}\" with a number",
                    cased(name)
                );
                found.add(NAME_COLLISION, element, Some(attribute), message, help);
            }
            _ => {}
        }
    }
}
