//! The query of a request: rest-api §1.2.

/// The parameters of a query, decoded, in order: `+` is a space, a malformed escape stands for itself, malformed UTF-8
/// becomes the replacement character, and empty pairs are skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    pairs: Vec<(String, String)>,
    /// The parameters whose values have a colon that is not encoded.
    plain_colons: Vec<String>,
}

impl Query {
    /// Reads the text behind `?`.
    pub(super) fn parse(text: &str) -> Self {
        let parse = |text: &str| form_urlencoded::parse(text.as_bytes()).into_owned().collect::<Vec<_>>();
        let with_colon =
            text.split('&').filter(|pair| pair.split_once('=').is_some_and(|(_, value)| value.contains(':')));
        let plain_colons = with_colon.flat_map(parse).map(|(name, _)| name).collect();
        Self { pairs: parse(text), plain_colons }
    }

    /// Whether a value of a parameter has a colon that was not encoded.
    pub(super) fn has_plain_colon(&self, key: &str) -> bool {
        self.plain_colons.iter().any(|name| name == key)
    }

    /// All values of a parameter.
    pub(super) fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The first value, empty when there is none.
    pub(super) fn text(&self, key: &str) -> &str {
        self.pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Changes every value of a parameter; one that is absent becomes the change of the empty text.
    pub(super) fn rewrite(&mut self, key: &str, change: impl Fn(&str) -> String) {
        let mut met = false;
        for (name, value) in &mut self.pairs {
            if name == key {
                met = true;
                *value = change(value);
            }
        }
        if !met {
            self.pairs.push((key.to_owned(), change("")));
        }
    }

    /// Sets a parameter to one value.
    pub(super) fn set(&mut self, key: &str, value: String) {
        self.pairs.retain(|(name, _)| name != key);
        self.pairs.push((key.to_owned(), value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_split_and_decoded() {
        for (query, values) in [
            ("", &[][..]),
            ("a", &[""]),
            ("a=", &[""]),
            ("&&a=1&&a=2&b=3&", &["1", "2"]),
            ("a=b=c", &["b=c"]),
            ("%61=x", &["x"]),
            ("A=x", &[]),
            ("a=%C3%BC+%2B", &["ü +"]),
            ("a=x;a=y", &["x;a=y"]),
            // No escapes: what follows is not two hexadecimal digits, so a sign is none.
            ("a=%zz", &["%zz"]),
            ("a=%", &["%"]),
            ("a=%4", &["%4"]),
            ("a=%+5", &["% 5"]),
            ("a=%-5", &["%-5"]),
            ("a=%C3", &["\u{fffd}"]),
        ] {
            assert_eq!(Query::parse(query).all("a").collect::<Vec<_>>(), values, "{query}");
            assert_eq!(Query::parse(query).text("a"), values.first().copied().unwrap_or_default(), "{query}");
        }
    }

    #[test]
    fn a_parameter_is_changed_or_set_whether_it_was_there_or_not() {
        for (query, rewritten, set) in
            [("", "<>", "!"), ("b=1", "<>", "!"), ("a=1", "<1>", "!"), ("a=1&b=2&a=3", "<1> <3>", "!")]
        {
            let values = |query: &Query| query.all("a").collect::<Vec<_>>().join(" ");
            let mut changed = Query::parse(query);
            changed.rewrite("a", |value| format!("<{value}>"));
            assert_eq!(values(&changed), rewritten, "{query}");
            changed.set("a", "!".to_owned());
            assert_eq!(values(&changed), set, "{query}");
            assert_eq!(changed.text("b"), Query::parse(query).text("b"), "{query}");
        }
    }
}
