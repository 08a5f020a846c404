//! A question as it goes over HTTP.

use crate::registry::RegistryError;
use reqwest::{Method, Url};
use serde::Serialize;
use std::fmt::Write;

/// A question, independent of the server that it goes to.
#[derive(Debug)]
pub(super) struct Request {
    method: Method,
    path: Vec<String>,
    query: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
    is_read: bool,
}

impl Request {
    pub(super) fn new<const N: usize>(method: Method, path: [&str; N]) -> Self {
        let is_read = method == Method::GET;
        Self { method, path: path.map(str::to_owned).into(), query: Vec::new(), body: None, is_read }
    }

    /// A question whose body names what it is about, and that changes nothing.
    pub(super) fn reads(mut self) -> Self {
        self.is_read = true;
        self
    }

    /// True when two servers may be asked at once.
    pub(super) fn is_read(&self) -> bool {
        self.is_read
    }

    pub(super) fn method(&self) -> &Method {
        &self.method
    }

    pub(super) fn json(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    pub(super) fn parameter(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub(super) fn flag(self, name: &'static str, value: bool) -> Self {
        self.parameter(name, value.to_string())
    }

    /// # Panics
    /// Never: the bodies of this client hold nothing that JSON cannot.
    pub(super) fn body(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body).expect("strings and numbers become JSON"));
        self
    }

    /// The URL at one server. Segments are escaped one by one, so a subject may hold any character.
    pub(super) fn url(&self, base: &Url) -> Result<Url, RegistryError> {
        // Clients of URLs, and this one's library, resolve these two away, escaped or not.
        if let Some(segment) = self.path.iter().find(|segment| matches!(segment.as_str(), "." | "..")) {
            return Err(RegistryError::UnusableSubject(segment.clone()));
        }
        let mut url = base.clone();
        let mut path = base.path().trim_end_matches('/').to_owned();
        for segment in &self.path {
            path.push('/');
            escape(segment, &mut path);
        }
        url.set_path(&path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }
}

/// Appends the segment with all but letters, digits and `-._~:` escaped. A `;` would otherwise end it for servers in Java,
/// and line breaks would be left out.
fn escape(segment: &str, path: &mut String) {
    for byte in segment.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => {
                path.push(char::from(byte));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(path, "%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_subject_is_one_segment_of_the_path() {
        let base = |text| Url::parse(text).unwrap();
        for (server, subject, expected) in [
            ("http://h:1", "a-value", "http://h:1/subjects/a-value/versions?normalize=false"),
            ("http://h:1/", ":.ctx:a/b", "http://h:1/subjects/:.ctx:a%2Fb/versions?normalize=false"),
            (
                "http://h/base/",
                "50% é?#",
                "http://h/base/subjects/50%25%20%C3%A9%3F%23/versions?normalize=false",
            ),
            ("http://h", "...", "http://h/subjects/.../versions?normalize=false"),
            ("http://h", "a;x", "http://h/subjects/a%3Bx/versions?normalize=false"),
            ("http://h", "a=b&c+d,e", "http://h/subjects/a%3Db%26c%2Bd%2Ce/versions?normalize=false"),
            ("http://h", "a\tb\nc\\d", "http://h/subjects/a%09b%0Ac%5Cd/versions?normalize=false"),
            ("http://h", "%2e%2e", "http://h/subjects/%252e%252e/versions?normalize=false"),
            ("http://h/a//", "", "http://h/a/subjects//versions?normalize=false"),
        ] {
            let request =
                Request::new(Method::POST, ["subjects", subject, "versions"]).flag("normalize", false);
            assert_eq!(request.url(&base(server)).unwrap().as_str(), expected);
        }
        for subject in [".", ".."] {
            let request = Request::new(Method::GET, ["subjects", subject]);
            assert_eq!(
                request.url(&base("http://h")).unwrap_err(),
                RegistryError::UnusableSubject(subject.to_owned()),
                "it would ask for another path"
            );
        }
    }
}
