//! Types as they are used.

use super::super::syntax::MAX_DEPTH;
use super::super::types::PRIMITIVES;
use super::{IdlLoss, IdlPart, NotInIdl, Printer};
use crate::json::Json;
use crate::schema::{Kind, LogicalType, Node, NodeId, Schema};

impl Printer<'_> {
    /// The type inside a namespace. The default of the field decides on the order of `T?`.
    pub(super) fn type_of(
        &mut self,
        schema: &Schema,
        id: NodeId,
        namespace: &str,
        default: Option<&Json>,
        of: &IdlPart,
    ) -> String {
        Use { schema, namespace, of }.write(self, id, default, MAX_DEPTH)
    }

    /// The result of a message. What stands before it belongs to the message, so it has no annotations of its own.
    pub(super) fn result(&mut self, schema: &Schema, message: &str) -> String {
        let of = &IdlPart::Message(message.to_owned());
        let mut node = schema[schema.root()].clone();
        let place = Use { schema, namespace: self.namespace, of };
        if let Kind::Union(branches) = &node.kind
            && branches.iter().any(|branch| is_annotated(&schema[*branch]))
        {
            return place.union(self, branches, MAX_DEPTH);
        }
        if is_annotated(&node) {
            let said = keyword(&node).map_or(0, |(_, said)| said);
            let reason = "an annotation before the result of a message is one of the message";
            self.losses.extend(node.properties.drain(said..).map(|(key, _)| IdlLoss::Property {
                of: IdlPart::Result { message: message.to_owned() },
                key,
                reason,
            }));
        }
        place.node(self, &node, None, MAX_DEPTH)
    }
}

/// The place of a type.
struct Use<'u> {
    schema: &'u Schema,
    namespace: &'u str,
    of: &'u IdlPart,
}

impl Use<'_> {
    fn write(&self, printer: &mut Printer<'_>, id: NodeId, default: Option<&Json>, levels: usize) -> String {
        self.node(printer, &self.schema[id], default, levels)
    }

    fn node(&self, printer: &mut Printer<'_>, node: &Node, default: Option<&Json>, levels: usize) -> String {
        let Some(levels) = levels.checked_sub(1) else {
            printer.problems.push(NotInIdl::TooDeep { of: self.of.clone(), limit: MAX_DEPTH });
            return String::new();
        };
        if let Some(name) = node.name() {
            return printer.reference(name, self.namespace, self.of);
        }
        let (written, said) = match &node.kind {
            Kind::Union(branches) => return self.branches(printer, branches, default, levels),
            Kind::Array(items) => (format!("array<{}>", self.write(printer, *items, None, levels)), 0),
            Kind::Map(values) => (format!("map<{}>", self.write(printer, *values, None, levels)), 0),
            kind => keyword(node).unwrap_or((kind.type_name().to_owned(), 0)),
        };
        printer.completed_scale(node, self.of);
        let mut out = String::new();
        for (key, value) in &node.properties[said..] {
            if let Some(annotation) = printer.property(key, value, self.of) {
                out.push_str(&annotation);
                out.push(' ');
            }
        }
        out + &written
    }

    /// `T?` where it means the same.
    fn branches(
        &self,
        printer: &mut Printer<'_>,
        branches: &[NodeId],
        default: Option<&Json>,
        levels: usize,
    ) -> String {
        let kind = |id: NodeId| &self.schema[id].kind;
        let is_null = |id: NodeId| matches!(kind(id), Kind::Null) && self.schema[id].properties.is_empty();
        let null_last = default.is_some_and(|default| *default != Json::Null);
        let optional = match branches {
            [null, other] if !null_last && is_null(*null) => Some(*other),
            [other, null] if null_last && is_null(*null) => Some(*other),
            _ => None,
        };
        match optional {
            Some(other) if !matches!(kind(other), Kind::Array(_) | Kind::Map(_) | Kind::Union(_)) => {
                self.write(printer, other, None, levels) + "?"
            }
            _ => self.union(printer, branches, levels),
        }
    }

    fn union(&self, printer: &mut Printer<'_>, branches: &[NodeId], levels: usize) -> String {
        if branches.is_empty() {
            printer.problems.push(NotInIdl::EmptyUnion { of: self.of.clone() });
        }
        let branches: Vec<String> =
            branches.iter().map(|branch| self.write(printer, *branch, None, levels)).collect();
        format!("union {{ {} }}", branches.join(", "))
    }
}

impl Printer<'_> {
    /// Tells of a scale that the reader of IDL adds.
    pub(super) fn completed_scale(&mut self, node: &Node, of: &IdlPart) {
        if matches!(node.logical, Some(LogicalType::Decimal { .. })) && !has_scale(node) {
            self.losses.push(IdlLoss::Scale { of: of.clone() });
        }
    }
}

/// Whether the type has annotations where it is used.
fn is_annotated(node: &Node) -> bool {
    node.name().is_none() && node.properties.len() > keyword(node).map_or(0, |(_, said)| said)
}

/// The keyword for a primitive type with a logical type, and how many of its first properties it says.
fn keyword(node: &Node) -> Option<(String, usize)> {
    let (first, logical) = node.properties.first()?;
    let logical = logical.as_str().filter(|_| first == "logicalType")?;
    if let (Some(LogicalType::Decimal { precision, scale }), Kind::Bytes) = (node.logical, &node.kind) {
        let is = |place: usize, key: &str, number: u32| {
            node.properties.get(place) == Some(&(key.to_owned(), Json::Int(i64::from(number))))
        };
        return match is(1, "precision", precision) {
            true if is(2, "scale", scale) => Some((format!("decimal({precision}, {scale})"), 3)),
            true if !has_scale(node) => Some((format!("decimal({precision})"), 2)),
            _ => None,
        };
    }
    let base = node.kind.type_name();
    let found = PRIMITIVES.iter().find(|(_, primitive, name)| *primitive == base && *name == Some(logical));
    found.map(|(keyword, ..)| ((*keyword).to_owned(), 1))
}

fn has_scale(node: &Node) -> bool {
    node.properties.iter().any(|(key, _)| key == "scale")
}
