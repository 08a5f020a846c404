//! Types of the reader whose findings nobody will see.
//!
//! Of the branches of a reader's union it only matters whether one fits. A type that is met nowhere but below such
//! branches is compared to learn whether it fits, and no place that it is found at is ever reported. If it neither
//! contains itself nor has fields with aliases, the answer is the same whenever it is asked for, and asking cannot fail:
//! then nothing has to be remembered, and the first difference is as good as all of them. Thousands of records in
//! one union are compared in no more memory than a few.

use crate::schema::{Kind, NodeId, Schema};

/// A set of types of one schema.
#[derive(Debug)]
pub(super) struct Unreported(Vec<bool>);

impl Unreported {
    /// The types that a comparison of `root` never reports. Takes time and memory in proportion to the schema.
    pub(super) fn of(schema: &Schema, root: NodeId) -> Self {
        let reported = reported(schema, root);
        let nodes = schema.nodes();
        // Types are settled from the leaves upwards; one that contains itself never is.
        let mut open: Vec<usize> = nodes.iter().map(|node| node.kind.children().count()).collect();
        let parents = Parents::of(schema);
        let mut unreported: Vec<bool> = nodes
            .iter()
            .zip(&reported)
            .map(|(node, reported)| !reported && !has_field_aliases(&node.kind))
            .collect();
        let mut settled = vec![false; nodes.len()];
        let mut ready: Vec<usize> = (0..nodes.len()).filter(|&at| open[at] == 0).collect();
        while let Some(at) = ready.pop() {
            settled[at] = true;
            for &parent in parents.of_child(at) {
                let parent = parent as usize;
                unreported[parent] &= unreported[at];
                open[parent] -= 1;
                if open[parent] == 0 {
                    ready.push(parent);
                }
            }
        }
        for (unreported, settled) in unreported.iter_mut().zip(settled) {
            *unreported &= settled;
        }
        Self(unreported)
    }

    pub(super) fn contains(&self, id: NodeId) -> bool {
        self.0[id.index()]
    }
}

/// The types that are reached without entering a branch of a union, by position.
fn reported(schema: &Schema, root: NodeId) -> Vec<bool> {
    let mut reported = vec![false; schema.nodes().len()];
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut reported[id.index()], true) {
            continue;
        }
        let kind = &schema[id].kind;
        if !matches!(kind, Kind::Union(_)) {
            open.extend(kind.children());
        }
    }
    reported
}

fn has_field_aliases(kind: &Kind) -> bool {
    matches!(kind, Kind::Record(record) if record.fields.iter().any(|field| !field.aliases.is_empty()))
}

/// The parents of each type, one after the other in a single list.
struct Parents {
    first: Vec<u32>,
    parents: Vec<u32>,
}

impl Parents {
    fn of(schema: &Schema) -> Self {
        let nodes = schema.nodes();
        let mut first = vec![0_u32; nodes.len() + 1];
        for child in nodes.iter().flat_map(|node| node.kind.children()) {
            first[child.index() + 1] += 1;
        }
        for at in 1..first.len() {
            first[at] += first[at - 1];
        }
        let mut next = first.clone();
        let mut parents = vec![0_u32; first.last().copied().unwrap_or_default() as usize];
        for (parent, node) in (0_u32..).zip(nodes) {
            for child in node.kind.children() {
                let place = &mut next[child.index()];
                parents[*place as usize] = parent;
                *place += 1;
            }
        }
        Self { first, parents }
    }

    fn of_child(&self, child: usize) -> &[u32] {
        &self.parents[self.first[child] as usize..self.first[child + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::Unreported;
    use crate::Schema;
    use crate::schema::Kind;

    /// The names of the records that are never reported.
    fn unreported(text: &str) -> Vec<String> {
        let schema: Schema = text.parse().unwrap();
        let set = Unreported::of(&schema, schema.root());
        let nodes = schema.nodes().iter().enumerate();
        nodes
            .filter(|(at, node)| matches!(node.kind, Kind::Record(_)) && set.contains(schema.node_id(*at)))
            .filter_map(|(_, node)| node.name().map(ToString::to_string))
            .collect()
    }

    #[test]
    fn only_what_stands_below_branches_alone_is_unreported() {
        let record = |name: &str, fields: &[(&str, &str)]| {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, kind)| {
                    let kind =
                        if kind.starts_with(['{', '[']) { (*kind).to_owned() } else { format!("{kind:?}") };
                    format!(r#"{{"name":"{name}","type":{kind}}}"#)
                })
                .collect();
            format!(r#"{{"type":"record","name":"{name}","fields":[{}]}}"#, fields.join(","))
        };
        let (a, b) = (record("A", &[("x", "int")]), record("B", &[("a", "A")]));
        let recursive = record("A", &[("next", r#"["null","A"]"#)]);
        let aliased = r#"{"type":"record","name":"A","fields":[{"name":"x","type":"int","aliases":["y"]}]}"#;
        for (text, expected) in [
            (format!("[{a},{b}]"), vec!["A", "B"]),
            // Also met outside of a union, from where it is reported.
            (record("R", &[("one", &a), ("two", &format!("[\"null\",{b}]"))]), vec![]),
            (record("R", &[("two", &format!("[\"null\",{a},{b}]"))]), vec!["A", "B"]),
            (format!("[{recursive},{b}]"), vec![]),
            (format!("[{aliased},{b}]"), vec![]),
        ] {
            assert_eq!(unreported(&text), expected, "{text}");
        }
    }
}
