//! URIs as far as references need them: RFC 2396 as Java reads it.

/// A text that Java would not take for a URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotUri;

/// The parts of a URI.
struct Parts<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

/// Checks that a text is made of characters that a URI may have.
pub(super) fn check(text: &str) -> Result<(), NotUri> {
    let bytes = text.as_bytes();
    let mut fragments = 0;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'%' => {
                let digits = bytes.get(at + 1..at + 3).ok_or(NotUri)?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return Err(NotUri);
                }
            }
            b'#' => fragments += 1,
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0..=b' ' | 0x7F => {
                return Err(NotUri);
            }
            _ => {}
        }
    }
    if fragments > 1 { Err(NotUri) } else { Ok(()) }
}

/// A reference as it reads from a base, if there is one.
pub(super) fn resolve(base: Option<&str>, reference: &str) -> Result<String, NotUri> {
    check(reference)?;
    let Some(base_text) = base else { return Ok(reference.to_owned()) };
    let (base, given) = (split(base_text), split(reference));
    if given.scheme.is_some() || is_opaque(&base) {
        return Ok(reference.to_owned());
    }
    let only_fragment = given.authority.is_none()
        && given.path.is_empty()
        && given.query.is_none()
        && given.fragment.is_some();
    let (authority, path, query) = if only_fragment {
        (base.authority, base.path.to_owned(), base.query)
    } else if given.authority.is_some() {
        (given.authority, given.path.to_owned(), given.query)
    } else if given.path.starts_with('/') {
        (base.authority, given.path.to_owned(), given.query)
    } else {
        let folder = base.path.rfind('/').map_or("", |end| &base.path[..=end]);
        (base.authority, without_dots(&format!("{folder}{}", given.path)), given.query)
    };
    let mut out = String::new();
    if let Some(scheme) = base.scheme {
        out.push_str(scheme);
        out.push(':');
    }
    if let Some(authority) = authority {
        out.push_str("//");
        out.push_str(authority);
    }
    out.push_str(&path);
    for (mark, part) in [('?', query), ('#', given.fragment)] {
        if let Some(part) = part {
            out.push(mark);
            out.push_str(part);
        }
    }
    Ok(out)
}

/// A URI without its fragment, and the fragment behind its `#`.
pub(super) fn split_fragment(uri: &str) -> (&str, Option<&str>) {
    match uri.split_once('#') {
        Some((document, fragment)) => (document, Some(fragment)),
        None => (uri, None),
    }
}

/// Whether a URI names its scheme.
pub(super) fn is_absolute(uri: &str) -> bool {
    split(uri).scheme.is_some()
}

fn is_opaque(parts: &Parts<'_>) -> bool {
    parts.scheme.is_some() && parts.authority.is_none() && !parts.path.starts_with('/')
}

fn split(text: &str) -> Parts<'_> {
    let (rest, fragment) = split_fragment(text);
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let (scheme, rest) = match rest.split_once(':') {
        Some((scheme, after)) if is_scheme(scheme) => (Some(scheme), after),
        _ => (None, rest),
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            (Some(&rest[..end]), &rest[end..])
        }
        None => (None, rest),
    };
    Parts { scheme, authority, path, query, fragment }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
}

/// A path without `.` and `..`; those that lead out of it stay, as in Java.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let absolute = path.starts_with('/');
    let segments: Vec<&str> = path.split('/').skip(usize::from(absolute)).collect();
    let last = segments.len().saturating_sub(1);
    for (at, segment) in segments.iter().enumerate() {
        match *segment {
            "." if at == last => kept.push(""),
            "." => {}
            ".." if kept.last().is_some_and(|before| *before != "..") => {
                kept.pop();
                if at == last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    format!("{}{}", if absolute { "/" } else { "" }, kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_from_their_base() {
        for (base, reference, resolved) in [
            (None, "a.json", "a.json"),
            (Some("http://h/a/b.json"), "c.json#/x", "http://h/a/c.json#/x"),
            (Some("http://h/a/b.json"), "#/x", "http://h/a/b.json#/x"),
            (Some("http://h/a/b.json#old"), "#/x", "http://h/a/b.json#/x"),
            (Some("http://h/a/b.json"), "/c", "http://h/c"),
            (Some("http://h/a/b.json"), "../c", "http://h/c"),
            (Some("http://h/a/b.json"), "./c", "http://h/a/c"),
            (Some("http://h/a/b.json"), "//g/c", "http://g/c"),
            (Some("http://h/a"), "https://g/c", "https://g/c"),
            (Some("root.json"), "c.json", "c.json"),
            (Some("urn:x"), "#/x", "#/x"),
            (Some("http://h/a?q=1"), "#f", "http://h/a?q=1#f"),
        ] {
            assert_eq!(resolve(base, reference).unwrap(), resolved, "{base:?} {reference}");
        }
    }

    #[test]
    fn what_is_no_uri_is_refused() {
        for text in ["#/definitions/My Type", "a%zz", "a#b#c", "a{b}", "#/List<String>"] {
            assert_eq!(resolve(None, text), Err(NotUri), "{text}");
        }
    }
}
