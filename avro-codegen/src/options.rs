//! What a configuration asks of the generated code.

use crate::ir::TypeDef;

/// The settings that shape the code, as opposed to what it is made of and where it goes.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The records, unions and newtypes that are `Copy` where what they hold allows it.
    pub(crate) copy: Selection,
    /// Whether types can read what was written with another schema.
    pub(crate) plans: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { copy: Selection::default(), plans: true }
    }
}

/// The types that an option applies to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    selectors: Vec<Selector>,
}

impl Selection {
    pub(crate) fn add(&mut self, selector: Selector) {
        self.selectors.push(selector);
    }

    pub(crate) fn matches(&self, definition: &TypeDef) -> bool {
        self.selectors.iter().any(|selector| selector.matches(&definition.path))
    }
}

/// A path that selects types, see [`Config::derive_copy`](crate::Config::derive_copy).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selector(String);

impl Selector {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether it is the path itself or one that the path is in.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let wanted = self.0.strip_prefix('.').unwrap_or(&self.0);
        wanted.is_empty()
            || path.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}
