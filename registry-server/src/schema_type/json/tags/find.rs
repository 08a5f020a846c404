//! All inline tags of a schema.

use std::collections::HashSet;

use super::super::limits::MAX_NESTING;
use super::super::model::{Kind, Model, Schema, SchemaId};
use super::super::order;
use crate::java_order;
use crate::schema_type::{EntityType, SchemaTags};

/// The tags of every object schema and property, from the outside inwards. References are not followed.
pub(in super::super) fn find(model: &Model) -> Vec<SchemaTags> {
    let mut search = Search { model, found: Vec::new(), met: HashSet::new() };
    if let Some(root) = model.root {
        search.visit(root, "", false, 0);
    }
    search.found
}

struct Search<'m> {
    model: &'m Model,
    found: Vec<SchemaTags>,
    /// Paths of object schemas, each of which is looked at once.
    met: HashSet<String>,
}

impl Search<'_> {
    /// `in_property`: the tags of the schema are those of the property that has it.
    fn visit(&mut self, id: SchemaId, scope: &str, in_property: bool, depth: usize) {
        if depth > MAX_NESTING {
            return;
        }
        let depth = depth + 1;
        let model = self.model;
        let schema = &model[id];
        match &schema.kind {
            Kind::Combined(combined) => {
                let name = combined.criterion.path_name();
                for (index, part) in order::sorted(model, &combined.parts).into_iter().enumerate() {
                    self.visit(part, &format!("{scope}{name}.{index}."), false, depth);
                }
            }
            Kind::Array(array) => {
                if let Some(items) = array.all_items {
                    self.visit(items, &format!("{scope}array."), false, depth);
                }
            }
            Kind::Object(object) => self.object(schema, &object.properties, scope, in_property, depth),
            Kind::Conditional { condition, then, otherwise } => {
                for (name, part) in [("if", condition), ("then", then), ("else", otherwise)] {
                    if let Some(part) = part {
                        self.visit(*part, &format!("{scope}conditional.{name}."), false, depth);
                    }
                }
            }
            Kind::Not(inner) => self.visit(*inner, &format!("{scope}not."), false, depth),
            _ => {}
        }
    }

    fn object(
        &mut self,
        schema: &Schema,
        properties: &[(String, SchemaId)],
        scope: &str,
        in_property: bool,
        depth: usize,
    ) {
        let path = format!("{scope}object");
        if !self.met.insert(path.clone()) {
            return;
        }
        if !in_property {
            self.note(&path, EntityType::SrRecord, &schema.tags);
        }
        let mut properties: Vec<&(String, SchemaId)> = properties.iter().collect();
        java_order::sort_by_key(&mut properties, |(name, _)| name);
        for (name, property) in properties {
            let path = format!("{path}.{name}");
            let tags = self.model[*property].tags.clone();
            self.note(&path, EntityType::SrField, &tags);
            self.visit(*property, &format!("{path}."), true, depth);
        }
        for (name, definition) in &schema.definitions {
            self.visit(*definition, &format!("{path}.definitions.{name}."), false, depth);
        }
    }

    fn note(&mut self, path: &str, entity: EntityType, tags: &[String]) {
        if !tags.is_empty() {
            self.found.push(SchemaTags { path: path.to_owned(), entity, tags: tags.to_vec() });
        }
    }
}
