//! Remedies for symbols that the old schema does not read.

use super::{Remedies, lacking};
use crate::compatibility::Finding;
use crate::explanation::change::Change;
use crate::json::Json;
use crate::name::Fullname;
use crate::schema::{Enum, Kind, NodeId, Schema};
use std::collections::{HashMap, HashSet};

impl Remedies<'_> {
    /// Takes the symbols out of the new enum that the old one does not know.
    pub(super) fn leave_out_symbols(&mut self, finding: &Finding) -> Option<Change> {
        let (Kind::Enum(reader), Kind::Enum(writer)) =
            (&self.old[finding.reader].kind, &self.new[finding.writer].kind)
        else {
            return None;
        };
        let symbols = lacking(&writer.symbols, &reader.symbols);
        let name = writer.name.clone();
        // Of an enum without symbols there is no value, and so no default.
        let fields =
            if reader.symbols.is_empty() { self.take_defaults_with(finding.writer) } else { Vec::new() };
        let Kind::Enum(Enum { symbols: all, default, .. }) = self.draft.kind(finding.writer) else {
            return None;
        };
        all.retain(|symbol| !symbols.contains(symbol));
        let restored = (all.is_empty() && !reader.symbols.is_empty()).then(|| reader.symbols.clone());
        if let Some(symbols) = &restored {
            all.clone_from(symbols);
        }
        *default = default.take().filter(|default| all.contains(default));
        Some(match restored {
            Some(symbols) => Change::RestoreSymbols { name, symbols },
            None if fields.is_empty() => Change::DropSymbols { name, symbols },
            None => Change::DropSymbolsAndDefaults { name, symbols, fields },
        })
    }

    /// Takes the defaults from fields that may hold a symbol of an enum in theirs; answers the records and the fields.
    fn take_defaults_with(&mut self, part: NodeId) -> Vec<(Fullname, String)> {
        let new = self.new;
        let users = users(new, part);
        let mut fields = Vec::new();
        for (index, node) in new.nodes().iter().enumerate() {
            let Kind::Record(record) = &node.kind else { continue };
            for (place, field) in record.fields.iter().enumerate() {
                let holds = |default| !is_empty(&new[field.schema].kind, default);
                if users.contains(&field.schema)
                    && field.default.as_ref().is_some_and(holds)
                    && let Kind::Record(draft) = self.draft.kind(new.node_id(index))
                {
                    draft.fields[place].default = None;
                    fields.push((record.name.clone(), field.name.clone()));
                }
            }
        }
        fields
    }
}

/// The types that have a type somewhere in them, and that type.
fn users(schema: &Schema, part: NodeId) -> HashSet<NodeId> {
    let mut around: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
    for (index, node) in schema.nodes().iter().enumerate() {
        for child in node.kind.children() {
            around.entry(child).or_default().push(schema.node_id(index));
        }
    }
    let mut users = HashSet::new();
    let mut open = vec![part];
    while let Some(id) = open.pop() {
        if users.insert(id) {
            open.extend(around.get(&id).into_iter().flatten());
        }
    }
    users
}

/// Whether a default has no value of another type inside.
fn is_empty(kind: &Kind, default: &Json) -> bool {
    match default {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => matches!(kind, Kind::Map(_)) && members.is_empty(),
        _ => false,
    }
}
