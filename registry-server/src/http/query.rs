//! The query of a request: rest-api §1.2.

/// The parameters of a query, decoded, in order: `+` is a space, a malformed escape stands for itself, malformed UTF-8
/// becomes the replacement character, and empty pairs are skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the text behind `?`.
    pub(super) fn parse(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// All values of a parameter.
    pub(super) fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The first value, empty when there is none.
    pub(super) fn text(&self, key: &str) -> &str {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Changes every value of a parameter; one that is absent becomes the change of the empty text.
    pub(super) fn rewrite(&mut self, key: &str, change: impl Fn(&str) -> String) {
        let mut met = false;
        for (name, value) in &mut self.0 {
            if name == key {
                met = true;
                *value = change(value);
            }
        }
        if !met {
            self.0.push((key.to_owned(), change("")));
        }
    }

    /// Sets a parameter to one value.
    pub(super) fn set(&mut self, key: &str, value: String) {
        self.0.retain(|(name, _)| name != key);
        self.0.push((key.to_owned(), value));
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
