//! Types and their definitions (idl §2 and idl §3).

use super::annotation::Target;
use super::document::Text;
use super::error::{IdlError, IdlProblem};
use super::lexer::Token;
use super::source::Span;
use super::syntax::Syntax;
use crate::json::Json;
use crate::name::Fullname;
use crate::parser::decimal;

/// A type as it is used.
#[derive(Debug)]
pub(super) struct Type {
    at: Span,
    shape: TypeForm,
    properties: Vec<(String, Json)>,
}

#[derive(Debug)]
enum TypeForm {
    /// The name of a primitive type.
    Primitive(&'static str),
    /// The full name of a defined type.
    Named(String),
    Array(Box<Type>),
    Map(Box<Type>),
    Union(Vec<Type>),
    /// `type?`
    Nullable(Box<Type>),
}

/// A field of a record, or a parameter of a message.
#[derive(Debug)]
pub(super) struct Field {
    at: Span,
    name: String,
    doc: Option<String>,
    default: Option<Json>,
    aliases: Option<Json>,
    order: Option<Json>,
    properties: Vec<(String, Json)>,
}

/// Keywords for types: the primitive type behind each, and its logical type.
pub(super) const PRIMITIVES: &[(&str, &str, Option<&str>)] = &[
    ("null", "null", None),
    ("boolean", "boolean", None),
    ("int", "int", None),
    ("long", "long", None),
    ("float", "float", None),
    ("double", "double", None),
    ("bytes", "bytes", None),
    ("string", "string", None),
    ("date", "int", Some("date")),
    ("time_ms", "int", Some("time-millis")),
    ("timestamp_ms", "long", Some("timestamp-millis")),
    ("local_timestamp_ms", "long", Some("local-timestamp-millis")),
    ("uuid", "string", Some("uuid")),
];

impl Syntax {
    /// A type with the annotations before it.
    pub(super) fn full_type(&mut self) -> Result<Type, IdlError> {
        self.nested(Self::full_type_inside)
    }

    fn full_type_inside(&mut self) -> Result<Type, IdlError> {
        let annotations = self.annotations()?;
        let at = self.span();
        let annotated = annotations.first().map(|annotation| (annotation.at, annotation.name.clone()));
        let mut properties = self.meaning(annotations, Target::Type)?.properties;
        let mut inner = self.plain_type(at)?;
        if let (TypeForm::Named(_), Some((at, name))) = (&inner.shape, annotated) {
            let reason = "stands before a reference to a type; annotate the definition or the field instead";
            return Err(self.fault(at, IdlProblem::Annotation { name, reason }));
        }
        // The annotations of an optional type are those of the type that is optional.
        inner.properties.append(&mut properties);
        if let TypeForm::Primitive("bytes") = inner.shape {
            complete_decimal(None, &mut inner.properties);
        }
        if self.is_symbol('?')
            && !matches!(inner.shape, TypeForm::Array(_) | TypeForm::Map(_) | TypeForm::Union(_))
        {
            self.next();
            return Ok(Type { at, shape: TypeForm::Nullable(Box::new(inner)), properties: Vec::new() });
        }
        Ok(inner)
    }

    fn plain_type(&mut self, at: Span) -> Result<Type, IdlError> {
        let expected = "a type: a primitive type, array<…>, map<…>, union {…} or the name of a definition";
        let Some(word) = self.plain_word().map(str::to_owned) else {
            let name = self.word(expected)?;
            return Ok(Type { at, shape: TypeForm::Named(self.full_name(&name)), properties: Vec::new() });
        };
        if let Some((_, primitive, logical)) = PRIMITIVES.iter().find(|(keyword, ..)| *keyword == word) {
            self.next();
            let properties = logical.map(|name| ("logicalType".to_owned(), Json::String(name.to_owned())));
            return Ok(Type {
                at,
                shape: TypeForm::Primitive(primitive),
                properties: properties.into_iter().collect(),
            });
        }
        let shape = match (word.as_str(), self.peek_second()) {
            ("array", Token::Symbol('<')) => TypeForm::Array(Box::new(self.type_argument()?)),
            ("map", Token::Symbol('<')) => TypeForm::Map(Box::new(self.type_argument()?)),
            ("union", Token::Symbol('{')) => {
                self.next();
                self.next();
                let mut branches = Vec::new();
                if self.is_symbol('}') {
                    return Err(self.unexpected("the first type of the union"));
                }
                self.list('}', "\",\" or \"}\"", |syntax| {
                    branches.push(syntax.full_type()?);
                    Ok(())
                })?;
                TypeForm::Union(branches)
            }
            ("decimal", Token::Symbol('(')) => return self.decimal(at),
            _ => {
                self.next();
                TypeForm::Named(self.full_name(&word))
            }
        };
        Ok(Type { at, shape, properties: Vec::new() })
    }

