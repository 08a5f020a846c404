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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering;

    use axum::body::{Body, to_bytes};
    use axum::extract::State;
    use axum::http::{Request, StatusCode};

    use super::super::dispatch::dispatch;
    use super::App;
    use crate::config::{Environment, load};
    use crate::domain::Subject;
    use crate::security::authentication::Authenticator;
    use crate::server::cached;
    use crate::store::sql::SqlStore;

    async fn app() -> Arc<App> {
        let settings = load(None, &Environment::from_iter([]), &[]).unwrap().settings;
        let authenticator = Authenticator::load(&settings.authentication).expect("nothing has to be read");
        Arc::new(App::new(cached(SqlStore::in_memory().await.unwrap()), Arc::new(settings), authenticator))
    }

    /// Status and body of a registration, and how often a schema was read for it.
    async fn register(app: &Arc<App>, subject: &str, body: &str) -> (StatusCode, String, usize) {
        let path = format!("/subjects/{subject}/versions");
        let begun = || app.registry.pool().begun.load(Ordering::Relaxed);
        let before = begun();
        let response =
            dispatch(State(app.clone()), Request::post(path).body(Body::from(body.to_owned())).unwrap())
                .await;
        let status = response.status();
        let text = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(text.to_vec()).unwrap(), begun() - before)
    }

    /// As in a subject without versions that was read before.
    #[tokio::test]
    async fn what_is_refused_in_a_new_subject_is_not_read_again_to_be_refused() {
        for (body, status) in [
            (r#"{"schema":"{"}"#, 422),
            (r#"{"schema":"\"unknown\""}"#, 422),
            (r#"{"schema":"{\"type\":\"record\",\"name\":\"0\",\"fields\":[]}"}"#, 422),
            (r#"{"schema":"message","schemaType":"PROTOBUF"}"#, 422),
            (r#"{"schema":"{\"type\":\"nothing\"}","schemaType":"JSON"}"#, 422),
            (r#"{"schema":"\"int\"","version":5}"#, 422),
            (r#"{"schema":"\"int\"","id":5}"#, 422),
            (r#"{"schema":"\"int\""}"#, 200),
        ] {
            let app = app().await;
            for subject in ["before-1", "before-2"] {
                assert_eq!(register(&app, subject, r#"{"schema":"\"string\""}"#).await.0, 200);
            }
            let is_guessed =
                async |subject: &str| app.registry.if_new(&Subject::parse(subject)).await.is_some();
            let asked = Request::get("/subjects/s-known/versions").body(Body::empty()).unwrap();
            assert_eq!(dispatch(State(app.clone()), asked).await.status(), 404);
            assert!(is_guessed("s-guess").await && !is_guessed("s-known").await, "{body}");
            let (guessed, known) =
                (register(&app, "s-guess", body).await, register(&app, "s-known", body).await);
            assert_eq!((guessed.0.as_u16(), guessed.2), (status, known.2), "{body}: {}", guessed.1);
            assert_eq!(guessed.1.replace("s-guess", "s-known").len(), known.1.len(), "{body}");
        }
    }

    /// What a subject has that was taken to be new is what counts.
    #[tokio::test]
    async fn a_refusal_for_the_state_of_a_new_subject_is_none_where_there_is_another_state() {
        let app = app().await;
        for subject in ["before-1", "before-2"] {
            assert_eq!(register(&app, subject, r#"{"schema":"\"string\""}"#).await.0, 200);
        }
        let subject = Subject::parse("s");
        let guessing = app.registry.if_new(&subject).await.expect("nothing is known of it");
        assert!(guessing.is_as_taken().await);
        assert_eq!(register(&app, "s", r#"{"schema":"\"int\""}"#).await.0, 200);
        assert!(!guessing.is_as_taken().await, "it has a version now");
        assert!(!app.registry.is_as_taken().await, "nothing was taken to be so");
    }
}
