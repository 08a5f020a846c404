//! Content negotiation by `Accept` and `Content-Type`: rest-api §1.4, rest-api §1.5.

use axum::http::HeaderValue;

/// Media types that every operation produces, best first.
pub(super) const V1: &str = "application/vnd.schemaregistry.v1+json";
const VND: &str = "application/vnd.schemaregistry+json";
const PLAIN: &str = "application/json";
const PRODUCED: [&str; 3] = [V1, VND, PLAIN];
/// Media types that every operation takes; the last one is what a body without a type counts as.
const CONSUMED: [&str; 4] = [V1, VND, PLAIN, "application/octet-stream"];

/// The type of plain JSON.
pub(super) const JSON: HeaderValue = HeaderValue::from_static(PLAIN);

/// The best quality, in thousandths.
const BEST: u16 = 1000;

/// A media type or range with its parameters.
#[derive(Clone, Debug, PartialEq)]
struct MediaType {
    /// `type/subtype` in lower case.
    essence: String,
    /// Parameters as given, `q` included.
    parameters: Vec<(String, String)>,
    /// How much the client likes it, in thousandths.
    quality: u16,
}

impl MediaType {
    /// Reads a media type; `None` if it is malformed.
    fn parse(text: &str) -> Option<Self> {
        let (essence, parameters) = split_parameters(text);
        let (kind, subtype) = essence.split_once('/')?;
        Self::of(kind, subtype, parameters?)
    }

    /// Reads an entry of `Accept`, where a type alone stands for all of its subtypes, so that `*` is `*/*`.
    fn parse_range(text: &str) -> Option<Self> {
        let (essence, parameters) = split_parameters(text);
        let (kind, subtype) = essence.split_once('/').unwrap_or((essence, "*"));
        let mut range = Self::of(kind, subtype, parameters?)?;
        if let Some((_, quality)) = range.parameters.iter().find(|(key, _)| key == "q") {
            range.quality = thousandths(quality)?;
        }
        Some(range)
    }

    fn of(kind: &str, subtype: &str, parameters: Vec<(String, String)>) -> Option<Self> {
        let (kind, subtype) = (kind.trim().to_ascii_lowercase(), subtype.trim().to_ascii_lowercase());
        let is_media_type = is_token(&kind) && is_token(&subtype);
        is_media_type.then(|| Self { essence: format!("{kind}/{subtype}"), parameters, quality: BEST })
    }

    fn covers(&self, produced: &str) -> bool {
        let (Some((kind, subtype)), Some((produced_kind, produced_subtype))) =
            (self.essence.split_once('/'), produced.split_once('/'))
        else {
            return false;
        };
        (kind == "*" || kind == produced_kind) && (subtype == "*" || subtype == produced_subtype)
    }

    /// Specificity: 2 for a type, 1 for `type/*`, 0 for `*/*`.
    fn exactness(&self) -> u8 {
        match self.essence.split_once('/') {
            Some(("*", _)) | None => 0,
            Some((_, "*")) => 1,
            _ => 2,
        }
    }

    /// The type with its parameters; `q` is for negotiation and is left out unless asked for.
    fn header(&self, essence: &str, with_quality: bool) -> HeaderValue {
        let mut text = essence.to_owned();
        for (key, value) in self.parameters.iter().filter(|(key, _)| with_quality || key != "q") {
            text.push(';');
            text.push_str(key);
            text.push('=');
            if is_token(value) {
                text.push_str(value);
            } else {
                text.extend(["\"", value, "\""]);
            }
        }
        HeaderValue::try_from(text).expect("it is made of parts of a header that was read as text")
    }
}

/// A part before the first semicolon, and the parameters behind it; `None` if one of them has no value.
fn split_parameters(text: &str) -> (&str, Option<Vec<(String, String)>>) {
    let mut parts = split_outside_quotes(text, ';');
    let essence = parts.next().unwrap_or_default();
    let parameters = parts.map(str::trim).filter(|part| !part.is_empty()).map(|part| {
        let (key, value) = part.split_once('=')?;
        let (key, value) = (key.trim(), value.trim());
        let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        let is_well_formed = is_token(key) && (quoted.is_some() || is_token(value));
        is_well_formed.then(|| (key.to_ascii_lowercase(), quoted.unwrap_or(value).to_owned()))
    });
    (essence, parameters.collect())
}

/// The parts of a text between separators. One in a quoted string separates nothing (RFC 9110 section 5.6.4).
fn split_outside_quotes(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |character| {
        let is_literal = std::mem::take(&mut is_escaped);
        match character {
            _ if is_literal => false,
            '\\' if is_quoted => {
                is_escaped = true;
                false
            }
            '"' => {
                is_quoted = !is_quoted;
                false
            }
            _ => character == separator && !is_quoted,
        }
    })
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&b))
}

