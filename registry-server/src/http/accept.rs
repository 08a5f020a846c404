//! Content negotiation: what a client accepts and what it sends.

/// What every resource produces, best first.
pub(super) const V1: &str = "application/vnd.schemaregistry.v1+json";
const VND: &str = "application/vnd.schemaregistry+json";
/// Plain JSON.
pub(super) const JSON: &str = "application/json";
const PRODUCED: [&str; 3] = [V1, VND, JSON];
/// What every resource takes; the last one is what a body without a type counts as.
const CONSUMED: [&str; 4] = [V1, VND, JSON, "application/octet-stream"];

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

    /// How exactly it names what it covers.
    fn exactness(&self) -> u8 {
        match self.essence.split_once('/') {
            Some(("*", _)) | None => 0,
            Some((_, "*")) => 1,
            _ => 2,
        }
    }

    /// The type with its parameters; `q` is for negotiation and is left out unless asked for.
    fn written(&self, essence: &str, with_quality: bool) -> String {
        let mut text = essence.to_owned();
        for (key, value) in self.parameters.iter().filter(|(key, _)| with_quality || key != "q") {
            text.push(';');
            text.push_str(key);
            text.push('=');
            text.push_str(value);
        }
        text
    }
}

/// What a client accepts, best first.
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
    pub(super) fn negotiate(&self) -> Option<String> {
        if self.0.is_empty() {
            return Some(V1.to_owned());
        }
        // The client's quality decides; among equals the server's, however exactly a range names the type.
        let pairs = self.0.iter().filter(|range| range.quality() > 0.0).flat_map(|range| {
            PRODUCED.into_iter().enumerate().map(move |(rank, produced)| (range, rank, produced))
        });
        let (range, _, produced) = pairs.filter(|(range, _, produced)| range.covers(produced)).min_by(
            |(a, a_rank, _), (b, b_rank, _)| b.quality().total_cmp(&a.quality()).then(a_rank.cmp(b_rank)),
        )?;
        // Parameters of a range that names the type are repeated, those of a wildcard are not.
        Some(if range.exactness() == 2 { range.written(produced, false) } else { produced.to_owned() })
    }

    /// The type of a 415, which the original chooses by comparing whole entries.
    pub(super) fn exact(&self) -> &'static str {
        let plain = self.0.iter().filter(|range| range.parameters.is_empty());
        plain
            .filter_map(|range| PRODUCED.into_iter().find(|produced| range.essence == *produced))
            .next()
            .unwrap_or(V1)
    }

    /// The type of an answer to OPTIONS: whatever the client likes best.
    pub(super) fn best(&self) -> String {
        match self.0.first() {
            Some(range) if range.essence != "*/*" => range.written(&range.essence, true),
            _ => V1.to_owned(),
        }
    }
}

/// What a `Content-Type` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// A type that every resource takes, or none at all.
    Taken,
    /// Another type.
    Unsupported,
    /// No media type.
    Unreadable,
}

/// Judges a `Content-Type`.
pub(super) fn sent(content_type: Option<&str>) -> Sent {
    match content_type.map(MediaType::parse) {
        None => Sent::Taken,
        Some(None) => Sent::Unreadable,
        Some(Some(media)) if CONSUMED.contains(&media.essence.as_str()) => Sent::Taken,
        Some(Some(media)) if media.exactness() < 2 => Sent::Taken,
        Some(Some(_)) => Sent::Unsupported,
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
            ("application/json", Some(JSON)),
            ("application/json;q=0.5, application/vnd.schemaregistry.v1+json;q=0.1", Some(JSON)),
            ("application/json, application/vnd.schemaregistry+json;q=0.9", Some(JSON)),
            ("text/html, */*;q=0.1", Some(V1)),
            ("application/json, application/vnd.schemaregistry.v1+json", Some(V1)),
            ("application/json, application/vnd.schemaregistry+json", Some(VND)),
            ("application/json, text/plain, */*", Some(V1)),
            ("application/json, */*;q=0.9", Some(JSON)),
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
            assert_eq!(accept(header).negotiate().as_deref(), chosen, "{header}");
        }
    }

    #[test]
    fn a_415_takes_whole_entries_only() {
        for (header, chosen) in [
            ("application/json", JSON),
            ("application/json;q=0.5", V1),
            ("application/vnd.schemaregistry+json", VND),
            ("application/vnd.schemaregistry.v1+json; charset=utf-8", V1),
            ("text/html", V1),
        ] {
            assert_eq!(accept(header).exact(), chosen, "{header}");
        }
    }

    #[test]
    fn content_types() {
        for (header, judged) in [
            (None, Sent::Taken),
            (Some("application/json; charset=utf-8"), Sent::Taken),
            (Some("Application/Octet-Stream"), Sent::Taken),
            (Some("text/plain"), Sent::Unsupported),
            (Some("nonsense"), Sent::Unreadable),
            (Some("a/b/c"), Sent::Unreadable),
        ] {
            assert_eq!(sent(header), judged, "{header:?}");
        }
    }
}
