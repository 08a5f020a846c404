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

/// A media type or range with its parameters.
#[derive(Clone, Debug, PartialEq)]
struct MediaType {
    /// `type/subtype` in lower case.
    essence: String,
    /// Parameters as given, `q` included.
    parameters: Vec<(String, String)>,
}

impl MediaType {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';');
        let essence = parts.next()?.trim().to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/')?;
        let is_token = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&b))
        };
        if !is_token(kind) || !is_token(subtype) {
            return None;
        }
        let mut parameters = Vec::new();
        for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=')?;
            parameters.push((key.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned()));
        }
        Some(Self { essence, parameters })
    }

    fn quality(&self) -> f32 {
        let q = self.parameters.iter().find(|(key, _)| key == "q");
        q.and_then(|(_, value)| value.parse().ok()).unwrap_or(1.0)
    }

    fn covers(&self, produced: &str) -> bool {
        let Some((kind, subtype)) = self.essence.split_once('/') else { return false };
        match (kind, subtype) {
            ("*", _) => true,
            (kind, "*") => produced.split_once('/').is_some_and(|(produced, _)| produced == kind),
            _ => self.essence == produced,
        }
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
            text.push_str(value);
        }
        HeaderValue::try_from(text).expect("it is made of parts of a header that was read as text")
    }
}

/// Media ranges that a client accepts, best first.
#[derive(Clone, Debug, Default)]
pub(super) struct Accept(Vec<MediaType>);

impl Accept {
    /// Reads the values of the `Accept` headers. Entries that are no media ranges cover nothing.
    pub(super) fn parse<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let mut ranges: Vec<MediaType> = Vec::new();
        for entry in
            values.flat_map(|value| value.split(',')).map(str::trim).filter(|entry| !entry.is_empty())
        {
            ranges.push(
                MediaType::parse(entry)
                    .unwrap_or(MediaType { essence: entry.to_ascii_lowercase(), parameters: Vec::new() }),
            );
        }
        ranges.sort_by(|a, b| b.quality().total_cmp(&a.quality()).then(b.exactness().cmp(&a.exactness())));
        Self(ranges)
    }

    /// The type to answer with; `None` if nothing that is produced is accepted.
    pub(super) fn negotiate(&self) -> Option<HeaderValue> {
        if self.0.is_empty() {
            return Some(HeaderValue::from_static(V1));
        }
        // The client's quality decides; among equals the server's, however exactly a range names the type.
        let pairs = self.0.iter().filter(|range| range.quality() > 0.0).flat_map(|range| {
            PRODUCED.into_iter().enumerate().map(move |(rank, produced)| (range, rank, produced))
        });
        let (range, _, produced) = pairs.filter(|(range, _, produced)| range.covers(produced)).min_by(
            |(a, a_rank, _), (b, b_rank, _)| b.quality().total_cmp(&a.quality()).then(a_rank.cmp(b_rank)),
        )?;
        // Parameters of a range that names the type are repeated, those of a wildcard are not.
        Some(if range.exactness() == 2 {
            range.header(produced, false)
        } else {
            HeaderValue::from_static(produced)
        })
    }

    /// The type of a 415, which the original chooses by comparing whole entries.
    pub(super) fn type_of_415(&self) -> HeaderValue {
        let plain = self.0.iter().filter(|range| range.parameters.is_empty());
        let mut produced =
            plain.filter_map(|range| PRODUCED.into_iter().find(|produced| range.essence == *produced));
        HeaderValue::from_static(produced.next().unwrap_or(V1))
    }

    /// The type of an answer to OPTIONS: whatever the client likes best.
    pub(super) fn type_of_options(&self) -> HeaderValue {
        match self.0.first() {
            Some(range) if range.essence != "*/*" => range.header(&range.essence, true),
            _ => HeaderValue::from_static(V1),
        }
    }
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
            ("text/html", None),
            ("garbage", None),
            ("application/json;q=0", None),
        ] {
            let negotiated = accept(header).negotiate();
            assert_eq!(negotiated.as_ref().map(|media| media.to_str().unwrap()), chosen, "{header}");
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
