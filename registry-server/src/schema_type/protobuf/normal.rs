//! The normal form: sorted where the order means nothing, all names of types complete (protobuf §3).
//!
//! The order of messages stays, since clients count them.

use super::InvalidText;
use super::merge::{self, Merged};
use super::names::{Names, Scope};
use super::number;
use super::printer::special_options;
use super::tree::{
    Constant, Enum, Extend, Extensions, Field, Group, Message, Oneof, ProtoFile, ProtoOption, Range, Rpc,
    Service, Syntax, TypeDef, Value, grouped, is_scalar, map_parts,
};

/// A file in its normal form.
///
/// # Errors
/// [`InvalidText`] for the name of a type that stands for nothing.
pub(super) fn normalized(file: &ProtoFile, names: &Names<'_>) -> Result<ProtoFile, InvalidText> {
    let scope = Scope::of_package(file.package.as_deref().unwrap_or_default());
    let mut normalizer = Normalizer { names, scope };
    Ok(ProtoFile {
        syntax: file.syntax.filter(|syntax| *syntax == Syntax::Proto3),
        package: file.package.clone(),
        imports: sorted_once(&file.imports),
        public_imports: sorted_once(&file.public_imports),
        weak_imports: sorted_once(&file.weak_imports),
        options: normalizer.options(&file.options),
        types: normalizer.types(&file.types)?,
        extends: normalizer.extends(&file.extends)?,
        services: each(&file.services, |service| normalizer.service(service))?,
        has_empty_extends: has_empty(&file.extends),
    })
}

fn has_empty(extends: &[Extend]) -> bool {
    extends.iter().any(|extend| extend.fields.is_empty())
}

fn sorted_once(paths: &[String]) -> Vec<String> {
    let mut paths = paths.to_vec();
    paths.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
    paths.dedup();
    paths
}

fn each<T, U>(items: &[T], convert: impl FnMut(&T) -> Result<U, InvalidText>) -> Result<Vec<U>, InvalidText> {
    items.iter().map(convert).collect()
}

struct Normalizer<'a> {
    names: &'a Names<'a>,
    scope: Scope,
}