/// A quality in thousandths: 0 to 1 with three digits at most; the zero before the point may be left out. `None` for anything
/// else.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_whole = matches!(whole, "0" | "1") || (whole.is_empty() && !fraction.is_empty());
    if !is_whole || fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "1" => (fraction == 0).then_some(BEST),
        _ => Some(fraction),
    }
}

/// Media ranges that a client accepts, best first.
#[derive(Clone, Debug, Default)]
pub(super) struct Accept {
    ranges: Vec<MediaType>,
    /// Whether an entry is no media range.
    is_malformed: bool,
}

impl Accept {
    /// Reads the values of the `Accept` headers.
    pub(super) fn parse<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let mut accept = Self::default();
        for value in values.map(str::trim).filter(|value| !value.is_empty()) {
            // A comma may stand at the end.
            for entry in split_outside_quotes(value.strip_suffix(',').unwrap_or(value), ',') {
                match MediaType::parse_range(entry) {
                    Some(range) => accept.ranges.push(range),
                    None => accept.is_malformed = true,
                }
            }
        }
        accept.ranges.sort_by(|a, b| b.quality.cmp(&a.quality).then(b.exactness().cmp(&a.exactness())));
        accept
    }

    /// Whether an entry is no media range, for which the whole request is refused.
    pub(super) fn is_malformed(&self) -> bool {
        self.is_malformed
    }

    /// The type to answer with; `None` if nothing that is produced is accepted.
    pub(super) fn negotiate(&self) -> Option<HeaderValue> {
        if self.ranges.is_empty() {
            return Some(HeaderValue::from_static(V1));
        }
        // The client's quality decides, and even 0 will do (*quirk*); among equals the server's, however exactly a range names
        // the type.
        let pairs = self.ranges.iter().flat_map(|range| {
            PRODUCED.into_iter().enumerate().map(move |(rank, produced)| (range, rank, produced))
        });
        let (range, _, produced) = pairs
            .filter(|(range, _, produced)| range.covers(produced))
            .min_by(|(a, a_rank, _), (b, b_rank, _)| b.quality.cmp(&a.quality).then(a_rank.cmp(b_rank)))?;
        // Parameters of a range that names the type are repeated, those of a wildcard are not.
        Some(if range.exactness() == 2 {
            range.header(produced, false)
        } else {
            HeaderValue::from_static(produced)
        })
    }

    /// The type of a 415, which the original chooses by comparing whole entries.
    pub(super) fn type_of_415(&self) -> HeaderValue {
        let plain = self.ranges.iter().filter(|range| range.parameters.is_empty());
        let mut produced =
            plain.filter_map(|range| PRODUCED.into_iter().find(|produced| range.essence == *produced));
        HeaderValue::from_static(produced.next().unwrap_or(V1))
    }

    /// The form of an answer to OPTIONS: whatever the client likes best, which can be plain text.
    pub(super) fn form_of_options(&self) -> OptionsForm {
        match self.ranges.first() {
            Some(range) if !range.covers("text/plain") => {
                OptionsForm::Empty(range.header(&range.essence, true))
            }
            _ => OptionsForm::Text,
        }
    }
}

/// Form of an answer to OPTIONS.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum OptionsForm {
    /// The methods as text.
    Text,
    /// No body, as this type.
    Empty(HeaderValue),
}

/// Verdict on a `Content-Type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContentType {
    /// A type that every operation takes, or no header at all.
    Supported,
    /// Another type.
    Unsupported,
    /// A header that is no media type.
    Malformed,
}

