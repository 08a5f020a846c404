//! Contexts: a registry's name spaces for subjects and ids, written in front of a subject as `:.context:`.

/// `subject` in that context: `:.context:subject`. The default context (`.` or nothing) leaves it as it is.
pub(crate) fn qualified(context: &str, subject: &str) -> String {
    let name = context.trim_matches(':').trim_start_matches('.');
    if name.is_empty() { subject.to_owned() } else { format!(":.{name}:{subject}") }
}

/// The context of a qualified subject, `.` for one without.
pub(crate) fn context_of(subject: &str) -> &str {
    match subject.strip_prefix(":.") {
        Some(rest) => {
            let end = rest.find(':').unwrap_or(rest.len());
            &subject[1..end + 2]
        }
        None => ".",
    }
}

/// True for a context without a subject in it.
pub(crate) fn is_bare(subject: &str) -> bool {
    subject.is_empty() || (subject.starts_with(":.") && qualified(context_of(subject), "") == subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_put_on_and_read_off() {
        let cases = [
            ("", "s", "s", "."),
            (".", "s", "s", "."),
            (":.:", "s", "s", "."),
            ("eu", "s", ":.eu:s", ".eu"),
            (".eu", "s", ":.eu:s", ".eu"),
            (":.eu:", "a:b", ":.eu:a:b", ".eu"),
        ];
        for (context, subject, expected, read) in cases {
            let full = qualified(context, subject);
            assert_eq!(full, expected, "{context} {subject}");
            assert_eq!(context_of(&full), read, "{full}");
            assert!(!is_bare(&full), "{full}");
            assert!(is_bare(&qualified(context, "")), "{context}");
        }
        assert_eq!(context_of(":.open"), ".open", "a context may stand without its closing colon");
    }
}
