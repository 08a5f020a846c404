//! Drafts 2019-09 and 2020-12 (json-schema §4.2).
//!
//! The original reads them with a newer library and translates what it read into the schemas of the older one, so that
//! one comparison does for all drafts. Every keyword comes to a small schema; those of one object are joined one after
//! the other, in the order of the text. Some of what the joining does looks odd; it decides about compatibility.

use std::collections::HashMap;

use super::super::draft::Draft;
use super::super::model::{Combined, Criterion, Kind, ObjectPart, Schema, SchemaId};
use super::super::text::Json;
use super::documents::Documents;
use super::join::{flatten, join};
use super::keywords::{self, Members, invalid};
use super::modern_anchors::Anchors;
use super::modern_extras;
use super::{LoadError, Loader, boolean};

/// Reads a document, and whatever it refers to.
pub(super) fn load<'a>(
    loader: &mut Loader<'_>,
    json: &'a Json,
    documents: &'a Documents,
) -> Result<SchemaId, LoadError> {
    let anchors = Anchors::new(json, documents, loader.budget)?;
    let mut modern = Modern { loader, anchors, targets: HashMap::new(), pending: Vec::new() };
    let base = modern.anchors.root_base().to_owned();
    let root = modern.child(json, &base)?;
    while let Some((id, address)) = modern.pending.pop() {
        modern.loader.budget.take(1)?;
        let (json, base) = modern.anchors.find(&address)?;
        let schema = modern.schema(json, &base)?;
        modern.loader.put(id, schema);
    }
    Ok(root)
}

/// The translation. Nesting is bounded by the reader; references are followed when their turn comes.
pub(super) struct Modern<'a, 'l, 'b> {
    pub(super) loader: &'l mut Loader<'b>,
    anchors: Anchors<'a, 'b>,
    /// The places of schemas that are referred to, by address.
    targets: HashMap<String, SchemaId>,
    pending: Vec<(SchemaId, String)>,
}

impl<'a> Modern<'a, '_, '_> {
    /// A schema inside another.
    pub(super) fn child(&mut self, json: &'a Json, base: &str) -> Result<SchemaId, LoadError> {
        let schema = self.schema(json, base)?;
        self.loader.add(schema)
    }

    pub(super) fn children(&mut self, json: &'a [Json], base: &str) -> Result<Vec<SchemaId>, LoadError> {
        json.iter().map(|json| self.child(json, base)).collect()
    }

    fn schema(&mut self, json: &'a Json, base: &str) -> Result<Schema, LoadError> {
        let members = match json {
            Json::Bool(truth) => return Ok(boolean(*truth).into()),
            Json::Object(members) => Members(members),
            _ => return Err(LoadError::NoSchema),
        };
        self.loader.followed.spend(base.len())?;
        let base = super::modern_anchors::inside(base, json)?;
        let mut product: Option<Schema> = None;
        for (keyword, value) in members.0 {
            self.loader.budget.take(1)?;
            if let Some(kind) = self.keyword(keyword, value, members, &base)? {
                product = Some(self.joined(product, kind)?);
            }
        }
        for (name, value) in members.object("properties")?.unwrap_or_default() {
            let properties = vec![(name.clone(), self.child(value, &base)?)];
            let part = ObjectPart { properties, ..ObjectPart::default() };
            product = Some(self.joined(product, Kind::Object(Box::new(part)))?);
        }
        for kind in self.behind_properties(members, &base)? {
            product = Some(self.joined(product, kind)?);
        }
        let mut schema = self.unwrapped(product.unwrap_or_default());
        self.annotate(&mut schema, json, members, &base)?;
        schema.source = Some(self.loader.sources.number(json));
        Ok(schema)
    }

    fn joined(&mut self, product: Option<Schema>, kind: Kind) -> Result<Schema, LoadError> {
        match product {
            None => Ok(kind.into()),
            Some(product) => join(self.loader, product, kind.into()),
        }
    }