impl ContentType {
    /// Classifies the text of the header.
    pub(super) fn of(header: Option<&str>) -> Self {
        match header.map(MediaType::parse) {
            None => Self::Supported,
            Some(None) => Self::Malformed,
            Some(Some(media)) if CONSUMED.contains(&media.essence.as_str()) => Self::Supported,
            Some(Some(media)) if media.exactness() < 2 => Self::Supported,
            Some(Some(_)) => Self::Unsupported,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(text: &str) -> Accept {
        Accept::parse(std::iter::once(text))
    }

    #[test]
    fn the_best_produced_type_is_chosen() {
        for (header, chosen) in [
            ("", Some(V1)),
            ("*/*", Some(V1)),
            ("application/*", Some(V1)),
            ("application/json", Some(PLAIN)),
            ("application/json;q=0.5, application/vnd.schemaregistry.v1+json;q=0.1", Some(PLAIN)),
            ("application/json, application/vnd.schemaregistry+json;q=0.9", Some(PLAIN)),
            ("text/html, */*;q=0.1", Some(V1)),
            ("application/json, application/vnd.schemaregistry.v1+json", Some(V1)),
            ("application/json, application/vnd.schemaregistry+json", Some(VND)),
            ("application/json, text/plain, */*", Some(V1)),
            ("application/json, */*;q=0.9", Some(PLAIN)),
            ("application/vnd.schemaregistry+json;q=0.2, application/*;q=0.2", Some(V1)),
            (
                "application/*;q=0.2, application/vnd.schemaregistry.v1+json;v=1;q=0.2",
                Some("application/vnd.schemaregistry.v1+json;v=1"),
            ),
            (
                "application/vnd.schemaregistry.v1+json; charset=utf-8",
                Some("application/vnd.schemaregistry.v1+json;charset=utf-8"),
            ),
            ("*", Some(V1)),
            ("application", Some(V1)),
            ("*/json", Some(PLAIN)),
            ("application/json;q=0", Some(PLAIN)),
            ("application/json;q=0, application/vnd.schemaregistry+json;q=.001", Some(VND)),
            ("application/json,", Some(PLAIN)),
            ("text/html", None),
            ("garbage", None),
            ("*/x", None),
            ("text/*", None),
        ] {
            let negotiated = accept(header).negotiate();
            assert_eq!(negotiated.as_ref().map(|media| media.to_str().unwrap()), chosen, "{header}");
        }
    }

    #[test]
    fn what_is_no_media_range_is_malformed() {
        for header in [
            "/",
            "/json",
            "application/",
            "application/json/x",
            "application/json;q",
            "application/json;q=",
            "application/json;q=2",
            "application/json;q=1.1",
            "application/json;q=-1",
            "application/json;q=0.1234",
            "application/json;q=x",
            "application/json;q=.",
            "application/json text/html",
            ",application/json",
            "application/json,,text/html",
            ";q=1",
            "text/html, @",
            "a/b;c=\"d",
            "a/b;c=\"d,e/f",
        ] {
            assert!(accept(header).is_malformed(), "{header}");
        }
        for header in ["", " ", "application/json;", "a/b;;c=d", "a/b;c=\"d e\"", "a/b;q=1.000", "a/b;q=1."] {
            assert!(!accept(header).is_malformed(), "{header}");
        }
    }

    #[test]
    fn separators_in_quotes_separate_nothing() {
        for (header, answer) in [
            ("application/json;a=\"b,c\"", Some("application/json;a=\"b,c\"")),
            ("application/json;a=\"b;c\", text/html", Some("application/json;a=\"b;c\"")),
            ("text/html;a=\"\\\",\", application/json;a=\"b\"", Some("application/json;a=b")),
            ("text/html;a=\"application/json,\"", None),
        ] {
            let accept = accept(header);
            assert!(!accept.is_malformed(), "{header}");
            let negotiated = accept.negotiate();
            assert_eq!(negotiated.as_ref().map(|value| value.to_str().unwrap()), answer, "{header}");
        }
    }

    #[test]
    fn options_answers_with_text_where_that_will_do() {
        for (header, empty) in [
            ("", None),
            ("*/*", None),
            ("*", None),
            ("text/plain", None),
            ("text/*;q=0.5, application/json;q=0.1", None),
            ("text/html", Some("text/html")),
            ("application/*", Some("application/*")),
            ("application/json;q=0.5, */*;q=0.1", Some("application/json;q=0.5")),
            (V1, Some(V1)),
        ] {
            let expected =
                empty.map_or(OptionsForm::Text, |text| OptionsForm::Empty(HeaderValue::from_static(text)));
            assert_eq!(accept(header).form_of_options(), expected, "{header}");
        }
    }

    #[test]
    fn a_415_takes_whole_entries_only() {
        for (header, chosen) in [
            ("application/json", PLAIN),
            ("application/json;q=0.5", V1),
            ("application/vnd.schemaregistry+json", VND),
            ("application/vnd.schemaregistry.v1+json; charset=utf-8", V1),
            ("text/html", V1),
        ] {
            assert_eq!(accept(header).type_of_415(), chosen, "{header}");
        }
    }

    #[test]
    fn content_types() {
        for (header, judged) in [
            (None, ContentType::Supported),
            (Some("application/json; charset=utf-8"), ContentType::Supported),
            (Some("Application/Octet-Stream"), ContentType::Supported),
            (Some("text/plain"), ContentType::Unsupported),
            (Some("nonsense"), ContentType::Malformed),
            (Some("a/b/c"), ContentType::Malformed),
        ] {
            assert_eq!(ContentType::of(header), judged, "{header:?}");
        }
    }
}