impl Normalizer<'_> {
    /// Takes a step of the budget. That it ended is told by the budget; the error only ends the work.
    fn step(&self) -> Result<(), InvalidText> {
        if self.names.step(1) { Ok(()) } else { Err(InvalidText("ended early".to_owned())) }
    }

    fn full_name(&self, name: &str) -> Result<String, InvalidText> {
        self.names
            .resolve(&self.scope, name)
            .map(|full| format!(".{full}"))
            .ok_or_else(|| InvalidText(format!("Could not resolve type: {name}")))
    }

    /// Types without the messages that stand for the entries of maps.
    fn types(&mut self, types: &[TypeDef]) -> Result<Vec<TypeDef>, InvalidText> {
        let mut normal = Vec::new();
        for one in types {
            self.step()?;
            match one {
                TypeDef::Message(message) => {
                    if !self.names.get(&self.scope, &message.name).is_some_and(|known| known.is_map()) {
                        self.scope.enter(&message.name);
                        normal.push(TypeDef::Message(self.message(message)?));
                        self.scope.leave();
                    }
                }
                TypeDef::Enum(one) => normal.push(TypeDef::Enum(self.enumeration(one))),
            }
        }
        Ok(normal)
    }

    fn message(&mut self, message: &Message) -> Result<Message, InvalidText> {
        Ok(Message {
            name: message.name.clone(),
            reserved: self.reserved(&message.reserved),
            options: self.options(&message.options),
            fields: self.fields(&message.fields)?,
            oneofs: self.oneofs(&message.oneofs)?,
            groups: self.groups(&message.groups)?,
            extensions: self.extensions(&message.extensions),
            extends: self.extends(&message.extends)?,
            nested: self.types(&message.nested)?,
            has_empty_oneofs: message.oneofs.iter().any(|oneof| oneof.fields.is_empty()),
            has_empty_extends: has_empty(&message.extends),
        })
    }

    fn enumeration(&self, one: &Enum) -> Enum {
        let mut constants: Vec<Constant> = one
            .constants
            .iter()
            .take_while(|_| self.names.step(1))
            .map(|constant| Constant { options: self.options(&constant.options), ..constant.clone() })
            .collect();
        constants.sort_by(|a, b| (a.tag, &a.name).cmp(&(b.tag, &b.name)));
        Enum {
            name: one.name.clone(),
            reserved: self.reserved(&one.reserved),
            options: self.options(&one.options),
            constants,
        }
    }

    fn fields(&self, fields: &[Field]) -> Result<Vec<Field>, InvalidText> {
        let mut sorted: Vec<&Field> = fields.iter().collect();
        sorted.sort_by_key(|field| field.tag);
        sorted.into_iter().map(|field| self.field(field)).collect()
    }

    fn field(&self, field: &Field) -> Result<Field, InvalidText> {
        self.step()?;
        let mut type_name = field.type_name.clone();
        let mut label = field.label;
        if !is_scalar(&type_name) && map_parts(&type_name).is_none() {
            type_name = self.full_name(&type_name)?;
            let map = self.names.by_full_name(&type_name).and_then(|known| known.map_type());
            type_name = map.unwrap_or(type_name);
        }
        if let Some((key, value)) = map_parts(&type_name) {
            // A value whose name stands for nothing is let pass, as in the original.
            if let Some(full) = self.names.resolve(&self.scope, value) {
                type_name = format!("map<{key}, .{full}>");
            }
            label = None;
        }
        let special = special_options(&Field { type_name: type_name.clone(), ..field.clone() });
        let options: Vec<ProtoOption> = field.options.iter().cloned().chain(special).collect();
        Ok(Field {
            label,
            type_name,
            name: field.name.clone(),
            tag: field.tag,
            default: None,
            json_name: None,
            options: self.options(&options),
        })
    }

    /// Without those that have no fields, in the order of their first fields.
    fn oneofs(&self, oneofs: &[Oneof]) -> Result<Vec<Oneof>, InvalidText> {
        let mut used: Vec<&Oneof> = oneofs.iter().filter(|oneof| !oneof.fields.is_empty()).collect();
        used.sort_by_key(|oneof| oneof.fields.iter().map(|field| field.tag).min());
        used.into_iter()
            .map(|oneof| {
                Ok(Oneof {
                    name: oneof.name.clone(),
                    options: self.options(&oneof.options),
                    fields: self.fields(&oneof.fields)?,
                    groups: self.groups(&oneof.groups)?,
                })
            })
            .collect()
    }

    fn groups(&self, groups: &[Group]) -> Result<Vec<Group>, InvalidText> {
        let mut sorted: Vec<&Group> = groups.iter().collect();
        sorted.sort_by_key(|group| group.tag);
        sorted
            .into_iter()
            .map(|group| Ok(Group { fields: self.fields(&group.fields)?, ..group.clone() }))
            .collect()
    }

    /// One for each message that is extended.
    fn extends(&self, extends: &[Extend]) -> Result<Vec<Extend>, InvalidText> {
        let mut fields = Vec::new();
        for extend in extends.iter().filter(|extend| !extend.fields.is_empty()) {
            let name = self.full_name(&extend.name)?;
            fields.extend(extend.fields.iter().map(|field| (name.clone(), field.clone())));
        }
        each(&grouped(fields), |extend| {
            Ok(Extend { name: extend.name.clone(), fields: self.fields(&extend.fields)? })
        })
    }

    fn service(&self, service: &Service) -> Result<Service, InvalidText> {
        let rpc = |rpc: &Rpc| {
            Ok(Rpc {
                request: self.full_name(&rpc.request)?,
                response: self.full_name(&rpc.response)?,
                options: self.options(&rpc.options),
                ..rpc.clone()
            })
        };
        Ok(Service {
            name: service.name.clone(),
            options: self.options(&service.options),
            rpcs: each(&service.rpcs, rpc)?,
        })
    }

    /// By name; custom options with their full names, merged unless they can be given more than once.
    fn options(&self, options: &[ProtoOption]) -> Vec<ProtoOption> {
        let mut sorted: Vec<ProtoOption> = options
            .iter()
            .take_while(|_| self.names.step(1))
            .map(|option| {
                let full = self.names.resolve_option(&self.scope, &option.name);
                match full.filter(|_| option.parenthesized) {
                    Some(name) => merge::unfolded(ProtoOption { name, ..option.clone() }),
                    None => option.clone(),
                }
            })
            .collect();
        sorted.sort_by(|a, b| a.name.encode_utf16().cmp(b.name.encode_utf16()));
        let mut normal: Vec<Merged> = Vec::new();
        for option in sorted {
            match normal.last_mut() {
                Some(last)
                    if last.name() == option.name && self.names.repeats(&option.name) == Some(false) =>
                {
                    last.take_up(option);
                }
                _ => normal.push(Merged::new(option)),
            }
        }
        normal
            .into_iter()
            .map(Merged::into_option)
            .map(|option| ProtoOption { value: self.option_value(option.value), ..option })
            .collect()
    }

    /// The value of an option; unlike a value inside it, a list stays one.
    fn option_value(&self, value: Value) -> Value {
        match value {
            Value::List(values) => self.list(values),
            Value::Member(inner) => {
                let value = self.option_value(inner.value);
                Value::Member(Box::new(ProtoOption { value, ..*inner }))
            }
            value => self.value(value),
        }
    }

    /// A value inside another one: a list of one thing is that thing, an empty list is nothing.
    fn value(&self, value: Value) -> Value {
        match value {
            Value::Number(text) => Value::Number(number::normal(&text)),
            Value::List(mut values) if values.len() == 1 => {
                values.pop().map_or(Value::List(Vec::new()), |value| self.value(value))
            }
            Value::List(values) => self.list(values),
            Value::Map(members) => Value::Map(self.members(members)),
            value => value,
        }
    }

    fn list(&self, values: Vec<Value>) -> Value {
        let counted = values.into_iter().take_while(|_| self.names.step(1));
        Value::List(counted.map(|value| self.value(value)).collect())
    }

    fn members(&self, members: Vec<(String, Value)>) -> Vec<(String, Value)> {
        let mut normal: Vec<(String, Value)> = members
            .into_iter()
            .take_while(|_| self.names.step(1))
            .filter(|(_, value)| *value != Value::List(Vec::new()))
            .map(|(name, value)| (self.member_name(name), self.value(value)))
            .collect();
        normal.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
        normal.dedup_by(|(later, _), (earlier, _)| later == earlier);
        normal
    }

    fn member_name(&self, name: String) -> String {
        let extension = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        match extension.and_then(|inner| self.names.resolve_option(&self.scope, inner)) {
            Some(full) => format!("[{full}]"),
            None => name,
        }
    }

    /// One statement for each number, range or name: by number, names last.
    fn reserved(&self, statements: &[Vec<Range>]) -> Vec<Vec<Range>> {
        let counted = statements.iter().flatten().take_while(|_| self.names.step(1));
        let mut ranges: Vec<Range> = counted.map(single).collect();
        ranges.sort_by_cached_key(|range| match range {
            Range::Name(name) => (i32::MAX, name.clone()),
            Range::One(start) => (*start, start.to_string()),
            Range::Span(start, end) => (*start, format!("{start}..{end}")),
        });
        ranges.into_iter().map(|range| vec![range]).collect()
    }

    /// One statement for each number or range, each with the options of its statement.
    fn extensions(&self, statements: &[Extensions]) -> Vec<Extensions> {
        let each =
            statements.iter().flat_map(|one| one.ranges.iter().map(move |range| (range, &one.options)));
        let mut normal: Vec<Extensions> = each
            .take_while(|_| self.names.step(1))
            .map(|(range, options)| Extensions {
                ranges: vec![single(range)],
                options: self.options(options),
            })
            .collect();
        normal.sort_by_key(|one| match one.ranges.first() {
            Some(Range::One(start) | Range::Span(start, _)) => *start,
            _ => i32::MAX,
        });
        normal
    }
}

/// A range from a number to itself is that number.
fn single(range: &Range) -> Range {
    match range {
        Range::Span(start, end) if start == end => Range::One(*start),
        range => range.clone(),
    }
}
