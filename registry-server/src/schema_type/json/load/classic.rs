//! Drafts 4, 6 and 7 (json-schema §4.1).
//!
//! Every keyword that says something about the type of a value comes to a schema of its own; several of them are
//! combined as if they stood in an `allOf`. A schema that has a `$ref` is that reference and nothing else.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::draft::{CONDITIONAL_KEYWORDS, Draft, NUMBER_KEYWORDS, STRING_KEYWORDS};
use super::super::model::{
    ArrayPart, Combined, Criterion, Kind, NumberPart, ObjectPart, Schema, SchemaId, StringPart,
};
use super::super::regexp::Pattern;
use super::super::text::Json;
use super::classic_references::References;
use super::documents::Documents;
use super::keywords::{self, Members, invalid};
use super::{LoadError, Loader, boolean};

/// In which document a schema stands, and from where its references read.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    pub(super) document: &'a Json,
    pub(super) base: Option<Rc<str>>,
    pub(super) draft: Draft,
    /// Which copy of the document is read: that of the root is 0, and each address that is referred to has one of its own.
    pub(super) copy: usize,
}

/// Reads a document, and whatever it refers to.
pub(super) fn load<'a>(
    loader: &mut Loader<'_>,
    json: &'a Json,
    draft: Draft,
    documents: &'a Documents,
) -> Result<SchemaId, LoadError> {
    let references = References::new(json, draft, documents, loader.budget)?;
    let mut classic = Classic { loader, references, known: HashMap::new(), copies: 0, pending: Vec::new() };
    let root = classic.schema(json, &Scope { document: json, base: None, draft, copy: 0 })?;
    while let Some((id, json, scope)) = classic.pending.pop() {
        classic.loader.budget.take(1)?;
        let schema = classic.read(json, &scope)?;
        classic.loader.put(id, schema);
    }
    Ok(root)
}

/// The address in memory of a JSON value, from where its references read, and the copy of the document that it is in.
type Place = (usize, Option<Rc<str>>, usize);

/// A schema is read when its turn comes, so that neither nesting nor chains of references deepen the stack.
struct Classic<'a, 'l, 'b> {
    loader: &'l mut Loader<'b>,
    references: References<'a, 'b>,
    known: HashMap<Place, SchemaId>,
    copies: usize,
    pending: Vec<(SchemaId, &'a Json, Scope<'a>)>,
}

impl<'a> Classic<'a, '_, '_> {
    /// The place of a schema that will be read.
    fn schema(&mut self, json: &'a Json, scope: &Scope<'a>) -> Result<SchemaId, LoadError> {
        let scope = scope.inside(json)?;
        self.loader.followed.spend(scope.base.as_deref().map_or(0, str::len))?;
        let key = (std::ptr::from_ref(json) as usize, scope.base.clone(), scope.copy);
        if let Some(id) = self.known.get(&key) {
            return Ok(*id);
        }
        let id = self.loader.add(Schema::default())?;
        self.known.insert(key, id);
        self.pending.push((id, json, scope));
        Ok(id)
    }

    fn schemas(&mut self, json: &'a [Json], scope: &Scope<'a>) -> Result<Vec<SchemaId>, LoadError> {
        json.iter().map(|json| self.schema(json, scope)).collect()
    }

    fn read(&mut self, json: &'a Json, scope: &Scope<'a>) -> Result<Schema, LoadError> {
        let members = match json {
            Json::Bool(truth) => return Ok(boolean(*truth).into()),
            Json::Object(members) => Members(members),
            _ => return Err(LoadError::NoSchema),
        };
        let mut schema = if let Some(reference) = members.string("$ref")? {
            Kind::Reference(self.reference(reference, scope)?).into()
        } else {
            let mut kinds = self.kinds(members, scope)?;
            match kinds.len() {
                0 => Schema::default(),
                1 => kinds.remove(0).into(),
                _ => {
                    let parts = kinds.into_iter().map(|kind| self.loader.add(kind.into()));
                    let parts = parts.collect::<Result<_, _>>()?;
                    Kind::Combined(Combined { criterion: Criterion::All, parts, generated: false }).into()
                }
            }
        };
        self.annotate(&mut schema, members, scope)?;
        schema.source = Some(self.loader.sources.number(json));
        Ok(schema)
    }

