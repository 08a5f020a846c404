//! Rules that need all types: aliases in a circle, names that collide, records that no value can have.

use super::finding::{Finding, Findings};
use super::rules::{ALIAS_CYCLE, ENDLESS_RECORD, NAME_COLLISION};
use super::walk::{Element, ElementKind};
use crate::ir::type_cased;
use crate::locate::key;
use avro_model::json::{Json, Step};
use avro_model::{Fullname, Kind, NodeId, Schema};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The named types of all documents.
#[derive(Debug, Default)]
pub(super) struct KnownTypes {
    types: BTreeMap<Fullname, KnownType>,
}

/// The first definition of a type.
#[derive(Debug)]
struct KnownType {
    document: usize,
    steps: Vec<Step>,
    aliases: Vec<Fullname>,
    /// The rules of these that it allows.
    allowed: Vec<&'static str>,
}

impl KnownTypes {
    pub(super) fn add(&mut self, document: usize, element: &Element<'_>) {
        let ElementKind::Definition(name) = element.kind else { return };
        let aliases = match element.json.get("aliases") {
            Some(Json::Array(aliases)) => {
                let texts = aliases.iter().filter_map(Json::as_str);
                texts.map(|alias| Fullname::new(alias, name.namespace())).collect()
            }
            _ => Vec::new(),
        };
        let rules = [ALIAS_CYCLE, ENDLESS_RECORD, NAME_COLLISION];
        let allowed = rules.into_iter().filter(|rule| element.allows(rule)).collect();
        let steps = element.steps.to_vec();
        self.types.entry(name.clone()).or_insert(KnownType { document, steps, aliases, allowed });
    }

    pub(super) fn check<'s>(&self, schemas: impl Iterator<Item = &'s Schema>, found: &mut [Findings]) {
        self.alias_cycles(found);
        self.collisions(found);
        self.endless(schemas, found);
    }

    fn tell(
        &self,
        found: &mut [Findings],
        rule: &'static str,
        name: &Fullname,
        attribute: &str,
        message: String,
        help: Option<String>,
    ) -> Option<&KnownType> {
        let known = self.types.get(name)?;
        if known.allowed.contains(&rule) {
            return None;
        }
        let mut steps = known.steps.clone();
        steps.push(key(attribute));
        found[known.document].all.push(Finding { rule, steps, message, help, related: None });
        Some(known)
    }

    /// Follows aliases from each type, and tells a circle at the first of its types by name.
    fn alias_cycles(&self, found: &mut [Findings]) {
        let mut told: HashSet<&Fullname> = HashSet::new();
        for start in self.types.keys() {
            let mut before: HashMap<&Fullname, &Fullname> = HashMap::new();
            let mut open = vec![start];
            while let Some(name) = open.pop() {
                let Some(known) = self.types.get(name) else { continue };
                for alias in &known.aliases {
                    let Some((alias, _)) = self.types.get_key_value(alias) else { continue };
                    if before.contains_key(alias) {
                        continue;
                    }
                    before.insert(alias, name);
                    open.push(alias);
                }
            }
            if !before.contains_key(start) || told.contains(start) {
                continue;
            }
            let mut way = vec![start];
            let mut at = before[start];
            while at != start {
                way.push(at);
                at = before[at];
            }
            told.extend(way.iter().copied());
            way.push(start);
            way.reverse();
            let names: Vec<String> = way.iter().map(ToString::to_string).collect();
            let message = match names.as_slice() {
                [_, _] => format!("{start} is an alias of itself"),
                _ => format!("the aliases {} lead back to {start}", names.join(" → ")),
            };
            let help = Some("keep the alias of the type that was renamed last".to_owned());
            self.tell(found, ALIAS_CYCLE, start, "aliases", message, help);
        }
    }

    /// Types of one namespace that come out alike in generated code.
    fn collisions(&self, found: &mut [Findings]) {
        let mut seen: HashMap<(String, String), &Fullname> = HashMap::new();
        for name in self.types.keys() {
            let cased = (name.namespace().to_lowercase(), type_cased(name.name()));
            let Some(other) = seen.insert(cased, name) else { continue };
            let message = format!("the types {other} and {name} differ only in case and underscores");
            let help =
                Some("give one of them another name, or it gets a number in generated code".to_owned());
            self.tell(found, NAME_COLLISION, name, "name", message, help);
            let (Some(known), Some(first)) = (self.types.get(name), self.types.get(other)) else { continue };
            if let Some(last) =
                found[known.document].all.last_mut().filter(|last| last.rule == NAME_COLLISION)
            {
                let mut steps = first.steps.clone();
                steps.push(key("name"));
                last.related = Some(("the other one".to_owned(), first.document, steps));
            }
        }
    }

    fn endless<'s>(&self, schemas: impl Iterator<Item = &'s Schema>, found: &mut [Findings]) {
        let mut known = HashSet::new();
        for schema in schemas {
            for name in endless_records(schema) {
                if known.insert(name.clone()) {
                    let message = format!("no value can have the type {name}: what it contains never ends");
                    let help = "let a field on the way be null, an array or a map".to_owned();
                    self.tell(found, ENDLESS_RECORD, name, "name", message, Some(help));
                }
            }
        }
    }
}

/// The records of which no value ends, because of themselves or of one inside.
fn endless_records(schema: &Schema) -> Vec<&Fullname> {
    let nodes = schema.nodes();
    let mut ends = vec![false; nodes.len()];
    let is = |ends: &[bool], id: &NodeId| ends[id.index()];
    // Each round settles at least one type, or is the last.
    loop {
        let mut changed = false;
        for (index, node) in nodes.iter().enumerate() {
            let now = match &node.kind {
                Kind::Record(record) => record.fields.iter().all(|field| is(&ends, &field.schema)),
                Kind::Union(branches) => branches.iter().any(|branch| is(&ends, branch)),
                _ => true,
            };
            changed |= now && !std::mem::replace(&mut ends[index], now);
        }
        if !changed {
            break;
        }
    }
    let records =
        nodes.iter().zip(&ends).filter(|(node, ends)| matches!(node.kind, Kind::Record(_)) && !**ends);
    records.filter_map(|(node, _)| node.name()).collect()
}
