//! The kind of schema that each keyword of the newer drafts comes to (json-schema §4.2).

use super::super::model::{ArrayPart, Combined, Criterion, Kind, NumberPart, ObjectPart, StringPart};
use super::super::regexp::Pattern;
use super::super::text::Json;
use super::LoadError;
use super::keywords::{self, Members, invalid};
use super::modern::{Modern, array, of_type};

impl<'a> Modern<'a, '_, '_> {
    /// The kind of schema that a keyword comes to; none if it says nothing about values.
    pub(super) fn keyword(
        &mut self,
        keyword: &str,
        json: &'a Json,
        members: Members<'a>,
        base: &str,
    ) -> Result<Option<Kind>, LoadError> {
        if let Some(kind) = limits(keyword, json, members)? {
            return Ok(Some(kind));
        }
        Ok(Some(match keyword {
            "type" => self.types(json)?,
            "enum" => {
                let values = array(keyword, json)?;
                Kind::Enum(keywords::all_printed(values, self.loader.budget, keywords::printed_modern)?)
            }
            "const" => Kind::Const(keywords::printed_modern(json, self.loader.budget)),
            "$ref" | "$dynamicRef" | "$recursiveRef" => {
                let reference = json.as_str().ok_or_else(|| invalid(keyword, "a string"))?;
                self.reference(reference, base)?
            }
            "allOf" => self.combined(Criterion::All, array(keyword, json)?, base)?,
            "anyOf" => self.combined(Criterion::Any, array(keyword, json)?, base)?,
            "oneOf" => self.combined(Criterion::One, array(keyword, json)?, base)?,
            "not" => Kind::Not(self.child(json, base)?),
            "if" => {
                let mut part = |keyword| members.get(keyword).map(|json| self.child(json, base)).transpose();
                Kind::Conditional { condition: part("if")?, then: part("then")?, otherwise: part("else")? }
            }
            "additionalProperties" => {
                let mut part = ObjectPart::default();
                match json {
                    Json::Bool(allowed) => part.forbids_additional = !allowed,
                    json => part.additional = Some(self.child(json, base)?),
                }
                Kind::Object(Box::new(part))
            }
            "propertyNames" => {
                self.child(json, base)?;
                Kind::Object(Box::default())
            }
            "dependentSchemas" => {
                let mut part = ObjectPart::default();
                for (name, json) in members.object(keyword)?.unwrap_or_default() {
                    part.schema_dependencies.push((name.clone(), self.child(json, base)?));
                }
                Kind::Object(Box::new(part))
            }
            // These say nothing, and all the same the list of types in front of them takes up no more keywords.
            "format" => nothing(),
            "readOnly" | "writeOnly" if matches!(json, Json::Bool(true)) => nothing(),
            "items" => self.items(json, members, base)?,
            "prefixItems" => {
                let items = self.children(array(keyword, json)?, base)?;
                Kind::Array(Box::new(ArrayPart { items, ..ArrayPart::default() }))
            }
            "contains" => {
                self.child(json, base)?;
                // The newer library fills in what `minContains` is when it is left out.
                let min_contains = keywords::whole(members.get("minContains")).or(Some(1));
                let max_contains = keywords::whole(members.get("maxContains"));
                Kind::Array(Box::new(ArrayPart { min_contains, max_contains, ..ArrayPart::default() }))
            }
            _ => return Ok(None),
        }))
    }

    /// The kinds that are joined behind the properties.
    pub(super) fn behind_properties(
        &mut self,
        members: Members<'a>,
        base: &str,
    ) -> Result<Vec<Kind>, LoadError> {
        let mut kinds = Vec::new();
        for (text, json) in members.object("patternProperties")?.unwrap_or_default() {
            let pattern =
                Pattern::new(text).ok_or_else(|| invalid("patternProperties", "regular expressions"))?;
            let patterns = vec![(pattern, self.child(json, base)?)];
            kinds.push(Kind::Object(Box::new(ObjectPart { patterns, ..ObjectPart::default() })));
        }
        if let Some(json) = members.get("unevaluatedItems") {
            let unevaluated = Some(self.child(json, base)?);
            kinds.push(Kind::Array(Box::new(ArrayPart { unevaluated, ..ArrayPart::default() })));
        }
        if let Some(json) = members.get("unevaluatedProperties") {
            let unevaluated = Some(self.child(json, base)?);
            kinds.push(Kind::Object(Box::new(ObjectPart { unevaluated, ..ObjectPart::default() })));
        }
        Ok(kinds)
    }