    /// `<type>` behind a keyword.
    fn type_argument(&mut self) -> Result<Type, IdlError> {
        self.next();
        self.symbol('<', "\"<\"")?;
        let inner = self.full_type()?;
        self.symbol('>', "\">\"")?;
        Ok(inner)
    }

    /// `decimal(precision)` or `decimal(precision, scale)`. JSON schemas ignore a decimal that is not valid, which IDL
    /// refuses; and a scale that is not written is 0 there, but is written here.
    fn decimal(&mut self, at: Span) -> Result<Type, IdlError> {
        self.next();
        self.symbol('(', "\"(\"")?;
        let precision = self.literal()?;
        let scale = if self.take_symbol(',') { self.literal()? } else { Json::Int(0) };
        self.symbol(')', "\")\"")?;
        let valid = match (&precision, &scale) {
            (Json::Int(precision), Json::Int(scale)) => {
                (1..=i64::from(i32::MAX)).contains(precision) && (0..=*precision).contains(scale)
            }
            _ => false,
        };
        if !valid {
            let (precision, scale) = (precision.to_string(), scale.to_string());
            return Err(self.fault(at, IdlProblem::Decimal { precision, scale }));
        }
        let members =
            [("logicalType", Json::String("decimal".to_owned())), ("precision", precision), ("scale", scale)];
        let properties = members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        Ok(Type { at, shape: TypeForm::Primitive("bytes"), properties })
    }

    /// Whether a definition of a named type is next, behind its annotations.
    pub(super) fn at_definition(&self) -> bool {
        matches!(self.plain_word(), Some("record" | "error" | "enum" | "fixed"))
            && matches!(self.peek_second(), Token::Word { .. })
    }

    /// A definition of a named type as a document, and the name. `doc` and `annotations` stood before it.
    pub(super) fn definition(
        &mut self,
        doc: Option<&str>,
        annotations: Vec<super::annotation::Annotation>,
    ) -> Result<(Fullname, Text), IdlError> {
        let target = if self.plain_word() == Some("enum") { Target::Enum } else { Target::Named };
        let mut meaning = self.meaning(annotations, target)?;
        let kind = self.word("record, error, enum or fixed")?;
        let at = self.span();
        let written = self.word("the name of the type")?;
        let namespace = meaning.namespace.take().unwrap_or_else(|| self.namespace.clone());
        let name = Fullname::new(&written, &namespace);

        let mut text = Text::new(at);
        text.raw("{\"type\":").text(&kind).raw(",\"name\":").text(name.as_str());
        text.optional("doc", doc);
        text.members(meaning.aliases.as_ref().map(|aliases| ("aliases", aliases)));
        if kind == "fixed" {
            let size = self.fixed_body(&mut text)?;
            complete_decimal(Some(size), &mut meaning.properties);
            text.at(at);
        }
        text.members(meaning.properties.iter().map(|(key, value)| (key.as_str(), value)));
        match kind.as_str() {
            "enum" => self.enum_body(&mut text)?,
            "record" | "error" => self.record_body(&name, &mut text)?,
            _ => {}
        }
        text.raw("}");
        Ok((name, text))
    }

    fn record_body(&mut self, name: &Fullname, text: &mut Text) -> Result<(), IdlError> {
        // Names inside belong to the namespace of the record, which an annotation may have set.
        let outer = std::mem::replace(&mut self.namespace, name.namespace().to_owned());
        self.symbol('{', "\"{\" and the fields of the record")?;
        text.raw(",\"fields\":[");
        let mut first = true;
        while !self.take_symbol('}') {
            let start = self.place();
            let fields = match self.field_declaration() {
                Ok(fields) => fields,
                Err(error) => {
                    self.pass_over(error, start, false)?;
                    continue;
                }
            };
            for (shape, field) in fields {
                text.raw(if first { "" } else { "," });
                field.write(&shape, text);
                first = false;
            }
        }
        text.raw("]");
        self.namespace = outer;
        Ok(())
    }

    /// `type name = default, name;`: several fields of one type.
    fn field_declaration(&mut self) -> Result<Vec<(std::rc::Rc<Type>, Field)>, IdlError> {
        let common = self.doc();
        let shape = std::rc::Rc::new(self.full_type()?);
        let mut fields = Vec::new();
        loop {
            fields.push((shape.clone(), self.variable()?.or_doc(common.as_deref())));
            if self.take_symbol(';') {
                return Ok(fields);
            }
            self.symbol(',', "\"=\" and a default, \",\" and another name, or \";\"")?;
        }
    }

    /// A name with its documentation, annotations and default.
    pub(super) fn variable(&mut self) -> Result<Field, IdlError> {
        let doc = self.doc();
        let annotations = self.annotations()?;
        let meaning = self.meaning(annotations, Target::Field)?;
        let at = self.span();
        let name = self.word("the name of a field")?;
        let default = if self.take_symbol('=') { Some(self.literal()?) } else { None };
        let (aliases, order, properties) = (meaning.aliases, meaning.order, meaning.properties);
        Ok(Field { at, name, doc, default, aliases, order, properties })
    }

