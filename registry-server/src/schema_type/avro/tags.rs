//! Inline tags: the property `confluent:tags` of a record or a field.
//!
//! An entity path is the record's full name, a dot and the field's name, and so on inwards: `ns.Order.item.ns.Item.sku`.
//! The outermost record goes by its simple name as well. Arrays, maps and unions on the way have no part in a path. An error
//! has no path that could be asked for, nor has what is in it.

use avro_model::json::Json;

use crate::schema_type::tags::changed;
use crate::schema_type::{Budget, EntityType, InvalidText, SchemaTags};

const TAGS: &str = "confluent:tags";

/// An element of a schema: its path with full names, whether it is the one that is looked for, what it is, and its JSON
/// object.
struct Visit<'a> {
    path: &'a str,
    wanted: bool,
    entity: EntityType,
    members: &'a mut Vec<(String, Json)>,
}

/// All inline tags of a schema, in the order of its text; nothing of worth once the budget ends.
pub(super) fn find(text: &str, budget: &Budget) -> Vec<SchemaTags> {
    let mut found = Vec::new();
    if let Ok(mut json) = Json::parse_within(text, budget) {
        let mut visit = |visit: Visit<'_>| {
            let tags = tags_of(visit.members);
            if !tags.is_empty() {
                found.push(SchemaTags { path: visit.path.to_owned(), entity: visit.entity, tags });
            }
        };
        Walk { wanted: "", budget, visit: &mut visit }.schema(&mut json, &Place::default(), "");
    }
    found
}

/// The text after tags were added and then removed; nothing of worth once the budget ends.
pub(super) fn edit(
    text: &str,
    add: &[SchemaTags],
    remove: &[SchemaTags],
    budget: &Budget,
) -> Result<String, InvalidText> {
    let mut json = Json::parse_within(text, budget).map_err(|error| InvalidText(error.to_string()))?;
    for (changes, adding) in [(add, true), (remove, false)] {
        for change in changes {
            let mut met = false;
            let mut visit = |visit: Visit<'_>| {
                if !met && visit.wanted && visit.entity == change.entity {
                    met = true;
                    apply(visit.members, &change.tags, adding);
                }
            };
            let start = Place { path: String::new(), matched: vec![0] };
            Walk { wanted: &change.path, budget, visit: &mut visit }.schema(&mut json, &start, "");
            if !met {
                return Err(InvalidText(format!("No matching path '{}' found in the schema", change.path)));
            }
        }
    }
    let mut text = String::new();
    json.print_within(&mut text, budget);
    Ok(text)
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

/// A place in a schema.
#[derive(Clone, Debug, Default)]
struct Place {
    /// The path that leads there, with full names.
    path: String,
    /// How many bytes of the wanted path may lead there: it can begin with either name of the outermost record.
    matched: Vec<usize>,
}

/// A visit of records and fields from the outside inwards. The nesting of a schema's text is bounded by its parser.
struct Walk<'w> {
    wanted: &'w str,
    budget: &'w Budget,
    visit: &'w mut dyn FnMut(Visit<'_>),
}

