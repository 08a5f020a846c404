//! Headers that every response carries, in the syntax of Jetty's header filter.

use axum::http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// A header that every response carries.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseHeader {
    /// The name.
    pub name: HeaderName,
    /// The value.
    pub value: HeaderValue,
    /// Whether values that the response has already stay (`add`) or go (`set`).
    pub keeps_others: bool,
}

impl ResponseHeader {
    /// Puts the header among those of a response.
    pub fn apply(&self, headers: &mut HeaderMap) {
        if self.keeps_others {
            headers.append(self.name.clone(), self.value.clone());
        } else {
            headers.insert(self.name.clone(), self.value.clone());
        }
    }
}

/// The value of `response.http.headers.config`: `ACTION Name: value`, separated by commas. An entry whose value has a
/// comma stands in quotes. The actions are `set` and `add`, in any case; without one, `set` is meant.
pub(super) fn response_headers(text: &str) -> Result<Vec<ResponseHeader>, String> {
    entries(text)?.iter().map(|entry| response_header(entry)).collect()
}

fn response_header(entry: &str) -> Result<ResponseHeader, String> {
    let (action, pair) = match entry.split_once(char::is_whitespace) {
        Some((first, rest)) if !first.contains(':') => (first, rest),
        _ => ("set", entry),
    };
    let keeps_others = action.eq_ignore_ascii_case("add");
    if !keeps_others && !action.eq_ignore_ascii_case("set") {
        return Err(format!(
            "'{entry}' has the action '{action}'; allowed are set and add, as in set Name: value"
        ));
    }
    let (name, value) =
        pair.split_once(':').ok_or_else(|| format!("'{entry}' is not a header; expected set Name: value"))?;
    let name: HeaderName = name.trim().parse().map_err(|_| {
        format!("'{entry}': '{}' is not the name of a header; expected set Name: value", name.trim())
    })?;
    if [CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
        return Err(format!("'{entry}': {name} follows from the body of each response and cannot be fixed"));
    }
    let value = value.trim();
    let value = value.parse().map_err(|_| {
        format!(
            "'{value}' is not the value of a header, which has no line breaks or other control characters"
        )
    })?;
    Ok(ResponseHeader { name, value, keeps_others })
}

/// The entries of a list separated by commas, in which an entry may stand in quotes; `\` takes the next character as it
/// is within them.
fn entries(text: &str) -> Result<Vec<String>, String> {
    let mut entries = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let entry = if let Some(quoted) = rest.strip_prefix('"') {
            let (entry, after) =
                unquoted(quoted).ok_or_else(|| format!("the quote of {rest} is not closed"))?;
            let after = after.trim_start();
            rest = match after.strip_prefix(',') {
                Some(next) => next,
                None if after.is_empty() => after,
                None => return Err(format!("a comma is missing before {after}")),
            };
            entry
        } else {
            let (entry, next) = rest.split_once(',').unwrap_or((rest, ""));
            rest = next;
            entry.to_owned()
        };
        let entry = entry.trim();
        if !entry.is_empty() {
            entries.push(entry.to_owned());
        }
        rest = rest.trim_start();
    }
    Ok(entries)
}

/// The text up to the closing quote, and what follows it.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut entry = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((entry, &text[at + 1..])),
            '\\' => entry.push(chars.next()?.1),
            c => entry.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_syntax_of_jettys_filter_is_read() {
        for (text, expected) in [
            ("", vec![]),
            ("set X-Frame-Options: DENY", vec![("x-frame-options", "DENY", false)]),
            ("X-Frame-Options:DENY,", vec![("x-frame-options", "DENY", false)]),
            ("ADD  Vary : a , Set A: b:c", vec![("vary", "a", true), ("a", "b:c", false)]),
            (
                r#""add Cache-Control: no-cache, no-store", set Z: \"q\""#,
                vec![("cache-control", "no-cache, no-store", true), ("z", r#"\"q\""#, false)],
            ),
            (r#""set A: \"x\\y\"" "#, vec![("a", r#""x\y""#, false)]),
            ("set A:", vec![("a", "", false)]),
        ] {
            let found = response_headers(text).unwrap();
            let found: Vec<_> =
                found.iter().map(|h| (h.name.as_str(), h.value.to_str().unwrap(), h.keeps_others)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_no_response_could_carry_is_refused() {
        for (text, part) in [
            ("X-Frame-Options", "'X-Frame-Options' is not a header; expected set Name: value"),
            ("set A B: c", "'A B' is not the name of a header"),
            ("set : c", "'' is not the name of a header"),
            ("set Ä: c", "'Ä' is not the name of a header"),
            ("set A: b\u{1}", "control characters"),
            ("set A: b\r\nC: d", "control characters"),
            ("setDate Expires: 1000", "the action 'setDate'; allowed are set and add"),
            ("sett A: b", "the action 'sett'"),
            ("set Content-Length: 3", "content-length follows from the body"),
            ("set Fine: x, set transfer-encoding: chunked", "transfer-encoding follows"),
            (r#""set A: b"#, "is not closed"),
            (r#""set A: b" set C: d"#, "a comma is missing before set C: d"),
        ] {
            let reason = response_headers(text).unwrap_err();
            assert!(reason.contains(part), "{text}: {reason}");
        }
    }

    #[test]
    fn set_replaces_and_add_keeps() {
        for (text, expected) in [("set A: new", vec!["new"]), ("add A: new", vec!["old", "new"])] {
            let mut headers = HeaderMap::new();
            headers.insert("a", HeaderValue::from_static("old"));
            response_headers(text).unwrap()[0].apply(&mut headers);
            assert_eq!(headers.get_all("a").iter().collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