    /// The keywords that say nothing about values.
    fn annotate(
        &mut self,
        schema: &mut Schema,
        members: Members<'a>,
        scope: &Scope<'a>,
    ) -> Result<(), LoadError> {
        members.string(scope.draft.id_keyword())?;
        schema.title = members.string("title")?.map(str::to_owned);
        schema.description = members.string("description")?.map(str::to_owned);
        if scope.draft == Draft::Seven {
            members.boolean("readOnly")?;
            members.boolean("writeOnly")?;
        }
        // The original builds a reference before it comes to the default beside it, which is lost.
        if !matches!(schema.kind, Kind::Reference(_)) {
            schema.default = members.get("default").map(|json| keywords::printed(json, self.loader.budget));
        }
        schema.connect_type = members.get("connect.type").and_then(Json::as_str).map(str::to_owned);
        schema.tags = keywords::tags(members);
        if let Kind::Array(array) = &mut schema.kind {
            array.min_contains = keywords::whole(members.get("minContains"));
            array.max_contains = keywords::whole(members.get("maxContains"));
        }
        if self.loader.detached
            && let Some(definitions) = members.get("definitions").and_then(Json::as_object)
        {
            for (name, definition) in definitions.iter().filter(|(_, json)| json.as_object().is_some()) {
                schema.definitions.push((name.clone(), self.schema(definition, scope)?));
            }
        }
        Ok(())
    }

    fn reference(&mut self, reference: &str, scope: &Scope<'a>) -> Result<Option<SchemaId>, LoadError> {
        if self.loader.detached {
            return Ok(None);
        }
        let (address, target) = self.references.find(reference, scope)?;
        if let Some(id) = self.references.known(&address) {
            return Ok(Some(id));
        }
        let Some((json, scope)) = target else { return Err(LoadError::Unresolved(address)) };
        // What is referred to is read anew, even where it is read in its place too: a comparison tells of both.
        self.copies += 1;
        let id = self.schema(json, &Scope { copy: self.copies, ..scope })?;
        self.references.remember(address, id);
        Ok(Some(id))
    }

