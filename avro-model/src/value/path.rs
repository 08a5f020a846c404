//! The way from a value to one of its parts.

use std::fmt;

/// A step from a value to one of its parts. A union takes none: its value stands where the union does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PathStep {
    /// To the field of a record, as the schema calls it.
    Field(String),
    /// To the item of an array, counted from 0 over all blocks.
    Index(usize),
    /// To the value of that key of a map.
    Key(String),
    /// To a key of a map itself, counted from 0 over all blocks.
    KeyAt(usize),
}

/// The way from a datum to one of its parts; of the datum itself it is empty.
///
/// As text it is `order.items[3].price`; the value of a key is `prices["eur"]`, a key itself `prices[key 3]`. Of a very
/// long way the middle is left out, and of a long key the end; the [steps](Self::steps) have all of it.
///
/// ```
/// use avro_model::value::{FieldPath, PathStep};
///
/// let steps = [PathStep::Field("items".into()), PathStep::Index(3), PathStep::Field("price".into())];
/// assert_eq!(FieldPath::from_iter(steps).to_string(), "items[3].price");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FieldPath(Vec<PathStep>);

/// How many steps of a longer way are written at each of its ends.
const SHOWN: usize = 8;

/// How many characters of a key are written.
const LONGEST_KEY: usize = 40;

impl FieldPath {
    /// The steps, from the outside to the inside.
    pub fn steps(&self) -> &[PathStep] {
        &self.0
    }

    /// Whether it is the way to the datum itself.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<PathStep> for FieldPath {
    fn from_iter<I: IntoIterator<Item = PathStep>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = match self.0.len() {
            length if length > 2 * SHOWN => (&self.0[..SHOWN], &self.0[length - SHOWN..]),
            _ => (&self.0[..], &[][..]),
        };
        for (number, step) in start.iter().enumerate() {
            match step {
                PathStep::Field(name) if number == 0 => f.write_str(name)?,
                step => write!(f, "{step}")?,
            }
        }
        if !end.is_empty() {
            write!(f, "…({} more)…", self.0.len() - 2 * SHOWN)?;
        }
        end.iter().try_for_each(|step| write!(f, "{step}"))
    }
}

/// The step as it stands behind another one.
impl fmt::Display for PathStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Key(key) => match key.char_indices().nth(LONGEST_KEY) {
                Some((end, _)) => write!(f, "[{:?}…]", &key[..end]),
                None => write!(f, "[{key:?}]"),
            },
            Self::KeyAt(index) => write!(f, "[key {index}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let field = |name: &str| PathStep::Field(name.to_owned());
        let key = |key: &str| PathStep::Key(key.to_owned());
        let long = [vec![PathStep::Index(0)], vec![field("next"); 40]].concat();
        for (steps, text) in [
            (vec![], String::new()),
            (vec![field("a")], "a".to_owned()),
            (vec![PathStep::Index(7), field("a")], "[7].a".to_owned()),
            (vec![field("a"), key("x\"y"), field("b")], "a[\"x\\\"y\"].b".to_owned()),
            (vec![key("k"), PathStep::KeyAt(2)], "[\"k\"][key 2]".to_owned()),
            (vec![field("n"); 16], "n.n.n.n.n.n.n.n.n.n.n.n.n.n.n.n".to_owned()),
            (long, format!("[0]{}…(25 more)…{}", ".next".repeat(7), ".next".repeat(8))),
        ] {
            let path = FieldPath::from_iter(steps.clone());
            assert_eq!(path.to_string(), text);
            assert_eq!((path.steps(), path.is_empty()), (&steps[..], steps.is_empty()));
        }
        let text = FieldPath::from_iter([key(&"k".repeat(10_000))]).to_string();
        assert!(text.len() < 200, "{text}");
    }
}
