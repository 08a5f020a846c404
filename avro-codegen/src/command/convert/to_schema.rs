//! Into schemas in JSON.

use super::content::Content;
use super::output::{Converted, Loss, Target};
use crate::command::fmt;
use crate::report::Diagnostic;
use avro_model::idl::IdlPart;
use avro_model::parser::Document;
use avro_model::{Fullname, Kind, Parser, Schema};
use std::collections::HashSet;

impl Content {
    /// The named types, those of a schema file each behind those that it uses.
    pub(super) fn all_types(&self) -> Vec<Schema> {
        match (&self.main, self.types.is_empty()) {
            (Some(main), true) => {
                main.definitions().into_iter().map(|node| main.reachable_from(node)).collect()
            }
            _ => self.types.clone(),
        }
    }

    /// The file as one schema; into a folder, one for each type when none stands for the file.
    pub(super) fn to_schemas(
        &self,
        wanted: Option<&str>,
        target: &Target,
    ) -> Result<Vec<Converted>, Vec<Diagnostic>> {
        if let Some(wanted) = wanted {
            let schema =
                self.types.iter().find(|schema| name(schema).is_some_and(|name| name.as_str() == wanted));
            let schema = schema.ok_or_else(|| {
                vec![self.error(&format!("the file has no type {wanted}; it has {}", self.names()))]
            })?;
            // Whoever names a type wants nothing else.
            return Ok(vec![self.written(schema, target.path(&self.stem), Vec::new())?]);
        }
        let mut losses = self.lost_protocol();
        if let Some(main) = self.standing() {
            let held: HashSet<&Fullname> = main.nodes().iter().filter_map(avro_model::Node::name).collect();
            let left = self.types.iter().filter_map(name).filter(|name| !held.contains(name));
            let parts = self.parts();
            losses.extend(left.map(|name| {
                let message = format!("{name} is no part of the schema that stands for the file");
                Loss::new(message, parts.of_type(name))
            }));
            return Ok(vec![self.written(main, target.path(&self.stem), losses)?]);
        }
        if !matches!(target, Target::Folder(..)) {
            let message = format!(
                "the file defines several types: {}; choose one with --type, or name a folder with --output",
                self.names()
            );
            return Err(vec![self.error(&message)]);
        }
        self.types
            .iter()
            .map(|schema| {
                let stem = name(schema).map(ToString::to_string).unwrap_or_default();
                let losses = std::mem::take(&mut losses);
                self.written(schema, target.path(&stem), losses)
            })
            .collect()
    }

    /// A schema for each named type, in which the others are names.
    pub(super) fn split(&self, target: &Target) -> Result<Vec<Converted>, Vec<Diagnostic>> {
        let mut losses = self.lost_protocol();
        if let Some(main) = &self.main
            && name(main).is_none()
        {
            let kind = main[main.root()].kind.type_name();
            let message = format!("the {kind} that stands for the file has no name");
            losses.push(Loss::new(message, self.parts().whole()));
        }
        let mut files = Vec::new();
        let types = self.all_types();
        for schema in &types {
            let stem = name(schema).map(ToString::to_string).unwrap_or_default();
            let (input, path) = (self.name.clone(), target.path(&stem));
            let losses = std::mem::take(&mut losses);
            files.push(Converted { input, path, text: schema.own_text(), losses });
        }
        let numbers: Vec<String> = (0..files.len()).map(|number| number.to_string()).collect();
        let texts = files.iter().zip(&numbers).map(|(file, name)| Document { name, text: &file.text });
        let texts: Vec<Document<'_>> = texts.collect();
        let read = Parser::new().parse_documents(&texts).map_err(|_| vec![self.unlike()])?;
        if !read.iter().zip(&types).all(|(read, schema)| same(read, schema)) {
            return Err(vec![self.unlike()]);
        }
        for file in &mut files {
            file.text = fmt::lay_out_json(&file.text);
        }
        Ok(files)
    }

    /// The schema that stands for the file: the one that it declares, or the type that holds all others.
    fn standing(&self) -> Option<&Schema> {
        self.main.as_ref().or_else(|| {
            self.types.iter().find(|schema| {
                let held: HashSet<&Fullname> =
                    schema.nodes().iter().filter_map(avro_model::Node::name).collect();
                self.types.iter().filter_map(name).all(|name| held.contains(name))
            })
        })
    }

    /// The text, once it is known to read back as the schema.
    fn written(
        &self,
        schema: &Schema,
        path: Option<std::path::PathBuf>,
        losses: Vec<Loss>,
    ) -> Result<Converted, Vec<Diagnostic>> {
        let text = schema.canonical_text();
        match Parser::new().parse(&text) {
            Ok(read) if same(&read, schema) => {
                Ok(Converted { input: self.name.clone(), path, text: fmt::lay_out_json(&text), losses })
            }
            _ => Err(vec![self.unlike()]),
        }
    }

    /// What a protocol says besides its types.
    fn lost_protocol(&self) -> Vec<Loss> {
        let Some(protocol) = &self.protocol else { return Vec::new() };
        let parts = self.parts();
        let whole = IdlPart::Protocol(protocol.name.clone());
        let lost = |what: String, part: &IdlPart, attribute: &str| {
            let message = format!("{what} of protocol {} cannot be said in a schema", protocol.name);
            Loss::new(message, parts.place(part, attribute))
        };
        let messages = protocol.messages.iter().map(|message| {
            lost(format!("message \"{}\"", message.name), &IdlPart::Message(message.name.clone()), "request")
        });
        let doc = protocol.doc.iter().map(|_| lost("the doc".to_owned(), &whole, "doc"));
        let properties =
            protocol.properties.iter().map(|(key, _)| lost(format!("the property \"{key}\""), &whole, key));
        doc.chain(properties).chain(messages).collect()
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.types.iter().filter_map(name).map(ToString::to_string).collect();
        names.join(", ")
    }
}

fn name(schema: &Schema) -> Option<&Fullname> {
    schema[schema.root()].name()
}

/// Whether two schemas say the same, aliases included, whose text may stand for another one.
fn same(one: &Schema, other: &Schema) -> bool {
    let aliases = |schema: &Schema| -> Vec<Vec<Fullname>> {
        let nodes = schema.definitions().into_iter().map(|node| match &schema[node].kind {
            Kind::Record(record) => record.aliases.clone(),
            Kind::Enum(definition) => definition.aliases.clone(),
            Kind::Fixed(fixed) => fixed.aliases.clone(),
            _ => Vec::new(),
        });
        nodes.collect()
    };
    one.canonical_text() == other.canonical_text() && aliases(one) == aliases(other)
}
