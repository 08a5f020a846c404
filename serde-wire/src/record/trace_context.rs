//! W3C Trace Context in the headers of records.

use super::Headers;

/// The header that says which trace a record belongs to, and which part of it sent the record.
pub const TRACEPARENT: &str = "traceparent";
/// The header with what the tracing systems on the way have to say about the trace.
pub const TRACESTATE: &str = "tracestate";

/// The length of `00-TRACE-PARENT-FLAGS`.
const LENGTH: usize = 55;
/// The flags that version 00 defines: sampled, and random trace id.
const KNOWN_FLAGS: u8 = 0b11;

/// The trace that a record belongs to, as [W3C Trace Context](https://www.w3.org/TR/trace-context/) writes it in the headers
/// [`TRACEPARENT`] and [`TRACESTATE`].
///
/// It implements [`Headers`], so that it is passed on as the headers of a record; or add [`headers`](Self::headers) to others.
/// A [`DeadLetterRecord`](crate::dead_letter::DeadLetterRecord) names the trace of its original.
///
/// ```
/// use serde_wire::record::{Headers, Record, TraceContext};
///
/// let received = [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")];
/// let record = Record::new("orders", 3, 42).with_headers(&received);
///
/// let trace = TraceContext::of(record.headers).expect("the record belongs to a trace");
/// assert_eq!(trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
/// assert!(trace.is_sampled());
///
/// // What this record leads to belongs to the same trace, and was sent by this part of it.
/// let ours = trace.with_parent_id(0x00f0_67aa_0ba9_02b7).expect("a part is never called 0");
/// assert_eq!(ours.last_header("traceparent"), Some(&b"00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"[..]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TraceContext {
    /// `00-TRACE-PARENT-FLAGS`, [`LENGTH`] ASCII characters.
    parent: String,
    state: Option<String>,
}

impl TraceContext {
    /// A trace of that id, of which the part `parent_id`, usually a span, sends the record. `None` when one of them is 0, which
    /// stands for none.
    #[must_use]
    pub fn new(trace_id: u128, parent_id: u64, sampled: bool) -> Option<Self> {
        let parent = format!("00-{trace_id:032x}-{parent_id:016x}-{:02x}", u8::from(sampled));
        (trace_id != 0 && parent_id != 0).then_some(Self { parent, state: None })
    }

    /// The trace that a header [`TRACEPARENT`] names; `None` when it is not valid. Later versions of the header are read as far
    /// as this one goes, as the standard asks.
    #[must_use]
    pub fn parse(traceparent: &str) -> Option<Self> {
        let text = traceparent.trim_matches([' ', '\t']);
        let (known, more) = text.split_at_checked(LENGTH)?;
        let mut parts = known.split('-');
        let [version, trace, parent, flags] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
        let is_hex = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let is_some = |text: &str| text.bytes().any(|byte| byte != b'0');
        let well_formed = is_hex(version, 2) && is_hex(trace, 32) && is_hex(parent, 16) && is_hex(flags, 2);
        let more_allowed = more.is_empty() || (version != "00" && more.starts_with('-'));
        if !well_formed || !more_allowed || version == "ff" || !is_some(trace) || !is_some(parent) {
            return None;
        }
        let flags = u8::from_str_radix(flags, 16).ok()? & KNOWN_FLAGS;
        Some(Self { parent: format!("00-{trace}-{parent}-{flags:02x}"), state: None })
    }

    /// The trace that a record belongs to, by its headers. Several headers [`TRACESTATE`] are one list; it is left out when it is
    /// no text, and without a valid [`TRACEPARENT`], of which the last one counts.
    #[must_use]
    pub fn of(headers: &dyn Headers) -> Option<Self> {
        let trace = Self::parse(std::str::from_utf8(headers.last_header(TRACEPARENT)?).ok()?)?;
        let state: Option<Vec<&str>> = (0..headers.header_count())
            .filter_map(|index| headers.header(index))
            .filter_map(|(name, value)| value.filter(|value| name == TRACESTATE && !value.is_empty()))
            .map(|value| std::str::from_utf8(value).ok())
            .collect();
        Some(trace.with_state(state.map(|members| members.join(",")).unwrap_or_default()))
    }

    /// The same trace, sent on by another part of it; `None` for 0, which stands for none.
    #[must_use]
    pub fn with_parent_id(mut self, parent_id: u64) -> Option<Self> {
        self.parent.replace_range(36..52, &format!("{parent_id:016x}"));
        (parent_id != 0).then_some(self)
    }

    /// The same trace with another content of [`TRACESTATE`]; the header is left out when it is empty.
    #[must_use]
    pub fn with_state(mut self, state: impl Into<String>) -> Self {
        self.state = Some(state.into()).filter(|state| !state.is_empty());
        self
    }

