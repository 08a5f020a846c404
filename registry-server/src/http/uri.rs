//! Paths of requests, split and decoded: rest-api §1.1.

/// One segment of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// The segment, decoded.
    pub(super) text: String,
    /// Whether a colon stood in it unencoded, on which the original's alias filter depends.
    pub(super) plain_colon: bool,
}

/// A suspicious path, which is answered 400 with a page before any operation sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AmbiguousUri;

impl Segment {
    pub(super) fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { plain_colon: text.contains(':'), text }
    }
}

/// Splits a path into decoded segments. Parameters (`;…`) and a trailing slash are dropped.
///
/// `lenient` lets everything pass but malformed UTF-8 and NUL (`jetty.legacy.uri.compliance`).
pub(super) fn segments(path: &str, lenient: bool) -> Result<Vec<Segment>, AmbiguousUri> {
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.is_empty() {
        return Ok(Vec::new());
    }
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/').filter(|raw| !(lenient && raw.is_empty())).map(|raw| segment(raw, lenient)).collect()
}

fn segment(raw: &str, lenient: bool) -> Result<Segment, AmbiguousUri> {
    let raw = raw.split_once(';').map_or(raw, |(raw, _parameters)| raw);
    let text = decode(raw)?;
    let bad_dots = raw.contains('%') && matches!(text.as_str(), "." | "..");
    let bad_character = |c: char| c.is_ascii_control() || c == '\\';
    let bad_raw = |c: char| !c.is_ascii() || matches!(c, '"' | '\\');
    if text.contains('\0')
        || (!lenient && (raw.is_empty() || bad_dots || text.contains(bad_character) || raw.contains(bad_raw)))
    {
        return Err(AmbiguousUri);
    }
    Ok(Segment { text, plain_colon: raw.contains(':') })
}

/// Decodes percent escapes; a malformed escape or malformed UTF-8 is an error.
fn decode(raw: &str) -> Result<String, AmbiguousUri> {
    if !raw.contains('%') {
        return Ok(raw.to_owned());
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16)).ok_or(AmbiguousUri);
                let value = digit()? * 16 + digit()?;
                u8::try_from(value).map_err(|_| AmbiguousUri)?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| AmbiguousUri)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(path: &str, lenient: bool) -> Option<Vec<String>> {
        Some(segments(path, lenient).ok()?.into_iter().map(|segment| segment.text).collect())
    }

    #[test]
    fn paths() {
        let legal: &[(&str, &[&str])] = &[
            ("/", &[]),
            ("/subjects", &["subjects"]),
            ("/subjects/", &["subjects"]),
            ("/subjects/a%2Fb/versions", &["subjects", "a/b", "versions"]),
            ("/subjects/a;x=1/versions", &["subjects", "a", "versions"]),
            ("/subjects/a%3Bx/versions", &["subjects", "a;x", "versions"]),
            ("/subjects/%C3%BC%20%25", &["subjects", "ü %"]),
            ("/contexts/./subjects", &["contexts", ".", "subjects"]),
            ("/subjects/a+b", &["subjects", "a+b"]),
        ];
        for (path, segments) in legal {
            assert_eq!(texts(path, false).as_deref(), Some(segments.map_owned().as_slice()), "{path}");
        }
        for (path, lenient) in [
            ("/a%09b", true),
            ("/a%7F", true),
            ("/a%5Cb", true),
            ("/ü", true),
            ("/a\"b", true),
            ("/a//b", true),
            ("/a//", true),
            ("//", true),
            ("/a/%2e%2E", true),
            ("/%2E", true),
            ("/%00", false),
            ("/%C3", false),
            ("/%zz", false),
            ("/%4", false),
        ] {
            assert_eq!(texts(path, false), None, "{path}");
            assert_eq!(texts(path, true).is_some(), lenient, "{path}");
        }
    }

    trait MapOwned {
        fn map_owned(&self) -> Vec<String>;
    }

    impl MapOwned for &[&str] {
        fn map_owned(&self) -> Vec<String> {
            self.iter().map(|text| (*text).to_owned()).collect()
        }
    }
}
