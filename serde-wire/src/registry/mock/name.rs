//! Subjects as a registry reads and shows them.

use crate::context::{context_of, qualified};

/// The one way to write a subject: `:.:orders` is `orders`, `:.eu` is `:.eu:`.
pub(super) fn canonical(subject: &str) -> String {
    let Some(rest) = subject.strip_prefix(":.") else { return subject.to_owned() };
    let (context, name) = rest.split_once(':').unwrap_or((rest, ""));
    qualified(context, name)
}

/// The subject without its context.
pub(super) fn bare(canonical: &str) -> &str {
    let context = context_of(canonical);
    if context == "." { canonical } else { canonical.get(context.len() + 2..).unwrap_or_default() }
}

/// The subject that a reference leads to from a schema in that context. Nothing in the default context can be referred to
/// from another one: there `:.:orders` is a bare name, colons and all.
pub(super) fn referenced(subject: &str, context: &str) -> String {
    let target = canonical(subject);
    let leads_out = context_of(&target) == "." && context != ".";
    if leads_out { qualified(context, subject) } else { target }
}

/// True for a subject that nothing can be registered under.
pub(super) fn is_reserved(canonical: &str) -> bool {
    let name = bare(canonical);
    ["__GLOBAL", "__EMPTY"].contains(&name)
        || context_of(canonical) == ".__GLOBAL"
        || canonical.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_read_as_a_registry_reads_them() {
        let cases = [
            ("s", "s", "s"),
            (":.:s", "s", "s"),
            (":.eu:s", ":.eu:s", "s"),
            (":.eu:a:b", ":.eu:a:b", "a:b"),
            (":.eu", ":.eu:", ""),
            (":.eu:", ":.eu:", ""),
            ("a:b", "a:b", "a:b"),
        ];
        for (text, shown, name) in cases {
            assert_eq!(canonical(text), shown, "{text}");
            assert_eq!(bare(&canonical(text)), name, "{text}");
        }
    }

    #[test]
    fn references_stay_in_the_context_of_their_schema() {
        let cases = [
            ("s", ".", "s"),
            ("s", ".eu", ":.eu:s"),
            (":.us:s", ".", ":.us:s"),
            (":.us:s", ".eu", ":.us:s"),
            (":.:s", ".", "s"),
            (":.:s", ".eu", ":.eu::.:s"),
        ];
        for (text, context, expected) in cases {
            assert_eq!(referenced(text, context), expected, "{text} in {context}");
        }
    }
}
