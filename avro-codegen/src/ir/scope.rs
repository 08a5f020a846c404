//! Names that must differ from each other.

use super::ident::{numbered, token};
use proc_macro2::Ident;
use std::collections::HashMap;

/// The identifiers that are taken in one place: the fields of a record, the variants of an enum, the items of a
/// module. The first to ask for a name gets it, the next one gets it with a number behind.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Each taken name with the number that the next one like it tries first.
    taken: HashMap<String, usize>,
}

impl Scope {
    /// Takes `wanted`, or the first free name that starts with it.
    pub(super) fn take(&mut self, wanted: &str) -> Ident {
        token(&self.take_text(wanted))
    }

    fn take_text(&mut self, wanted: &str) -> String {
        let Some(&first) = self.taken.get(wanted) else {
            self.taken.insert(wanted.to_owned(), 2);
            return wanted.to_owned();
        };
        let (number, text) = (first..)
            .map(|number| (number, numbered(wanted, number)))
            .find(|(_, text)| !self.taken.contains_key(text))
            .expect("there are more numbers than names");
        self.taken.insert(wanted.to_owned(), number + 1);
        self.taken.insert(text.clone(), 2);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn the_first_to_ask_keeps_its_name() {
        let mut scope = Scope::default();
        let names: Vec<String> = ["foo_bar", "foo_bar", "foo_bar_2", "foo_bar", "type", "type"]
            .map(|name| scope.take(name).to_string())
            .into();
        assert_eq!(names, ["foo_bar", "foo_bar_2", "foo_bar_2_2", "foo_bar_3", "r#type", "type_2"]);
    }
}
