//! Inline tags: the property `confluent:tags` of a record or a field.
//!
//! An entity path is the record's full name, a dot and the field's name, and so on inwards: `ns.Order.item.ns.Item.sku`.
//! A record's simple name is understood as well. Arrays, maps and unions on the way have no part in a path.

use avro_model::json::Json;

use crate::schema_type::tags::changed;
use crate::schema_type::{EntityType, InvalidText, SchemaTags};

const TAGS: &str = "confluent:tags";

/// An element of a schema: every path that leads to it, what it is, and its JSON object.
struct Visit<'a> {
    paths: &'a [String],
    entity: EntityType,
    members: &'a mut Vec<(String, Json)>,
}

/// All inline tags of a schema, in the order of its text.
pub(super) fn find(text: &str) -> Vec<SchemaTags> {
    let mut found = Vec::new();
    if let Ok(mut json) = Json::parse(text) {
        walk(&mut json, &[String::new()], "", &mut |visit| {
            let tags = tags_of(visit.members);
            if let (false, Some(path)) = (tags.is_empty(), visit.paths.first()) {
                found.push(SchemaTags { path: path.clone(), entity: visit.entity, tags });
            }
        });
    }
    found
}

/// The text after tags were added and then removed.
pub(super) fn edit(text: &str, add: &[SchemaTags], remove: &[SchemaTags]) -> Result<String, InvalidText> {
    let mut json = Json::parse(text).map_err(|error| InvalidText(error.to_string()))?;
    for (changes, adding) in [(add, true), (remove, false)] {
        for change in changes {
            let mut met = false;
            walk(&mut json, &[String::new()], "", &mut |visit| {
                if !met && visit.entity == change.entity && visit.paths.contains(&change.path) {
                    met = true;
                    apply(visit.members, &change.tags, adding);
                }
            });
            if !met {
                return Err(InvalidText(format!("No matching path '{}' found in the schema", change.path)));
            }
        }
    }
    Ok(json.to_string())
}

fn tags_of(members: &[(String, Json)]) -> Vec<String> {
    match members.iter().find(|(key, _)| key == TAGS) {
        Some((_, Json::Array(tags))) => {
            tags.iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}

fn apply(members: &mut Vec<(String, Json)>, tags: &[String], adding: bool) {
    let now = changed(tags_of(members), tags, adding);
    let value = Json::Array(now.into_iter().map(Json::String).collect());
    let place = members.iter().position(|(key, _)| key == TAGS);
    match (place, value) {
        (Some(place), Json::Array(tags)) if tags.is_empty() => {
            members.remove(place);
        }
        (Some(place), value) => members[place].1 = value,
        (None, Json::Array(tags)) if tags.is_empty() => {}
        (None, value) => members.push((TAGS.to_owned(), value)),
    }
}

/// Visits records and fields from the outside inwards. The nesting of a schema's text is bounded by its parser.
fn walk(json: &mut Json, scopes: &[String], namespace: &str, visit: &mut dyn FnMut(Visit<'_>)) {
    match json {
        Json::Array(branches) => {
            for branch in branches {
                walk(branch, scopes, namespace, visit);
            }
        }
        Json::Object(members) => match text_of(members, "type") {
            Some("record" | "error") => walk_record(members, scopes, namespace, visit),
            Some(_) => {
                for (key, value) in members.iter_mut() {
                    if key == "items" || key == "values" {
                        walk(value, scopes, namespace, visit);
                    }
                }
            }
            None => {
                if let Some((_, inner)) = members.iter_mut().find(|(key, _)| key == "type") {
                    walk(inner, scopes, namespace, visit);
                }
            }
        },
        _ => {}
    }
}

fn walk_record(
    members: &mut Vec<(String, Json)>,
    scopes: &[String],
    namespace: &str,
    visit: &mut dyn FnMut(Visit<'_>),
) {
    let name = text_of(members, "name").unwrap_or_default().to_owned();
    let namespace = match (text_of(members, "namespace"), name.rsplit_once('.')) {
        (_, Some((namespace, _))) => namespace.to_owned(),
        (Some(namespace), None) => namespace.to_owned(),
        (None, None) => namespace.to_owned(),
    };
    let simple = name.rsplit_once('.').map_or(name.as_str(), |(_, simple)| simple);
    let mut paths = Vec::new();
    for scope in scopes {
        if !namespace.is_empty() {
            paths.push(format!("{scope}{namespace}.{simple}"));
        }
        paths.push(format!("{scope}{simple}"));
    }
    visit(Visit { paths: &paths, entity: EntityType::SrRecord, members });
    let Some((_, Json::Array(fields))) = members.iter_mut().find(|(key, _)| key == "fields") else { return };
    for field in fields {
        let Json::Object(members) = field else { continue };
        let name = text_of(members, "name").unwrap_or_default().to_owned();
        let paths: Vec<String> = paths.iter().map(|path| format!("{path}.{name}")).collect();
        visit(Visit { paths: &paths, entity: EntityType::SrField, members });
        if let Some((_, inner)) = members.iter_mut().find(|(key, _)| key == "type") {
            let scopes: Vec<String> = paths.iter().map(|path| format!("{path}.")).collect();
            walk(inner, &scopes, &namespace, visit);
        }
    }
}

fn text_of<'a>(members: &'a [(String, Json)], key: &str) -> Option<&'a str> {
    members.iter().find(|(name, _)| name == key).and_then(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NESTED: &str = r#"{"type":"record","name":"Order","namespace":"ns","fields":[{"name":"item","type":["null",{"type":"record","name":"Item","fields":[{"name":"sku","type":"string","confluent:tags":["A"]}]}]}]}"#;

    fn change(path: &str, entity: EntityType, tags: &[&str]) -> SchemaTags {
        SchemaTags { path: path.to_owned(), entity, tags: tags.iter().map(|tag| (*tag).to_owned()).collect() }
    }

    #[test]
    fn tags_are_found_under_the_full_path() {
        assert_eq!(find(NESTED), [change("ns.Order.item.ns.Item.sku", EntityType::SrField, &["A"])]);
    }

    #[test]
    fn tags_are_added_without_duplicates_and_removed_with_the_property() {
        let added =
            edit(NESTED, &[change("ns.Order.item.ns.Item.sku", EntityType::SrField, &["A", "B"])], &[])
                .unwrap();
        assert!(added.contains(r#""confluent:tags":["A","B"]"#), "{added}");
        let removed =
            edit(&added, &[], &[change("Order.item.Item.sku", EntityType::SrField, &["A", "B"])]).unwrap();
        assert!(!removed.contains(TAGS), "{removed}");
    }

    #[test]
    fn a_path_that_leads_nowhere_or_to_another_kind_is_refused() {
        for (path, entity) in [
            ("ns.Order.nope", EntityType::SrField),
            ("ns.Order", EntityType::SrField),
            ("", EntityType::SrRecord),
        ] {
            let error = edit(NESTED, &[change(path, entity, &["T"])], &[]).unwrap_err();
            assert_eq!(error.to_string(), format!("No matching path '{path}' found in the schema"));
        }
    }
}