impl Walk<'_> {
    fn schema(&mut self, json: &mut Json, place: &Place, namespace: &str) {
        if !self.budget.spend(1) {
            return;
        }
        match json {
            Json::Array(branches) => {
                for branch in branches {
                    self.schema(branch, place, namespace);
                }
            }
            Json::Object(members) => match text_of(members, "type") {
                Some("record" | "error") => self.record(members, place, namespace),
                Some(_) => {
                    for (key, value) in members.iter_mut() {
                        if key == "items" || key == "values" {
                            self.schema(value, place, namespace);
                        }
                    }
                }
                None => {
                    if let Some((_, inner)) = members.iter_mut().find(|(key, _)| key == "type") {
                        self.schema(inner, place, namespace);
                    }
                }
            },
            _ => {}
        }
    }

    fn record(&mut self, members: &mut Vec<(String, Json)>, place: &Place, namespace: &str) {
        let name = text_of(members, "name").unwrap_or_default().to_owned();
        let namespace = match (text_of(members, "namespace"), name.rsplit_once('.')) {
            (_, Some((namespace, _))) => namespace.to_owned(),
            (Some(namespace), None) => namespace.to_owned(),
            (None, None) => namespace.to_owned(),
        };
        let simple = name.rsplit_once('.').map_or(name.as_str(), |(_, simple)| simple);
        let full = if namespace.is_empty() { simple.to_owned() } else { format!("{namespace}.{simple}") };
        let is_outermost = place.path.is_empty();
        let names: &[&str] = if is_outermost { &[&full, simple] } else { &[&full] };
        let mut place = self.inside(place, names);
        if text_of(members, "type") == Some("error") {
            place.matched.clear();
        }
        self.visit(&place, EntityType::SrRecord, members);
        let Some((_, Json::Array(fields))) = members.iter_mut().find(|(key, _)| key == "fields") else {
            return;
        };
        for field in fields {
            let Json::Object(members) = field else { continue };
            let name = format!(".{}", text_of(members, "name").unwrap_or_default());
            let place = self.inside(&place, &[&name]);
            if !self.budget.spend(1) {
                return;
            }
            self.visit(&place, EntityType::SrField, members);
            if let Some((_, inner)) = members.iter_mut().find(|(key, _)| key == "type") {
                self.schema(inner, &self.inside(&place, &["."]), &namespace);
            }
        }
    }

    /// The place of a part that goes by any of some names, the first of which is its full name.
    fn inside(&self, outer: &Place, names: &[&str]) -> Place {
        let follows = |(at, name): (&usize, &&str)| {
            self.wanted.get(*at..).is_some_and(|rest| rest.starts_with(name)).then_some(at + name.len())
        };
        let pairs = outer.matched.iter().flat_map(|at| names.iter().map(move |name| (at, name)));
        let mut matched: Vec<usize> = pairs.filter_map(follows).collect();
        matched.sort_unstable();
        matched.dedup();
        Place { path: format!("{}{}", outer.path, names.first().unwrap_or(&"")), matched }
    }

    fn visit(&mut self, place: &Place, entity: EntityType, members: &mut Vec<(String, Json)>) {
        let wanted = place.matched.contains(&self.wanted.len());
        (self.visit)(Visit { path: &place.path, wanted, entity, members });
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

    fn changed_by(text: &str, add: &[SchemaTags], remove: &[SchemaTags]) -> String {
        edit(text, add, remove, &Budget::unlimited()).unwrap()
    }

    #[test]
    fn deep_records_take_few_steps() {
        const LEVELS: usize = 100;
        let text = (0..LEVELS).fold("\"int\"".to_owned(), |inner, level| {
            format!(
                r#"{{"type":"record","name":"R{level}","namespace":"ns","fields":[{{"name":"f","type":{inner},"confluent:tags":["T"]}}]}}"#
            )
        });
        let budget = Budget::of(10_000);
        let found = find(&text, &budget);
        let full: Vec<String> = (0..LEVELS).rev().map(|level| format!("ns.R{level}.f")).collect();
        assert_eq!(found.last(), Some(&change(&full.join("."), EntityType::SrField, &["T"])));
        assert_eq!(found.len(), LEVELS);
        let added =
            edit(&text, &[change(&full.join("."), EntityType::SrField, &["U"])], &[], &budget).unwrap();
        assert_eq!(added.matches(r#"["T","U"]"#).count(), 1);
        assert_eq!(budget.check(), Ok(()));
    }

    #[test]
    fn tags_are_found_under_the_full_path() {
        assert_eq!(
            find(NESTED, &Budget::unlimited()),
            [change("ns.Order.item.ns.Item.sku", EntityType::SrField, &["A"])]
        );
    }

    #[test]
    fn tags_are_added_without_duplicates_and_removed_with_the_property() {
        let added =
            changed_by(NESTED, &[change("ns.Order.item.ns.Item.sku", EntityType::SrField, &["A", "B"])], &[]);
        assert!(added.contains(r#""confluent:tags":["A","B"]"#), "{added}");
        let removed =
            changed_by(&added, &[], &[change("Order.item.ns.Item.sku", EntityType::SrField, &["A", "B"])]);
        assert!(!removed.contains(TAGS), "{removed}");
    }

    #[test]
    fn a_type_of_no_namespace_goes_by_its_name() {
        for (namespace, path) in [("", "R.f.S.g"), (r#""namespace":"","#, "R.f.S.g")] {
            let text = format!(
                r#"{{"type":"record","name":"R",{namespace}"fields":[{{"name":"f","type":{{"type":"record","name":"S","fields":[{{"name":"g","type":"int"}}]}}}}]}}"#
            );
            let added = changed_by(&text, &[change(path, EntityType::SrField, &["A"])], &[]);
            assert!(added.contains(r#""name":"g","type":"int","confluent:tags":["A"]"#), "{added}");
        }
    }

    #[test]
    fn an_error_has_no_path() {
        let text = r#"{"type":"error","name":"E","fields":[{"name":"f","type":{"type":"record","name":"S","fields":[]}}]}"#;
        for (path, entity) in
            [("E", EntityType::SrRecord), ("E.f", EntityType::SrField), ("E.f.S", EntityType::SrRecord)]
        {
            let error = edit(text, &[change(path, entity, &["T"])], &[], &Budget::unlimited()).unwrap_err();
            assert_eq!(error.to_string(), format!("No matching path '{path}' found in the schema"));
        }
    }

    #[test]
    fn a_path_that_leads_nowhere_or_to_another_kind_is_refused() {
        for (path, entity) in [
            ("ns.Order.nope", EntityType::SrField),
            ("ns.Order", EntityType::SrField),
            ("ns.Order.item.Item.sku", EntityType::SrField),
            ("ns.Order.item.Item", EntityType::SrRecord),
            ("", EntityType::SrRecord),
        ] {
            let error = edit(NESTED, &[change(path, entity, &["T"])], &[], &Budget::unlimited()).unwrap_err();
            assert_eq!(error.to_string(), format!("No matching path '{path}' found in the schema"));
        }
    }
}
