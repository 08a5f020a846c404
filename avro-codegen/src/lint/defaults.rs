//! Defaults that are missing, or are not what was meant.

use super::finding::Findings;
use super::rules::{DEFAULT_OF_LATER_BRANCH, ENUM_WITHOUT_DEFAULT, NULLABLE_WITHOUT_DEFAULT, TEXT_FOR_NULL};
use super::walk::{Element, ElementKind};
use avro_model::json::Json;

pub(super) fn check(element: &Element<'_>, found: &mut Findings) {
    match element.kind {
        ElementKind::Field(_) => field(element, found),
        ElementKind::Definition(_)
            if element.text("type") == Some("enum") && element.json.get("default").is_none() =>
        {
            let message =
                format!("{} has no default symbol, so old readers cannot read new symbols", element.called());
            let help = "add a symbol such as \"UNKNOWN\" and make it the \"default\"".to_owned();
            found.add(ENUM_WITHOUT_DEFAULT, element, Some("name"), message, help);
        }
        _ => {}
    }
}

fn field(element: &Element<'_>, found: &mut Findings) {
    let Some(Json::Array(branches)) = element.json.get("type") else { return };
    let null = branches.iter().position(is_null);
    match (element.json.get("default"), null) {
        (None, Some(null)) => {
            let message = format!("{} may be null but has no default", element.called());
            let help = match null {
                0 => "add \"default\": null".to_owned(),
                _ => "put \"null\" first in the union and add \"default\": null".to_owned(),
            };
            found.add(NULLABLE_WITHOUT_DEFAULT, element, Some("name"), message, help);
        }
        (Some(Json::String(text)), Some(_)) if text.eq_ignore_ascii_case("null") => {
            let message = format!("the default of {} is the text \"{text}\", not null", element.called());
            let help = "write null without quotes".to_owned();
            found.add(TEXT_FOR_NULL, element, Some("default"), message, help);
        }
        (Some(Json::Null), Some(null)) if null > 0 => {
            let message =
                format!("the default of {} is of branch {} of its union", element.called(), null + 1);
            let help = "put \"null\" first".to_owned();
            found.add(DEFAULT_OF_LATER_BRANCH, element, Some("default"), message, help);
        }
        (Some(default), Some(0)) if *default != Json::Null => {
            let message = format!(
                "the default of {} is not null, which is the first branch of its union",
                element.called()
            );
            let help = "put the branch of the default first".to_owned();
            found.add(DEFAULT_OF_LATER_BRANCH, element, Some("default"), message, help);
        }
        _ => {}
    }
}

fn is_null(branch: &Json) -> bool {
    branch.as_str() == Some("null") || branch.get("type").and_then(Json::as_str) == Some("null")
}