    fn types(&mut self, json: &Json) -> Result<Kind, LoadError> {
        match json {
            Json::String(name) => of_type(name),
            Json::Array(names) => {
                let mut parts = Vec::new();
                for name in keywords::strings("type", names)? {
                    parts.push(self.loader.add(of_type(&name)?.into())?);
                }
                Ok(Kind::Combined(Combined { criterion: Criterion::Any, parts, generated: true }))
            }
            _ => Err(invalid("type", "a string or an array")),
        }
    }

    fn items(&mut self, json: &'a Json, members: Members<'a>, base: &str) -> Result<Kind, LoadError> {
        let mut part = ArrayPart::default();
        let prefix = members.get("prefixItems").and_then(Json::as_array).unwrap_or_default();
        match json {
            Json::Bool(allowed) => part.forbids_additional = !allowed,
            json => {
                let child = Some(self.child(json, base)?);
                if prefix.is_empty() { part.all_items = child } else { part.additional = child }
            }
        }
        Ok(Kind::Array(Box::new(part)))
    }
}

/// A generated `allOf` of nothing.
fn nothing() -> Kind {
    Kind::Combined(Combined { criterion: Criterion::All, parts: Vec::new(), generated: true })
}

/// Keywords that hold no schemas.
fn limits(keyword: &str, json: &Json, members: Members<'_>) -> Result<Option<Kind>, LoadError> {
    let number = || keywords::number(json).map(str::to_owned).ok_or_else(|| invalid(keyword, "a number"));
    let whole = || {
        let fits = |whole: &i64| i32::try_from(*whole).is_ok();
        keywords::whole(Some(json)).filter(fits).ok_or_else(|| invalid(keyword, "an integer of 32 bits"))
    };
    let mut numbers = NumberPart::default();
    let mut strings = StringPart::default();
    let mut arrays = ArrayPart::default();
    let mut objects = ObjectPart::default();
    match keyword {
        "minimum" => numbers.minimum = Some(number()?),
        "maximum" => numbers.maximum = Some(number()?),
        "exclusiveMinimum" => numbers.exclusive_minimum = Some(number()?),
        "exclusiveMaximum" => numbers.exclusive_maximum = Some(number()?),
        "multipleOf" => numbers.multiple_of = Some(number()?),
        "minLength" => strings.min_length = Some(whole()?),
        "maxLength" => strings.max_length = Some(whole()?),
        "pattern" => strings.pattern = members.pattern(keyword)?,
        "minItems" => arrays.min_items = Some(whole()?),
        "maxItems" => arrays.max_items = Some(whole()?),
        "uniqueItems" => arrays.unique_items = members.boolean(keyword)?.unwrap_or(false),
        "minProperties" => objects.min_properties = Some(whole()?),
        "maxProperties" => objects.max_properties = Some(whole()?),
        "required" => objects.required = members.strings(keyword)?.unwrap_or_default(),
        "dependentRequired" => {
            for (name, json) in members.object(keyword)?.unwrap_or_default() {
                let names = keywords::strings(keyword, array(keyword, json)?)?;
                if !names.is_empty() {
                    objects.property_dependencies.push((name.clone(), names));
                }
            }
        }
        _ => return Ok(None),
    }
    Ok(Some(match keyword {
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            Kind::Number(Box::new(numbers))
        }
        "minLength" | "maxLength" | "pattern" => Kind::String(strings),
        "minItems" | "maxItems" | "uniqueItems" => Kind::Array(Box::new(arrays)),
        _ => Kind::Object(Box::new(objects)),
    }))
}
