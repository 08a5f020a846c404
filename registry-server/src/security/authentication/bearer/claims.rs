//! What the claims of a token say.

use serde_json::{Map, Value};

type Claims = Map<String, Value>;

/// A claim by its name; where there is none of that name, by its path through objects, with dots.
fn claim<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    claim(claims.get(first)?.as_object()?, rest)
}

/// The name of the principal.
pub(super) fn name<'a>(claims: &'a Claims, claim_name: &str) -> Option<&'a str> {
    claim(claims, claim_name)?.as_str().filter(|name| !name.is_empty())
}

/// Its groups: a list of texts, or one text.
pub(super) fn groups(claims: &Claims, claim_name: &str) -> Vec<String> {
    match claim(claims, claim_name) {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Whether each claim is there, and is or contains its value where one is wanted.
pub(super) fn has_all(claims: &Claims, wanted: &[(String, Option<String>)]) -> bool {
    wanted.iter().all(|(name, value)| match (claim(claims, name), value) {
        (None | Some(Value::Null), _) => false,
        (Some(_), None) => true,
        (Some(Value::Array(all)), Some(value)) => all.iter().any(|one| is(one, value)),
        // These hold several in one text; in others a space is a part of the text.
        (Some(Value::String(text)), Some(value)) if matches!(name.as_str(), "scope" | "scp") => {
            text == value || text.split(' ').any(|one| one == value)
        }
        (Some(found), Some(value)) => is(found, value),
    })
}

fn is(found: &Value, wanted: &str) -> bool {
    match found {
        Value::String(text) => text == wanted,
        other => {
            let text = other.to_string();
            text == wanted
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn claims_are_found_by_name_and_by_path() {
        let claims = json!({
            "sub": "alice", "groups": ["a", 1, "b"], "one": "c", "a.b": "dotted", "empty": "",
            "realm_access": {"roles": ["admin"], "deep": {"er": true}}, "scope": "read write", "words": "two of", "level": 3, "null": null,
        });
        let claims = claims.as_object().unwrap();
        for (asked, told) in
            [("sub", Some("alice")), ("a.b", Some("dotted")), ("empty", None), ("level", None), ("no", None)]
        {
            assert_eq!(name(claims, asked), told, "{asked}");
        }
        for (asked, told) in [
            ("groups", &["a", "b"][..]),
            ("one", &["c"]),
            ("realm_access.roles", &["admin"]),
            ("realm_access.none", &[]),
            ("sub.none", &[]),
            ("", &[]),
        ] {
            assert_eq!(groups(claims, asked), told, "{asked}");
        }
        for (wanted, value, has) in [
            ("sub", None, true),
            ("null", None, false),
            ("none", None, false),
            ("sub", Some("alice"), true),
            ("sub", Some("ali"), false),
            ("scope", Some("write"), true),
            ("scope", Some("read write"), true),
            ("scope", Some("rea"), false),
            ("words", Some("of"), false),
            ("words", Some("two of"), true),
            ("groups", Some("b"), true),
            ("level", Some("3"), true),
            ("level", Some("4"), false),
            ("realm_access.deep.er", Some("true"), true),
        ] {
            let wanted = [(wanted.to_owned(), value.map(str::to_owned))];
            assert_eq!(has_all(claims, &wanted), has, "{wanted:?}");
        }
    }
}
