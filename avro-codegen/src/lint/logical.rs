//! Logical types that have no effect.

use super::finding::Findings;
use super::rules::{INVALID_LOGICAL_TYPE, MISPLACED_LOGICAL_TYPE, UNKNOWN_LOGICAL_TYPE};
use super::walk::{Element, ElementKind};
use avro_model::Schema;
use avro_model::json::Json;
use avro_model::parser::nearest_word;

/// The logical types of the specification, each with what it stands on.
const KNOWN: [(&str, &str); 13] = [
    ("decimal", "bytes or fixed"),
    ("big-decimal", "bytes"),
    ("uuid", "string or a fixed of 16 bytes"),
    ("date", "int"),
    ("time-millis", "int"),
    ("time-micros", "long"),
    ("timestamp-millis", "long"),
    ("timestamp-micros", "long"),
    ("timestamp-nanos", "long"),
    ("local-timestamp-millis", "long"),
    ("local-timestamp-micros", "long"),
    ("local-timestamp-nanos", "long"),
    ("duration", "a fixed of 12 bytes"),
];

const PRIMITIVES: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

pub(super) fn check(element: &Element<'_>, found: &mut Findings) {
    let Some(logical) = element.text("logicalType") else { return };
    if let ElementKind::Field(_) = element.kind {
        misplaced(element, logical, found);
        return;
    }
    // What formats for tables call an array of pairs and a value of any type.
    if matches!(logical, "map" | "variant") {
        return;
    }
    let Some((_, base)) = KNOWN.iter().find(|(name, _)| *name == logical) else {
        let message = format!("there is no logical type \"{logical}\", so it is ignored");
        let near = nearest_word(logical, KNOWN.iter().map(|(name, _)| *name));
        let help = near.map(|near| format!("did you mean \"{near}\"?"));
        found.add(UNKNOWN_LOGICAL_TYPE, element, Some("logicalType"), message, help);
        return;
    };
    if is_applied(element.json) {
        return;
    }
    let ty = element.text("type").unwrap_or_default();
    let decimal = logical == "decimal" && matches!(ty, "bytes" | "fixed");
    let (attribute, message) = if decimal {
        let (attribute, problem) = decimal_problem(element.json);
        (attribute, format!("this decimal is ignored: {problem}"))
    } else if PRIMITIVES.contains(&ty)
        || !matches!(element.kind, ElementKind::Type)
        || ["array", "map"].contains(&ty)
    {
        let on = match (ty, element.json.get("size")) {
            ("fixed", Some(size)) => format!("a fixed of {size} bytes"),
            (ty, _) => ty.to_owned(),
        };
        ("logicalType", format!("\"{logical}\" is ignored on {on}: it stands on {base}"))
    } else {
        (
            "logicalType",
            format!(
                "\"{logical}\" is ignored beside the name of a type: it stands in the definition, on {base}"
            ),
        )
    };
    found.add(INVALID_LOGICAL_TYPE, element, Some(attribute), message, None);
}

/// Whether the model applies the logical type of a schema that it stands in.
fn is_applied(json: &Json) -> bool {
    json.to_string().parse::<Schema>().is_ok_and(|schema| schema[schema.root()].logical.is_some())
}

fn decimal_problem(json: &Json) -> (&'static str, String) {
    let shown = |key: &str| json.get(key).map(Json::to_string);
    let Some(precision) = shown("precision") else {
        return ("logicalType", "it needs the attribute \"precision\", its number of digits".to_owned());
    };
    let (Some(Json::Int(digits)), scale) = (json.get("precision"), json.get("scale")) else {
        return ("precision", format!("the precision {precision} is no integer"));
    };
    if *digits < 1 {
        return ("precision", format!("the precision {precision} is less than 1"));
    }
    match scale {
        Some(Json::Int(scale)) if *scale < 0 => ("scale", format!("the scale {scale} is negative")),
        Some(Json::Int(scale)) if scale > digits => {
            ("scale", format!("the scale {scale} is above the precision {precision}"))
        }
        Some(Json::Int(_)) | None => match shown("size") {
            Some(size) => ("precision", format!("{precision} digits do not fit into {size} bytes")),
            None => ("precision", format!("the precision {precision} is too large")),
        },
        Some(scale) => ("scale", format!("the scale {scale} is no integer")),
    }
}

fn misplaced(element: &Element<'_>, logical: &str, found: &mut Findings) {
    let ty = element.json.get("type");
    // Where the type has it too, all is well.
    if ty.and_then(|ty| ty.get("logicalType")).is_some() {
        return;
    }
    let moved: Vec<(String, Json)> = ["logicalType", "precision", "scale"]
        .into_iter()
        .filter_map(|key| Some((key.to_owned(), element.json.get(key)?.clone())))
        .collect();
    let inside = |ty: &str| {
        let members = std::iter::once(("type".to_owned(), Json::String(ty.to_owned()))).chain(moved.clone());
        Json::Object(members.collect())
    };
    let written = match ty {
        Some(Json::String(ty)) if PRIMITIVES.contains(&ty.as_str()) => Some(inside(ty)),
        Some(Json::Array(branches)) => {
            let branches = branches.iter().map(|branch| match branch {
                Json::String(ty) if PRIMITIVES.contains(&ty.as_str()) && ty != "null" => inside(ty),
                other => other.clone(),
            });
            Some(Json::Array(branches.collect())).filter(|written| Some(written) != ty)
        }
        _ => None,
    };
    let message =
        format!("\"logicalType\": \"{logical}\" beside the type of {} is ignored", element.called());
    let help = match written {
        Some(written) => format!("write it inside the type: \"type\": {written}"),
        None => "write it inside the type".to_owned(),
    };
    found.add(MISPLACED_LOGICAL_TYPE, element, Some("logicalType"), message, help);
}
