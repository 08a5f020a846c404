//! From a resolution, a tree of actions, to the flat program that generated code runs.
//!
//! Each pair of the resolution becomes the node of the same index, and each type of the writer that is skipped the skip
//! node of the same index, so that recursive schemas need no extra care.

use super::layout::Layouts;
use super::plan::{NO_SYMBOL, Node, Primitive, Program, Range, UNKNOWN_SYMBOL};
use super::record::{Step, code};
use super::skip::SkipNode;
use crate::codec::DecodeError;
use avro_model::resolution::{Action, FieldAction, Pair, Promotion, RecordAction, Resolution};
use avro_model::{Kind, NodeId, Schema};
use std::collections::HashSet;

/// Compiles the resolution of `writer` and some reader, of whose enums those in `keeping` keep the symbols that they do not
/// know.
pub(super) fn compile(writer: &Schema, resolution: &Resolution, keeping: &HashSet<NodeId>) -> Program {
    let mut compiler =
        Compiler { writer, keeping, layouts: Layouts::of(writer), program: Program::default(), skips: false };
    for pair in resolution.pairs() {
        let node = compiler.node(resolution, pair);
        compiler.program.nodes.push(node);
    }
    if compiler.skips {
        for index in 0..writer.nodes().len() {
            let node = compiler.skip_node(writer.node_id(index));
            compiler.program.skips.push(node);
        }
    }
    compiler.program.root = narrow(resolution.root().index());
    compiler.program
}

struct Compiler<'w> {
    writer: &'w Schema,
    keeping: &'w HashSet<NodeId>,
    layouts: Layouts,
    program: Program,
    /// True when some step needs the table of skip nodes.
    skips: bool,
}

/// An index of the program. The parser and the resolution bound what they make far below 2^32.
fn narrow(index: usize) -> u32 {
    u32::try_from(index).expect("resolutions are bounded below 2^32 parts")
}