    /// The id of the trace, 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        &self.parent[3..35]
    }

    /// The id of the part of the trace that sent the record, 16 hexadecimal digits.
    #[must_use]
    pub fn parent_id(&self) -> &str {
        &self.parent[36..52]
    }

    /// True when the sender may have recorded the trace.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        u8::from_str_radix(&self.parent[53..], 16).is_ok_and(|flags| flags & 1 == 1)
    }

    /// The content of [`TRACESTATE`].
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The headers, to be added to others.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let state = self.state.as_deref().map(|state| (TRACESTATE, state));
        [(TRACEPARENT, self.parent.as_str())].into_iter().chain(state)
    }
}

impl Headers for TraceContext {
    fn header_count(&self) -> usize {
        1 + usize::from(self.state.is_some())
    }

    fn header(&self, index: usize) -> Option<(&str, Option<&[u8]>)> {
        self.headers().nth(index).map(|(name, value)| (name, Some(value.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const PARENT: &str = "b7ad6b7169203331";

    #[test]
    fn traces_are_taken_from_sound_headers_alone() {
        let zeros = |length: usize| "0".repeat(length);
        for (text, flags) in [
            (format!("00-{TRACE}-{PARENT}-01"), Some("01")),
            (format!("00-{TRACE}-{PARENT}-00"), Some("00")),
            (format!(" 00-{TRACE}-{PARENT}-01\t"), Some("01")),
            // Flags that this version does not define are not passed on.
            (format!("00-{TRACE}-{PARENT}-ff"), Some("03")),
            (format!("cc-{TRACE}-{PARENT}-01"), Some("01")),
            (format!("cc-{TRACE}-{PARENT}-01-later"), Some("01")),
            (format!("cc-{TRACE}-{PARENT}-01later"), None),
            (format!("00-{TRACE}-{PARENT}-01-later"), None),
            (format!("ff-{TRACE}-{PARENT}-01"), None),
            (format!("00-{}-{PARENT}-01", zeros(32)), None),
            (format!("00-{TRACE}-{}-01", zeros(16)), None),
            (format!("00-{}-{PARENT}-01", TRACE.to_uppercase()), None),
            (format!("00-{TRACE}-{PARENT}-0g"), None),
            (format!("00_{TRACE}_{PARENT}_01"), None),
            (format!("00-{TRACE}-{PARENT}"), None),
            (format!("0-{TRACE}"), None),
            (format!("00-{}-{PARENT}-01", "ä".repeat(16)), None),
            (String::new(), None),
        ] {
            let found = TraceContext::parse(&text).map(|trace| trace.parent);
            assert_eq!(found, flags.map(|flags| format!("00-{TRACE}-{PARENT}-{flags}")), "{text:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for (sampled, state) in [(true, ""), (false, "vendor=1"), (true, "a=1,b=2")] {
            let trace = TraceContext::new(7, 8, sampled).unwrap().with_state(state);
            assert_eq!((trace.trace_id().len(), trace.parent_id()), (32, "0000000000000008"));
            assert_eq!((trace.is_sampled(), trace.state().unwrap_or_default()), (sampled, state));
            assert_eq!(TraceContext::of(&trace), Some(trace.clone()));
            let later = trace.clone().with_parent_id(9).unwrap();
            assert_eq!((later.trace_id(), later.state()), (trace.trace_id(), trace.state()));
            assert_eq!(later.parent_id(), "0000000000000009");
        }
        assert!(TraceContext::new(0, 1, true).is_none() && TraceContext::new(1, 0, true).is_none());
    }

    #[test]
    fn the_last_parent_counts_and_states_are_one_list() {
        let text = |trace: u8| format!("00-{trace:032x}-{PARENT}-01");
        let headers: Vec<(&str, Option<Vec<u8>>)> = vec![
            (TRACESTATE, Some(b"a=1".to_vec())),
            (TRACEPARENT, Some(text(1).into_bytes())),
            (TRACESTATE, None),
            (TRACEPARENT, Some(text(2).into_bytes())),
            (TRACESTATE, Some(b"b=2".to_vec())),
        ];
        let trace = TraceContext::of(&headers).unwrap();
        assert_eq!((trace.parent.clone(), trace.state()), (text(2), Some("a=1,b=2")));
        assert_eq!(TraceContext::of(&headers[..1].to_vec()), None, "a state alone says nothing");
        let no_text = vec![(TRACEPARENT, text(1).into_bytes()), (TRACESTATE, vec![0xff])];
        assert_eq!(TraceContext::of(&no_text).unwrap().state(), None);
    }
}
