//! Headers that every response carries, in the syntax of Jetty's header filter.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// A header that every response carries.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseHeader {
    /// The name.
    pub name: HeaderName,
    /// The value.
    pub value: ResponseHeaderValue,
    /// Whether values that the response has already stay (`add`) or go (`set`).
    pub keeps_others: bool,
}

/// The value of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseHeaderValue {
    /// The same each time.
    Text(HeaderValue),
    /// The time of the response, later by so many milliseconds.
    DateIn(i64),
}

impl ResponseHeader {
    /// Puts the header among those of a response that is sent at `now`.
    pub fn apply(&self, now: SystemTime, headers: &mut HeaderMap) {
        let value = match &self.value {
            ResponseHeaderValue::Text(value) => value.clone(),
            ResponseHeaderValue::DateIn(offset) => date(now, *offset),
        };
        if self.keeps_others {
            headers.append(self.name.clone(), value);
        } else {
            headers.insert(self.name.clone(), value);
        }
    }
}

/// The first moment of the year 10000, in seconds since 1970; later ones have no date in a header.
const END_OF_DATES: u64 = 253_402_300_800;

/// A time as a header tells it, within the years that it can tell.
fn date(now: SystemTime, offset: i64) -> HeaderValue {
    let offset_by = Duration::from_millis(offset.unsigned_abs());
    let moved = if offset < 0 { now.checked_sub(offset_by) } else { now.checked_add(offset_by) };
    let since_1970 = moved.and_then(|moved| moved.duration_since(UNIX_EPOCH).ok());
    let seconds = match since_1970 {
        Some(since) => since.as_secs().min(END_OF_DATES - 1),
        None if offset < 0 => 0,
        None => END_OF_DATES - 1,
    };
    let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
    HeaderValue::try_from(text).expect("a date is plain text")
}

/// The value of `response.http.headers.config`: `ACTION Name: value`, separated by commas. An entry whose value has a
/// comma stands in quotes. The actions are `set` and `add`, and `setDate` and `addDate`, whose value is a number of milliseconds
/// after the response; in any case. Without one, `set` is meant.
pub(super) fn response_headers(text: &str) -> Result<Vec<ResponseHeader>, String> {
    entries(text)?.iter().map(|entry| response_header(entry)).collect()
}

fn response_header(entry: &str) -> Result<ResponseHeader, String> {
    let (action, pair) = match entry.split_once(char::is_whitespace) {
        Some((first, rest)) if !first.contains(':') => (first, rest),
        _ => ("set", entry),
    };
    let (keeps_others, is_date) = match action.to_ascii_lowercase().as_str() {
        "set" => (false, false),
        "add" => (true, false),
        "setdate" => (false, true),
        "adddate" => (true, true),
        _ => {
            return Err(format!(
                "'{entry}' has the action '{action}'; allowed are set, add, setDate and addDate, as in set Name: value"
            ));
        }
    };
    let (name, value) =
        pair.split_once(':').ok_or_else(|| format!("'{entry}' is not a header; expected set Name: value"))?;
    let name: HeaderName = name.trim().parse().map_err(|_| {
        format!("'{entry}': '{}' is not the name of a header; expected set Name: value", name.trim())
    })?;
    if [CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
        return Err(format!("'{entry}': {name} follows from the body of each response and cannot be fixed"));
    }
    let value = value.trim();
    let value = if is_date {
        let offset = value.parse().map_err(|_| {
            format!("'{entry}': '{value}' is not a number of milliseconds after the response, as in {action} Name: 60000")
        })?;
        ResponseHeaderValue::DateIn(offset)
    } else {
        ResponseHeaderValue::Text(value.parse().map_err(|_| {
            format!(
                "'{value}' is not the value of a header, which has no line breaks or other control characters"
            )
        })?)
    };
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
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(name, value, keeps_others)| ResponseHeader {
                    name: HeaderName::from_static(name),
                    value: ResponseHeaderValue::Text(HeaderValue::from_static(value)),
                    keeps_others,
                })
                .collect();
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
            ("setDate Expires: soon", "'soon' is not a number of milliseconds after the response"),
            ("addDate Expires: ", "'' is not a number of milliseconds"),
            (
                "add Date: 1, addDates Expires: 1",
                "the action 'addDates'; allowed are set, add, setDate and addDate",
            ),
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
            response_headers(text).unwrap()[0].apply(UNIX_EPOCH, &mut headers);
            assert_eq!(headers.get_all("a").iter().collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn every_added_header_stays() {
        let mut headers = HeaderMap::new();
        for header in response_headers("add A: 1, add A: 2, addDate A: 0, set B: 1, set B: 2").unwrap() {
            header.apply(UNIX_EPOCH, &mut headers);
        }
        let of = |name: &str| headers.get_all(name).iter().cloned().collect::<Vec<_>>();
        assert_eq!(of("a"), ["1", "2", "Thu, 01 Jan 1970 00:00:00 GMT"]);
        assert_eq!(of("b"), ["2"]);
    }

    #[test]
    fn a_date_is_that_of_the_response_and_later() {
        let now = UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        for (text, expected) in [
            ("setDate A: 0", "Sun, 09 Sep 2001 01:46:40 GMT"),
            ("addDate A: 1999", "Sun, 09 Sep 2001 01:46:41 GMT"),
            ("SETDATE A: 31536000000", "Mon, 09 Sep 2002 01:46:40 GMT"),
            ("setDate A: -1000", "Sun, 09 Sep 2001 01:46:39 GMT"),
            ("setDate A: -9223372036854775808", "Thu, 01 Jan 1970 00:00:00 GMT"),
            ("setDate A: 9223372036854775807", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("a", HeaderValue::from_static("old"));
            response_headers(text).unwrap()[0].apply(now, &mut headers);
            assert_eq!(headers.get_all("a").iter().next_back().unwrap(), expected, "{text}");
        }
    }
}
