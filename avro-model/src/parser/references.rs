//! Several documents that use each other's types (schemas §8).

use super::Document;
use super::builder::{Builder, Extent, Fault, Parsed, Place};
use super::error::{ParseError, ParseProblem};
use crate::json::Step;
use crate::schema::{NodeId, Schema};
use std::collections::{HashMap, HashSet};

/// A schema and the documents that it refers to, in any order.
///
/// The reference reads documents one after the other, each complete when the next begins. A document whose names are
/// not all defined yet is therefore taken back and read again when the first name that it lacked is there.
pub(super) fn parse(mut builder: Builder<'_>, text: &str, references: &[&str]) -> Result<Schema, ParseError> {
    let mut external: HashSet<String> = HashSet::new();
    let mut waiting: HashMap<Box<str>, Vec<usize>> = HashMap::new();
    let mut ready: Vec<usize> = (0..references.len()).rev().collect();
    while let Some(number) = ready.pop() {
        let title = title(number);
        let parsed = builder.read(references[number], Some(&title))?;
        if let Some(lacking) = builder.first_lacking(&parsed) {
            builder.restore(parsed.before);
            waiting.entry(lacking).or_default().push(number);
            continue;
        }
        builder.settle(&parsed).map_err(|fault| builder.error(references[number], Some(&title), fault))?;
        let root = builder.root_of(parsed.root);
        if let Some(name) = builder.nodes[root.index()].name() {
            external.insert(name.as_str().to_owned());
        }
        for defined in builder.names.all().skip(parsed.before.names) {
            ready.extend(waiting.remove(defined).unwrap_or_default());
        }
    }
    if let Some(&number) = waiting.values().flatten().min() {
        // What it lacks is defined nowhere: reading it once more says where that is used.
        builder.document(references[number], Some(&title(number)))?;
    }
    let root = builder.document(text, None)?;
    for node in &mut builder.nodes {
        node.external = node.name().is_some_and(|name| external.contains(name.as_str()));
    }
    let budget = builder.budget;
    builder.into_schema(root).reachable_within(root, budget).map_err(ParseError::stopped)
}

fn title(number: usize) -> String {
    format!("reference {}", number + 1)
}

/// Documents in any order, names looked up when all are read.
pub(super) fn parse_together(
    mut builder: Builder<'_>,
    documents: &[Document<'_>],
) -> Result<Vec<Schema>, ParseError> {
    builder.names.deferred = true;
    let mut parsed = Vec::with_capacity(documents.len());
    for document in documents {
        parsed.push(builder.read(document.text, Some(document.name))?);
    }
    let settled = builder.settle_together().and_then(|()| builder.check_repeated());
    settled.map_err(|fault| {
        let after = parsed.partition_point(|parsed| parsed.before.places <= fault.0 as usize);
        let document = &documents[after - 1];
        builder.error(document.text, Some(document.name), fault)
    })?;
    let roots: Vec<NodeId> = parsed.iter().map(|parsed| builder.root_of(parsed.root)).collect();
    let budget = builder.budget;
    let schema = builder.into_schema(NodeId::from_raw(0));
    let schemas = roots.into_iter().map(|root| schema.reachable_within(root, budget));
    schemas.collect::<Result<_, _>>().map_err(ParseError::stopped)
}

impl Builder<'_> {
    /// The first name that a document uses and nobody has defined yet.
    fn first_lacking(&self, parsed: &Parsed) -> Option<Box<str>> {
        let pending = &self.pending[parsed.before.pending..];
        pending
            .iter()
            .find(|pending| self.names.get(&pending.full).is_none())
            .map(|pending| pending.full.clone())
    }

    /// Looks up all names of all documents: in the enclosing namespace, then as written.
    fn settle_together(&mut self) -> Result<(), Fault> {
        for index in 0..self.pending.len() {
            let pending = &self.pending[index];
            self.step(pending.place)?;
            let target = self.names.get(&pending.full).or_else(|| self.names.get(&pending.written));
            match target {
                Some(node) => self.pending[index].target = Some(node),
                None => return Err(self.undefined(pending)),
            }
        }
        self.check_settled(Extent::default())?;
        self.link(Extent::default());
        Ok(())
    }

    fn check_repeated(&self) -> Result<(), Fault> {
        match self.repeated.iter().find(|&&(first, second, _)| !self.repeats(second, first)) {
            Some(&(_, second, place)) => Err(self.redefined(second, place)),
            None => Ok(()),
        }
    }

    pub(super) fn redefined(&self, second: NodeId, place: Place) -> Fault {
        let name = self.nodes[second.index()].name().expect("only named types are repeated").clone();
        (place, vec![Step::Key("name".to_owned())], ParseProblem::Redefined(name))
    }
}