    /// A combination that was only generated, and combines nothing, is left out.
    fn unwrapped(&self, schema: Schema) -> Schema {
        let Kind::Combined(Combined { criterion: Criterion::All, parts, generated: true }) = &schema.kind
        else {
            return schema;
        };
        match parts.as_slice() {
            [] => Schema::default(),
            [only] => self.loader.model[*only].clone(),
            _ => schema,
        }
    }

    /// Schemas of which all, any or one must fit.
    pub(super) fn combined(
        &mut self,
        criterion: Criterion,
        json: &'a [Json],
        base: &str,
    ) -> Result<Kind, LoadError> {
        let mut parts = Vec::new();
        for json in json {
            let child = self.child(json, base)?;
            parts.extend(flatten(self.loader, child));
        }
        Ok(Kind::Combined(Combined { criterion, parts, generated: false }))
    }

    /// A reference. Where it leads is found out later, so that it may lead anywhere.
    pub(super) fn reference(&mut self, reference: &str, base: &str) -> Result<Kind, LoadError> {
        if self.loader.detached {
            return Ok(Kind::Reference(None));
        }
        let address = self.anchors.address(reference, base)?;
        if let Some(id) = self.targets.get(&address) {
            return Ok(Kind::Reference(Some(*id)));
        }
        let id = self.loader.add(Schema::default())?;
        self.targets.insert(address.clone(), id);
        self.pending.push((id, address));
        Ok(Kind::Reference(Some(id)))
    }

    /// The keywords that say nothing about values.
    fn annotate(
        &mut self,
        schema: &mut Schema,
        json: &'a Json,
        members: Members<'a>,
        base: &str,
    ) -> Result<(), LoadError> {
        let text = |keyword| members.string(keyword).map(|text| text.map(str::to_owned));
        schema.title = text("title")?.or(schema.title.take());
        schema.description = text("description")?.or(schema.description.take());
        for keyword in ["deprecated", "readOnly", "writeOnly"] {
            members.boolean(keyword)?;
        }
        members.string("format")?;
        // The original builds a reference before it comes to the default beside it, which is lost.
        if !matches!(schema.kind, Kind::Reference(_)) {
            schema.default = members
                .get("default")
                .map(|json| keywords::printed(json, self.loader.budget))
                .or(schema.default.take());
        }
        schema.connect_type = members.get("connect.type").and_then(Json::as_str).map(str::to_owned);
        schema.tags = keywords::tags(members);
        let older = if self.loader.detached { None } else { self.anchors.definitions(json) };
        let definitions = members.object("$defs")?.or(older).unwrap_or_default();
        if !definitions.is_empty() || members.0.iter().any(|(name, _)| !modern_extras::is_known(name)) {
            modern_extras::forget(&mut schema.kind);
        }
        for (name, json) in definitions {
            // What nothing refers to must be a schema all the same.
            let id = self.child(json, base)?;
            if self.loader.detached {
                schema.definitions.push((name.clone(), id));
            }
        }
        if self.loader.detached
            && let Some(definitions) = members.get("definitions").and_then(Json::as_object)
        {
            for (name, json) in definitions.iter().filter(|(_, json)| json.as_object().is_some()) {
                let none = Documents::default();
                let id = super::classic::load(self.loader, json, Draft::Seven, &none)?;
                schema.definitions.push((name.clone(), id));
            }
        }
        Ok(())
    }
}

/// One type.
pub(super) fn of_type(name: &str) -> Result<Kind, LoadError> {
    Ok(match name {
        "string" => Kind::String(super::super::model::StringPart::default()),
        "integer" => Kind::Number(Box::new(super::super::model::NumberPart {
            integer: true,
            ..super::super::model::NumberPart::default()
        })),
        "number" => Kind::Number(Box::default()),
        "boolean" => Kind::Boolean,
        "null" => Kind::Null,
        "array" => Kind::Array(Box::default()),
        "object" => Kind::Object(Box::default()),
        other => return Err(LoadError::UnknownType(other.to_owned())),
    })
}

/// The value of a keyword that must be an array.
pub(super) fn array<'a>(keyword: &str, json: &'a Json) -> Result<&'a [Json], LoadError> {
    json.as_array().ok_or_else(|| invalid(keyword, "an array"))
}
