//! The `/contexts/{context}/…` form of every path, brought into the plain form (rest-api §2.1).

use super::query::Query;
use super::uri::Segment;

/// A context name with a colon inside, which is answered 400 with this name in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ColonInContext(pub(super) String);

/// Rewrites a path that begins with `/contexts/{context}/`; `/contexts` and `/contexts/{context}` are resources of their
/// own, but for `/contexts/.`, of which nothing is left but the root.
///
/// # Errors
/// When the name of the context has a colon inside and something is meant in it.
pub(super) fn rewrite(
    segments: &mut Vec<Segment>,
    query: &mut Query,
    method: &str,
) -> Result<(), ColonInContext> {
    let mut context = None;
    // Of several contexts the innermost counts.
    while segments.len() > 2 && segments[0].text == "contexts" {
        context = segments.drain(..2).nth(1);
    }
    let Some(context) = context else { return context_itself(segments) };
    let name = || context_name(&context.text);
    // The default context needs no prefix, but what is bare is meant in it even where a bare name means every context.
    let prefix = || -> Result<String, ColonInContext> { Ok(format!(":{}:", name()?)) };
    for segment in subject_segments(segments) {
        qualify(segment, &prefix()?);
    }
    match segments[0].text.as_str() {
        "config" | "mode" => match segments.get_mut(1) {
            Some(subject) => qualify(subject, &prefix()?),
            None => segments.push(Segment::new(prefix()?)),
        },
        "schemas" if segments.get(1).is_some_and(|segment| segment.text == "ids") => {
            let prefix = prefix()?;
            query.rewrite("subject", |subject| qualified(subject, &prefix));
        }
        "schemas" | "subjects" | "aliases" if segments.len() == 1 => {
            let prefix = prefix()?;
            query.rewrite("subjectPrefix", |subject| qualified(subject, &prefix));
        }
        "keks" => {
            let prefix = prefix()?;
            query.rewrite("subjectPrefix", |subject| qualified(subject, &prefix));
        }
        first if first.starts_with("associations") && matches!(method, "POST" | "PUT" | "PATCH") => {
            query.set("context", name()?);
        }
        "contexts" => return context_itself(segments),
        _ => {}
    }
    Ok(())
}

/// The name of a context that stands alone is checked as well, but for the default one, which the original drops.
fn context_itself(segments: &mut Vec<Segment>) -> Result<(), ColonInContext> {
    match segments.as_slice() {
        [contexts, context] if contexts.text == "contexts" && context.text == "." => segments.clear(),
        [contexts, context] if contexts.text == "contexts" => {
            context_name(&context.text)?;
        }
        _ => {}
    }
    Ok(())
}

/// The segments that name subjects: those behind `subjects` or `deks`.
pub(super) fn subject_segments(segments: &mut [Segment]) -> impl Iterator<Item = &mut Segment> {
    let mut behind = false;
    segments.iter_mut().filter(move |segment| {
        let names = std::mem::take(&mut behind);
        behind = !names && matches!(segment.text.as_str(), "subjects" | "deks");
        names
    })
}

/// The name of a context with its leading dot: it may be given without, or between colons.
fn context_name(given: &str) -> Result<String, ColonInContext> {
    let bare = given.strip_prefix(':').unwrap_or(given);
    let bare = bare.strip_suffix(':').unwrap_or(bare);
    if bare.contains(':') {
        return Err(ColonInContext(given.to_owned()));
    }
    Ok(if bare.starts_with('.') { bare.to_owned() } else { format!(".{bare}") })
}

fn qualify(segment: &mut Segment, prefix: &str) {
    let text = qualified(&segment.text, prefix);
    if text != segment.text {
        *segment = Segment::new(text);
    }
}

/// A subject that names its context keeps it.
fn qualified(subject: &str, prefix: &str) -> String {
    if subject.starts_with(":.") || subject.starts_with(":*:") {
        subject.to_owned()
    } else {
        format!("{prefix}{subject}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::uri::segments;
    use super::*;

    #[test]
    fn paths_are_brought_into_the_plain_form() {
        for (method, path, query, plain, name, value) in [
            ("GET", "/contexts", "", "/contexts", "", None),
            ("DELETE", "/contexts/.c", "", "/contexts/.c", "", None),
            ("GET", "/contexts/.", "", "", "", None),
            ("GET", "/contexts/./contexts/.c", "", "/contexts/.c", "", None),
            ("GET", "/contexts/.c/contexts", "", "/contexts", "", None),
            ("GET", "/contexts/.c/contexts/.d/subjects/a", "", "/subjects/:.d:a", "", None),
            ("GET", "/contexts/a:b/schemas/types", "", "/schemas/types", "", None),
            ("GET", "/contexts/.c/subjects/a/versions", "", "/subjects/:.c:a/versions", "", None),
            ("GET", "/contexts/c/subjects/a", "", "/subjects/:.c:a", "", None),
            ("GET", "/contexts/:.c:/subjects/a", "", "/subjects/:.c:a", "", None),
            ("GET", "/contexts/c/subjects/:.d:a", "", "/subjects/:.d:a", "", None),
            ("GET", "/contexts/:.:/subjects/a", "", "/subjects/:.:a", "", None),
            (
                "GET",
                "/contexts/c/subjects/subjects/versions",
                "",
                "/subjects/:.c:subjects/versions",
                "",
                None,
            ),
            ("POST", "/contexts/c/compatibility/subjects/a", "", "/compatibility/subjects/:.c:a", "", None),
            ("GET", "/contexts/c/config", "", "/config/:.c:", "", None),
            ("GET", "/contexts/c/mode/a", "", "/mode/:.c:a", "", None),
            ("GET", "/contexts/c/schemas/ids/1", "", "/schemas/ids/1", "subject", Some(":.c:")),
            ("GET", "/contexts/c/schemas/ids/1", "subject=a", "/schemas/ids/1", "subject", Some(":.c:a")),
            ("GET", "/contexts/c/schemas", "", "/schemas", "subjectPrefix", Some(":.c:")),
            ("GET", "/contexts/c/subjects", "subjectPrefix=x", "/subjects", "subjectPrefix", Some(":.c:x")),
            ("GET", "/contexts/c/schemas/types", "", "/schemas/types", "subjectPrefix", None),
            ("POST", "/contexts/c/associations", "", "/associations", "context", Some(".c")),
            (
                "GET",
                "/contexts/c/associations/subjects/a",
                "",
                "/associations/subjects/:.c:a",
                "context",
                None,
            ),
        ] {
            let mut segments = segments(path, false).unwrap();
            let mut query = Query::parse(query);
            rewrite(&mut segments, &mut query, method).unwrap();
            let found: String = segments.iter().map(|segment| format!("/{}", segment.text)).collect();
            assert_eq!((found.as_str(), query.all(name).next()), (plain, value), "{method} {path}");
        }
    }

    #[test]
    fn a_colon_inside_is_refused() {
        for path in [
            "/contexts/a:b",
            "/contexts/a:b/subjects",
            "/contexts/a:b/subjects/s",
            "/contexts/a:b/config",
            "/contexts/a:b/schemas/ids/1",
        ] {
            let mut segments = segments(path, false).unwrap();
            let refused = rewrite(&mut segments, &mut Query::default(), "GET");
            assert_eq!(refused, Err(ColonInContext("a:b".to_owned())), "{path}");
        }
    }
}