impl Compiler<'_> {
    fn node(&mut self, resolution: &Resolution, pair: &Pair) -> Node {
        if is_same(pair) {
            return Node::Same;
        }
        match &pair.action {
            // Taken care of above.
            Action::Read(_) | Action::Fixed(_) => Node::Same,
            Action::Promote(promotion) => Node::Promote(source(*promotion)),
            Action::Enum(action) => {
                let keeps = self.keeping.contains(&pair.reader);
                let symbols = action.symbols.iter().enumerate().map(|(position, symbol)| match symbol {
                    Some(symbol) => narrow(*symbol),
                    None if keeps => UNKNOWN_SYMBOL | narrow(position),
                    None => NO_SYMBOL,
                });
                Node::Enum(Range::appended(&mut self.program.symbols, symbols))
            }
            Action::Array(item) => {
                let min_size = self.part_size(pair);
                let weight = match min_size {
                    0 => default_weight(resolution, &resolution[*item].action),
                    _ => 0,
                };
                Node::Array { node: narrow(item.index()), min_size, weight }
            }
            Action::Map(value) => Node::Map { node: narrow(value.index()), min_size: self.part_size(pair) },
            Action::Record(action) => self.record(resolution, action),
            Action::WriterUnion(branches) => {
                let branches = branches.iter().map(|branch| narrow(branch.index()));
                Node::WriterUnion(Range::appended(&mut self.program.branches, branches))
            }
            Action::ReaderUnion { branch, action } => {
                Node::ReaderBranch { branch: narrow(*branch), node: narrow(action.index()) }
            }
            Action::Error(_) => Node::Fail(DecodeError::UnknownType),
        }
    }

    /// The writer's smallest encoding of an item of an array or a value of a map.
    fn part_size(&self, pair: &Pair) -> usize {
        match self.writer[pair.writer].kind {
            Kind::Array(part) | Kind::Map(part) => self.layouts.get(part).min_size,
            _ => 0,
        }
    }

    fn record(&mut self, resolution: &Resolution, action: &RecordAction) -> Node {
        let start = self.program.steps.len();
        for field in &action.fields {
            match *field {
                FieldAction::Read { field, action } => {
                    let planned = u32::from(!is_same(&resolution[action]));
                    self.step(code::of_field(field) + planned, narrow(action.index()));
                }
                FieldAction::Skip { writer } => self.skip(writer, start),
            }
        }
        let steps = Range { start, end: self.program.steps.len() };
        let defaults = action.defaults.iter().map(|default| narrow(default.field));
        let defaults = Range::appended(&mut self.program.defaults, defaults);
        Node::Record { steps, defaults, width: action.width() }
    }

    fn step(&mut self, code: u32, argument: u32) {
        self.program.steps.push(Step { code, argument });
    }

    /// The step that skips a field, joined with the one before it where both skip a known size.
    fn skip(&mut self, writer: NodeId, start: usize) {
        let layout = self.layouts.get(writer);
        let exact_size = layout.exact_size.and_then(|size| u32::try_from(size).ok());
        // Records count their levels, also where they are jumped over.
        if let Some(size) = exact_size.filter(|_| layout.levels == 0) {
            let last = self.program.steps[start..].last_mut().filter(|step| step.code == code::SKIP_SLICE);
            match last.map(|step| (step.argument.checked_add(size), step)) {
                Some((Some(sum), step)) => step.argument = sum,
                _ if size == 0 => (),
                _ => self.step(code::SKIP_SLICE, size),
            }
            return;
        }
        match &self.writer[writer].kind {
            Kind::Bytes | Kind::String => self.step(code::SKIP_BYTES, 0),
            Kind::Long => self.step(code::SKIP_LONG, 0),
            Kind::Union(branches) if let Some(null) = self.nullable_bytes(branches) => {
                self.step(code::SKIP_NULLABLE_BYTES, null);
            }
            _ => {
                self.skips = true;
                self.step(code::SKIP, narrow(writer.index()));
            }
        }
    }

    /// The position of `null` in a union of it and a `string` or `bytes`.
    fn nullable_bytes(&self, branches: &[NodeId]) -> Option<u32> {
        let &[first, second] = branches else { return None };
        match (&self.writer[first].kind, &self.writer[second].kind) {
            (Kind::Null, Kind::Bytes | Kind::String) => Some(0),
            (Kind::Bytes | Kind::String, Kind::Null) => Some(1),
            _ => None,
        }
    }

    fn skip_node(&mut self, id: NodeId) -> SkipNode {
        let layout = self.layouts.get(id);
        if let Some(length) = layout.exact_size {
            return SkipNode::Slice { length, levels: layout.levels };
        }
        match &self.writer[id].kind {
            Kind::Boolean => SkipNode::Boolean,
            Kind::Int => SkipNode::Int,
            Kind::Long => SkipNode::Long,
            Kind::Bytes | Kind::String => SkipNode::Bytes,
            Kind::Enum(definition) => SkipNode::Enum(narrow(definition.symbols.len())),
            Kind::Array(part) => self.skip_blocks(*part, false),
            Kind::Map(part) => self.skip_blocks(*part, true),
            Kind::Union(branches) => {
                let branches = branches.iter().map(|branch| narrow(branch.index()));
                SkipNode::Union(Range::appended(&mut self.program.skip_children, branches))
            }
            Kind::Record(record) => {
                let fields = record.fields.iter().map(|field| narrow(field.schema.index()));
                SkipNode::Record(Range::appended(&mut self.program.skip_children, fields))
            }
            // What has an exact size was answered above.
            Kind::Null | Kind::Float | Kind::Double | Kind::Fixed(_) => {
                SkipNode::Slice { length: 0, levels: 0 }
            }
        }
    }

    fn skip_blocks(&self, part: NodeId, keyed: bool) -> SkipNode {
        let min_size = self.layouts.get(part).min_size.saturating_add(usize::from(keyed));
        SkipNode::Blocks { node: narrow(part.index()), min_size, keyed }
    }
}

/// True when the reader's type decodes the data without a plan. Logical types do not matter for that: the Rust type is
/// the reader's, and takes the raw value.
fn is_same(pair: &Pair) -> bool {
    pair.identity || matches!(pair.action, Action::Read(_) | Action::Fixed(_))
}

/// The writer's type of a promotion.
fn source(promotion: Promotion) -> Primitive {
    match promotion {
        Promotion::IntToLong | Promotion::IntToFloat | Promotion::IntToDouble => Primitive::Int,
        Promotion::LongToFloat | Promotion::LongToDouble => Primitive::Long,
        Promotion::FloatToDouble => Primitive::Float,
        Promotion::StringToBytes => Primitive::String,
        Promotion::BytesToString => Primitive::Bytes,
    }
}

/// How many values the defaults of an item are, which cost memory though the item may cost no input.
fn default_weight(resolution: &Resolution, item: &Action) -> usize {
    let mut sum: u64 = 0;
    let mut open = vec![item];
    // Only records without input of their own are asked, and of those nesting is bounded by the type that they fill.
    let mut visits = 0;
    while let Some(action) = open.pop() {
        visits += 1;
        let Action::Record(record) = action else { continue };
        if visits > 1_000 {
            return usize::MAX;
        }
        sum = record.defaults.iter().fold(sum, |sum, default| sum.saturating_add(default.weight));
        open.extend(record.fields.iter().filter_map(|field| match field {
            FieldAction::Read { action, .. } => Some(&resolution[*action].action),
            FieldAction::Skip { .. } => None,
        }));
    }
    usize::try_from(sum).unwrap_or(usize::MAX)
}
