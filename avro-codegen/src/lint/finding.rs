//! What rules find in a document.

use super::walk::Element;
use avro_model::json::Step;

/// A broken rule.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) rule: &'static str,
    pub(super) steps: Vec<Step>,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// Another place: what is there, the number of its document and the steps in it.
    pub(super) related: Option<(String, usize, Vec<Step>)>,
}

/// The findings in a document.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) all: Vec<Finding>,
}

impl Findings {
    /// Adds a finding about an attribute of an element, or about the element as a whole, unless the element allows it.
    pub(super) fn add(
        &mut self,
        rule: &'static str,
        element: &Element<'_>,
        attribute: Option<&str>,
        message: String,
        help: impl Into<Option<String>>,
    ) {
        if element.allows(rule) {
            return;
        }
        let attribute = attribute.filter(|key| element.json.get(key).is_some());
        let steps = element.steps.iter().cloned().chain(attribute.map(|key| Step::Key(key.to_owned())));
        let steps = steps.collect();
        self.all.push(Finding { rule, steps, message, help: help.into(), related: None });
    }
}