    /// The schemas that the keywords come to, in the order in which the original takes them out of the text.
    fn kinds(&mut self, members: Members<'a>, scope: &Scope<'a>) -> Result<Vec<Kind>, LoadError> {
        let mut kinds = Vec::new();
        if let Some(values) = members.array("enum")? {
            kinds.push(Kind::Enum(keywords::all_printed(values, self.loader.budget, keywords::printed)?));
        }
        for (keyword, criterion) in
            [("allOf", Criterion::All), ("anyOf", Criterion::Any), ("oneOf", Criterion::One)]
        {
            if let Some(parts) = members.array(keyword)? {
                let parts = self.schemas(parts, scope)?;
                kinds.push(Kind::Combined(Combined { criterion, parts, generated: false }));
            }
        }
        if let Some(not) = members.get("not") {
            kinds.push(Kind::Not(self.schema(not, scope)?));
        }
        if let (true, Some(value)) = (scope.draft > Draft::Four, members.get("const")) {
            kinds.push(Kind::Const(keywords::printed(value, self.loader.budget)));
        }
        let mut used: Vec<&'static [&'static str]> = Vec::new();
        match members.get("type") {
            None => {}
            Some(Json::String(name)) => kinds.push(self.of_type(name, members, scope, &mut used)?),
            Some(Json::Array(names)) => {
                let mut parts = Vec::new();
                for name in keywords::strings("type", names)? {
                    let kind = self.of_type(&name, members, scope, &mut used)?;
                    parts.push(self.loader.add(kind.into())?);
                }
                kinds.push(Kind::Combined(Combined { criterion: Criterion::Any, parts, generated: false }));
            }
            Some(_) => return Err(invalid("type", "a string or an array")),
        }
        let left = |keywords: &'static [&'static str]| !used.contains(&keywords) && members.has_any(keywords);
        let (arrays, objects) = (left(scope.draft.array_keywords()), left(scope.draft.object_keywords()));
        let (numbers, strings) = (left(NUMBER_KEYWORDS), left(STRING_KEYWORDS));
        if arrays {
            kinds.push(Kind::Array(Box::new(self.array(members, scope)?)));
        }
        if objects {
            kinds.push(Kind::Object(Box::new(self.object(members, scope)?)));
        }
        if numbers {
            kinds.push(Kind::Number(Box::new(number(members, scope.draft, false)?)));
        }
        if strings {
            kinds.push(Kind::String(string(members)?));
        }
        if scope.draft >= Draft::Seven && members.has_any(CONDITIONAL_KEYWORDS) {
            let mut part = |keyword| members.get(keyword).map(|json| self.schema(json, scope)).transpose();
            let (condition, then, otherwise) = (part("if")?, part("then")?, part("else")?);
            kinds.push(Kind::Conditional { condition, then, otherwise });
        }
        Ok(kinds)
    }

    fn of_type(
        &mut self,
        name: &str,
        members: Members<'a>,
        scope: &Scope<'a>,
        used: &mut Vec<&'static [&'static str]>,
    ) -> Result<Kind, LoadError> {
        Ok(match name {
            "string" => {
                used.push(STRING_KEYWORDS);
                Kind::String(string(members)?)
            }
            "integer" | "number" => {
                used.push(NUMBER_KEYWORDS);
                Kind::Number(Box::new(number(members, scope.draft, name == "integer")?))
            }
            "boolean" => Kind::Boolean,
            "null" => Kind::Null,
            "array" => {
                used.push(scope.draft.array_keywords());
                Kind::Array(Box::new(self.array(members, scope)?))
            }
            "object" => {
                used.push(scope.draft.object_keywords());
                Kind::Object(Box::new(self.object(members, scope)?))
            }
            other => return Err(LoadError::UnknownType(other.to_owned())),
        })
    }

    fn array(&mut self, members: Members<'a>, scope: &Scope<'a>) -> Result<ArrayPart, LoadError> {
        let mut array = ArrayPart {
            min_items: members.integer("minItems")?,
            max_items: members.integer("maxItems")?,
            unique_items: members.boolean("uniqueItems")?.unwrap_or(false),
            ..ArrayPart::default()
        };
        match members.get("additionalItems") {
            None => {}
            Some(Json::Bool(allowed)) => array.forbids_additional = !allowed,
            Some(json @ Json::Object(_)) => array.additional = Some(self.schema(json, scope)?),
            Some(_) => return Err(invalid("additionalItems", "a boolean or an object")),
        }
        match members.get("items") {
            None => {}
            Some(Json::Array(items)) => array.items = self.schemas(items, scope)?,
            Some(Json::Bool(_)) if scope.draft == Draft::Four => {
                return Err(invalid("items", "an array or an object"));
            }
            Some(json) => array.all_items = Some(self.schema(json, scope)?),
        }
        if let (true, Some(json)) = (scope.draft > Draft::Four, members.get("contains")) {
            self.schema(json, scope)?;
        }
        Ok(array)
    }

    fn object(&mut self, members: Members<'a>, scope: &Scope<'a>) -> Result<ObjectPart, LoadError> {
        let mut object = ObjectPart {
            min_properties: members.integer("minProperties")?,
            max_properties: members.integer("maxProperties")?,
            required: members.strings("required")?.unwrap_or_default(),
            ..ObjectPart::default()
        };
        for (name, json) in members.object("properties")?.unwrap_or_default() {
            // A schema may name itself inside `properties`, which is no property then.
            if name != scope.draft.id_keyword() || json.as_object().is_some() {
                object.properties.push((name.clone(), self.schema(json, scope)?));
            }
        }
        match members.get("additionalProperties") {
            None => {}
            Some(Json::Bool(allowed)) => object.forbids_additional = !allowed,
            Some(json @ Json::Object(_)) => object.additional = Some(self.schema(json, scope)?),
            Some(_) => return Err(invalid("additionalProperties", "a boolean or an object")),
        }
        for (text, json) in members.object("patternProperties")?.unwrap_or_default() {
            let pattern =
                Pattern::new(text).ok_or_else(|| invalid("patternProperties", "regular expressions"))?;
            object.patterns.push((pattern, self.schema(json, scope)?));
        }
        for (name, json) in members.object("dependencies")?.unwrap_or_default() {
            match json {
                Json::Array(names) => {
                    let names = keywords::strings("dependencies", names)?;
                    if !names.is_empty() {
                        object.property_dependencies.push((name.clone(), names));
                    }
                }
                Json::Bool(_) if scope.draft == Draft::Four => {
                    return Err(invalid("dependencies", "arrays or objects"));
                }
                json => object.schema_dependencies.push((name.clone(), self.schema(json, scope)?)),
            }
        }
        if let (true, Some(json)) = (scope.draft > Draft::Four, members.get("propertyNames")) {
            self.schema(json, scope)?;
        }
        Ok(object)
    }
}

fn number(members: Members<'_>, draft: Draft, integer: bool) -> Result<NumberPart, LoadError> {
    let text = |keyword| members.number(keyword).map(|text| text.map(str::to_owned));
    let multiple_of = text("multipleOf")?;
    if multiple_of.as_ref().is_some_and(|text| text.parse::<f64>() == Ok(0.0)) {
        return Err(invalid("multipleOf", "other than 0"));
    }
    let (exclusive_minimum, exclusive_maximum) = if draft == Draft::Four {
        // Draft 4 says whether a limit is exclusive; the original compares only limits.
        members.boolean("exclusiveMinimum")?;
        members.boolean("exclusiveMaximum")?;
        (None, None)
    } else {
        (text("exclusiveMinimum")?, text("exclusiveMaximum")?)
    };
    Ok(NumberPart {
        minimum: text("minimum")?,
        maximum: text("maximum")?,
        exclusive_minimum,
        exclusive_maximum,
        multiple_of,
        integer,
    })
}

fn string(members: Members<'_>) -> Result<StringPart, LoadError> {
    members.string("format")?;
    Ok(StringPart {
        min_length: members.integer("minLength")?,
        max_length: members.integer("maxLength")?,
        pattern: members.pattern("pattern")?,
    })
}