    fn enum_body(&mut self, text: &mut Text) -> Result<(), IdlError> {
        self.symbol('{', "\"{\" and the symbols of the enum")?;
        let mut symbols = Vec::new();
        self.list('}', "\",\" or \"}\"", |syntax| {
            // A symbol is a text in the model, which has no place for properties.
            syntax.annotations()?;
            symbols.push((syntax.span(), syntax.word("a symbol")?));
            Ok(())
        })?;
        text.raw(",\"symbols\":[");
        for (number, (at, symbol)) in symbols.iter().enumerate() {
            text.raw(if number == 0 { "" } else { "," }).at(*at).text(symbol);
        }
        text.raw("]");
        if self.take_symbol('=') {
            let at = self.span();
            let default = self.word("the default symbol")?;
            self.symbol(';', "\";\"")?;
            text.raw(",\"default\":").at(at).text(&default);
        }
        Ok(())
    }

    /// Gives the size, or 0 for what is none and is refused later.
    fn fixed_body(&mut self, text: &mut Text) -> Result<usize, IdlError> {
        self.symbol('(', "\"(\" and the size in bytes")?;
        let at = self.span();
        let size = self.literal()?;
        self.symbol(')', "\")\"")?;
        self.symbol(';', "\";\"")?;
        text.raw(",\"size\":").at(at).value(&size);
        Ok(match size {
            Json::Int(size) => usize::try_from(size).unwrap_or_default(),
            _ => 0,
        })
    }
}

/// Adds the scale that a decimal leaves out, as the reference does in IDL, though not in JSON. `size` is that of a fixed.
fn complete_decimal(size: Option<usize>, properties: &mut Vec<(String, Json)>) {
    let is_decimal =
        properties.iter().any(|(key, value)| key == "logicalType" && value.as_str() == Some("decimal"));
    let has_scale = properties.iter().any(|(key, _)| key == "scale");
    if is_decimal && !has_scale && decimal(size, properties).is_some() {
        properties.push(("scale".to_owned(), Json::Int(0)));
    }
}

impl Type {
    /// Whether it is `null` and not a name of that form.
    pub(super) fn is_null(&self) -> bool {
        matches!(self.shape, TypeForm::Primitive("null"))
    }

    /// Writes the type; an optional one puts `null` last when its default is not null, since older readers look at the
    /// first branch for the default.
    pub(super) fn write(&self, default: Option<&Json>, text: &mut Text) {
        match &self.shape {
            TypeForm::Named(name) => {
                text.at(self.at).text(name);
            }
            TypeForm::Primitive(name) if self.properties.is_empty() => {
                text.at(self.at).text(name);
            }
            TypeForm::Primitive(name) => self.write_object(text, name, |_| {}),
            TypeForm::Array(items) => self.write_object(text, "array", |text| {
                text.raw(",\"items\":");
                items.write(None, text);
            }),
            TypeForm::Map(values) => self.write_object(text, "map", |text| {
                text.raw(",\"values\":");
                values.write(None, text);
            }),
            TypeForm::Union(branches) => {
                text.at(self.at).raw("[");
                for (number, branch) in branches.iter().enumerate() {
                    text.raw(if number == 0 { "" } else { "," });
                    branch.write(None, text);
                }
                text.raw("]");
            }
            TypeForm::Nullable(inner) => {
                let null_last = default.is_some_and(|default| *default != Json::Null);
                text.at(self.at).raw(if null_last { "[" } else { "[\"null\"," });
                inner.write(None, text);
                text.raw(if null_last { ",\"null\"]" } else { "]" });
            }
        }
    }

    fn write_object(&self, text: &mut Text, name: &str, inside: impl FnOnce(&mut Text)) {
        text.at(self.at).raw("{\"type\":").text(name);
        inside(text);
        text.members(self.properties.iter().map(|(key, value)| (key.as_str(), value))).raw("}");
    }
}

impl Field {
    /// This field, with a doc from elsewhere if it has none of its own.
    pub(super) fn or_doc(mut self, doc: Option<&str>) -> Self {
        self.doc = self.doc.or_else(|| doc.map(str::to_owned));
        self
    }

    pub(super) fn write(&self, shape: &Type, text: &mut Text) {
        text.at(self.at).raw("{\"name\":").text(&self.name);
        text.optional("doc", self.doc.as_deref());
        text.raw(",\"type\":");
        shape.write(self.default.as_ref(), text);
        text.at(self.at);
        text.members(self.default.as_ref().map(|default| ("default", default)));
        text.members(self.order.as_ref().map(|order| ("order", order)));
        text.members(self.aliases.as_ref().map(|aliases| ("aliases", aliases)));
        text.members(self.properties.iter().map(|(key, value)| (key.as_str(), value)));
        text.raw("}");
    }
}
