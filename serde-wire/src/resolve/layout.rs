//! How many bytes a writer's types take.

use avro_model::{Kind, NodeId, Schema};
use std::iter;

/// Facts about the encoding of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// No encoding is smaller. In a cycle of the schema it may be less than what is true.
    pub(super) min_size: usize,
    /// The size of every encoding, where it is always the same and any bytes will do.
    pub(super) exact_size: Option<usize>,
    /// How many records stand in each other, in a type of exact size.
    pub(super) levels: u32,
}

impl Layout {
    const fn at_least(min_size: usize) -> Self {
        Self { min_size, exact_size: None, levels: 0 }
    }

    const fn exactly(size: usize) -> Self {
        Self { min_size: size, exact_size: Some(size), levels: 0 }
    }
}

/// The layout of every type of a schema, by node.
#[derive(Debug)]
pub(super) struct Layouts {
    known: Vec<Option<Layout>>,
}

impl Layouts {
    pub(super) fn of(schema: &Schema) -> Self {
        let mut layouts = Self { known: vec![None; schema.nodes().len()] };
        let mut entered = vec![false; schema.nodes().len()];
        // Parts before wholes, without recursion: the depth of a schema is not bounded by its text's.
        let everything = (0..schema.nodes().len()).map(|index| schema.node_id(index));
        for start in iter::once(schema.root()).chain(everything) {
            let mut open = vec![start];
            while let Some(&id) = open.last() {
                if layouts.known[id.index()].is_some() {
                    open.pop();
                } else if std::mem::replace(&mut entered[id.index()], true) {
                    layouts.known[id.index()] = Some(layouts.measure(&schema[id].kind));
                    open.pop();
                } else {
                    open.extend(parts(&schema[id].kind).filter(|part| !entered[part.index()]));
                }
            }
        }
        layouts
    }

    /// The layout of one type.
    pub(super) fn get(&self, id: NodeId) -> Layout {
        // A part that is not known yet is the whole itself, by a cycle.
        self.known[id.index()].unwrap_or(Layout::at_least(0))
    }

    fn measure(&self, kind: &Kind) -> Layout {
        match kind {
            Kind::Null => Layout::exactly(0),
            Kind::Float => Layout::exactly(4),
            Kind::Double => Layout::exactly(8),
            Kind::Fixed(fixed) => Layout::exactly(fixed.size),
            Kind::Boolean
            | Kind::Int
            | Kind::Long
            | Kind::Bytes
            | Kind::String
            | Kind::Enum(_)
            | Kind::Array(_)
            | Kind::Map(_) => Layout::at_least(1),
            Kind::Union(branches) => {
                let smallest = branches.iter().map(|&branch| self.get(branch).min_size).min();
                Layout::at_least(smallest.unwrap_or(0).saturating_add(1))
            }
            Kind::Record(record) => {
                let fields = record.fields.iter().map(|field| self.get(field.schema));
                let whole = fields.fold(Layout::exactly(0), |sum, field| Layout {
                    min_size: sum.min_size.saturating_add(field.min_size),
                    exact_size: sum.exact_size.zip(field.exact_size).and_then(|(a, b)| a.checked_add(b)),
                    levels: sum.levels.max(field.levels),
                });
                Layout { levels: whole.levels.saturating_add(1), ..whole }
            }
        }
    }
}

/// The types inside a type whose layout makes up its own.
fn parts(kind: &Kind) -> impl Iterator<Item = NodeId> {
    let (branches, fields) = match kind {
        Kind::Union(branches) => (&branches[..], &[][..]),
        Kind::Record(record) => (&[][..], &record.fields[..]),
        _ => (&[][..], &[][..]),
    };
    branches.iter().copied().chain(fields.iter().map(|field| field.schema))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (schema, min_size, exact_size, levels) in [
            (r#""null""#, 0, Some(0), 0),
            (r#""boolean""#, 1, None, 0),
            (r#"["long", "null", "double"]"#, 1, None, 0),
            (r#"["long", "double"]"#, 2, None, 0),
            ("[]", 1, None, 0),
            (r#"{"type": "array", "items": "null"}"#, 1, None, 0),
            (r#"{"type": "record", "name": "R", "fields": []}"#, 0, Some(0), 1),
            (
                r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": {"type": "record", "name": "S",
                    "fields": [{"name": "b", "type": "float"}]}}, {"name": "c", "type": "S"}]}"#,
                8,
                Some(8),
                2,
            ),
            (
                r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "double"},
                    {"name": "b", "type": {"type": "fixed", "name": "F", "size": 3}}, {"name": "c", "type": "F"}]}"#,
                14,
                Some(14),
                1,
            ),
            (
                // The union is measured first, when nothing is known about the record.
                r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "float"},
                    {"name": "b", "type": ["null", "R"]}]}"#,
                5,
                None,
                0,
            ),
            (r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "R"}]}"#, 0, None, 0),
        ] {
            let parsed: Schema = schema.parse().unwrap();
            let layout = Layouts::of(&parsed).get(parsed.root());
            assert_eq!((layout.min_size, layout.exact_size), (min_size, exact_size), "{schema}");
            assert!(exact_size.is_none() || layout.levels == levels, "{schema}: {layout:?}");
        }
    }
}
