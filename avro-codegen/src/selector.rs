//! Paths that select types and fields.

use std::fmt;

/// A path that selects types or fields, see [`Config`](crate::Config#selectors).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selector(String);

impl Selector {
    /// Of a text with or without the dot in front that prost-build asks for.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self(text.strip_prefix('.').map_or(text.clone(), str::to_owned))
    }

    /// Whether it selects whatever there is.
    pub(crate) fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is the path itself or one that the path is in.
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.rest_of(path).is_some()
    }

    /// What a selected path has behind the selector.
    pub(crate) fn rest_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.0.is_empty() {
            return Some(path);
        }
        let rest = path.strip_prefix(&self.0)?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.') }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "." } else { &self.0 })
    }
}

/// The path, or the start of one, that the selector was most likely meant to be; none when none is near.
pub(crate) fn nearest(selector: &Selector, paths: impl Iterator<Item = String>) -> Option<String> {
    let mut best: Option<(usize, String)> = None;
    for path in paths {
        let ends = path.match_indices('.').map(|(end, _)| end).chain([path.len()]);
        for end in ends {
            let candidate = &path[..end];
            let distance = distance(&selector.0, candidate);
            if best.as_ref().is_none_or(|(least, text)| (distance, candidate) < (*least, text.as_str())) {
                best = Some((distance, candidate.to_owned()));
            }
        }
    }
    // Of a name that differs in most of its letters nobody would say that it was mistyped.
    best.filter(|(distance, _)| *distance <= selector.0.chars().count().div_ceil(2)).map(|(_, path)| path)
}

/// How many letters have to be changed, added or taken away to make one text of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, a) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(!a.eq_ignore_ascii_case(b)) * 2 + usize::from(a != *b);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 2).min(row[column] + 2);
        }
    }
    row[other.len()].div_ceil(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_selects_what_is_in_its_path() {
        for (selector, path, rest) in [
            (".", "com.acme.Order", Some("com.acme.Order")),
            ("", "Order", Some("Order")),
            ("com.acme", "com.acme.Order", Some("Order")),
            (".com.acme", "com.acme.Order.item", Some("Order.item")),
            ("com.acme.Order", "com.acme.Order", Some("")),
            ("com.acme.Order", "com.acme.OrderItem", None),
            ("com.ac", "com.acme.Order", None),
            ("acme.Order", "com.acme.Order", None),
            ("com.acme.Order.item", "com.acme.Order", None),
        ] {
            assert_eq!(Selector::new(selector).rest_of(path), rest, "{selector:?} of {path:?}");
        }
    }

    #[test]
    fn the_nearest_path_is_one_that_looks_alike() {
        let paths = ["com.acme.Order", "com.acme.Order.item", "com.acme.Customer.name"];
        for (selector, expected) in [
            ("com.acme.Oder", Some("com.acme.Order")),
            ("com.acme.order", Some("com.acme.Order")),
            ("com.acme.Order.itme", Some("com.acme.Order.item")),
            ("com.acne", Some("com.acme")),
            ("org.example.Thing", None),
        ] {
            let found = nearest(&Selector::new(selector), paths.into_iter().map(str::to_owned));
            assert_eq!(found.as_deref(), expected, "{selector}");
        }
    }
}
