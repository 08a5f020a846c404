//! Registrations in subjects that look new.

use axum::http::Method;

use super::App;
use super::uri::Segment;
use crate::domain::Subject;

/// This state for a registration in a subject that is not known and taken to be new, so that neither its alias nor its
/// versions are read; `None` for another request, and where nothing speaks for that.
pub(super) async fn as_new_subject(app: &App, method: &Method, segments: &[Segment]) -> Option<App> {
    let [subjects, subject, versions] = segments else { return None };
    if method != Method::POST || subjects.text != "subjects" || versions.text != "versions" {
        return None;
    }
    let registry = app.registry.if_new(&Subject::parse(&subject.text)).await?;
    Some(App { registry, ..app.clone() })
}
