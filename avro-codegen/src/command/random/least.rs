//! The least that values need.

use avro_model::Limits;
use avro_model::schema::{Kind, NodeId, Schema};

/// For each node the depth and the size of its least value.
pub(super) struct Least<'s> {
    schema: &'s Schema,
    /// How many levels the least deep value has; `None` where there is no value.
    depths: Vec<Option<usize>>,
    /// How many parts and bytes that value has.
    sizes: Vec<usize>,
}

impl<'s> Least<'s> {
    /// Looks at all nodes, and gives the problem when the schema has no values, or none that can be written.
    pub(super) fn of(schema: &'s Schema) -> Result<Self, String> {
        let mut least =
            Self { schema, depths: vec![None; schema.nodes().len()], sizes: vec![0; schema.nodes().len()] };
        // Each round settles at least one more node or is the last. The parts of a node mostly stand behind it.
        loop {
            let mut changed = false;
            for index in (0..schema.nodes().len()).rev() {
                if least.depths[index].is_none() {
                    least.depths[index] = least.depth_of(index);
                    changed |= least.depths[index].is_some();
                }
            }
            if !changed {
                break;
            }
        }
        let Some(depth) = least.depths[schema.root().index()] else {
            return Err(least.why_none());
        };
        // Each level of values is at most two here, since unions count.
        if depth > 2 * Limits::DEFAULT.depth {
            return Err(format!("each value nests deeper than {} levels", Limits::DEFAULT.depth));
        }
        // The least value of a node holds nodes of a lesser depth only.
        let mut by_depth: Vec<usize> =
            (0..schema.nodes().len()).filter(|&index| least.depths[index].is_some()).collect();
        by_depth.sort_by_key(|&index| least.depths[index]);
        for index in by_depth {
            least.sizes[index] = least.size_of(index);
        }
        let (size, limit) = (least.size(schema.root()), Limits::DEFAULT.bytes);
        if size > limit {
            return Err(format!("each value has more than {limit} parts and bytes"));
        }
        Ok(least)
    }

    /// How many levels the least deep value of a node has.
    pub(super) fn depth(&self, node: NodeId) -> Option<usize> {
        self.depths[node.index()]
    }

    /// How many parts and bytes the least value of a node has.
    pub(super) fn size(&self, node: NodeId) -> usize {
        self.sizes[node.index()]
    }

    /// The branch of a union with the least deep value.
    pub(super) fn branch(&self, branches: &[NodeId]) -> usize {
        let possible = (0..branches.len()).filter(|&branch| self.depth(branches[branch]).is_some());
        possible.min_by_key(|&branch| self.depth(branches[branch])).unwrap_or_default()
    }

    fn depth_of(&self, index: usize) -> Option<usize> {
        let below = match &self.schema.nodes()[index].kind {
            Kind::Record(record) => record
                .fields
                .iter()
                .map(|field| self.depth(field.schema))
                .try_fold(0, |most, depth| Some(most.max(depth?))),
            Kind::Union(branches) => branches.iter().filter_map(|branch| self.depth(*branch)).min(),
            Kind::Enum(definition) if definition.symbols.is_empty() => None,
            _ => Some(0),
        };
        below.map(|depth| depth + 1)
    }

    fn size_of(&self, index: usize) -> usize {
        match &self.schema.nodes()[index].kind {
            Kind::Record(record) => record
                .fields
                .iter()
                .fold(1, |size: usize, field| size.saturating_add(self.size(field.schema))),
            Kind::Union(branches) => self.size(branches[self.branch(branches)]).saturating_add(1),
            Kind::Fixed(fixed) => fixed.size.saturating_add(1),
            _ => 1,
        }
    }

    /// Why there is no value: the first type without one that is no record, or a record that holds itself.
    fn why_none(&self) -> String {
        let mut node = self.schema.root();
        let mut way = Vec::new();
        loop {
            way.push(node);
            let none = |inner: &NodeId| self.depth(*inner).is_none();
            let next = match &self.schema[node].kind {
                Kind::Record(record) => record.fields.iter().map(|field| field.schema).find(none),
                Kind::Union(branches) => branches.iter().copied().find(none),
                _ => None,
            };
            let name = |node: NodeId| self.schema[node].name().map_or("a union", |name| name.as_str());
            match next {
                None => {
                    let what = self.schema[node].kind.type_name();
                    let of = self.schema[node].name().map(|name| format!(" {name}")).unwrap_or_default();
                    return format!("there is no value: {what}{of} has none to choose from");
                }
                Some(next) if way.contains(&next) => {
                    return format!(
                        "there is no value: each of record {} would hold another one; let a field be null, or an array",
                        name(next)
                    );
                }
                Some(next) => node = next,
            }
        }
    }
}
