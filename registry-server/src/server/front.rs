//! What stands before the API: it is there before the database is open.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use tokio::sync::SetOnce;

use crate::http::health_at_start;

/// Front of the API. While the database is being opened, questions after the health are answered and all else waits.
#[derive(Clone, Debug, Default)]
pub(super) struct Front(Arc<SetOnce<TowerToHyperService<Router>>>);

impl Front {
    /// Lets requests through to the API.
    pub(super) fn open(&self, router: Router) {
        // It is opened once, by who starts the server.
        let _ = self.0.set(TowerToHyperService::new(router));
    }

    /// Answers a request.
    pub(super) async fn answer(&self, request: Request<Body>) -> Result<Response<Body>, Infallible> {
        let router = match self.0.get() {
            Some(router) => router,
            None if request.uri().path().starts_with("/health/") => {
                return Ok(health_at_start(request.uri().path()));
            }
            None => self.0.wait().await,
        };
        router.call(request).await
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::routing::get;

    use super::*;

    fn ask(path: &str) -> Request<Body> {
        Request::get(path).body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn until_the_database_is_open_only_the_health_is_told() {
        let front = Front::default();
        for (path, status) in [("/health/live", 200), ("/health/ready", 503), ("/health/startup", 503)] {
            let answer = front.answer(ask(path)).await.unwrap();
            assert_eq!(answer.status(), status, "{path}");
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["status"], if status == 200 { "UP" } else { "DOWN" }, "{path}");
        }
        let waiting = tokio::spawn({
            let front = front.clone();
            async move { front.answer(ask("/subjects")).await.unwrap().status() }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        front.open(Router::new().route("/subjects", get(|| async { StatusCode::ACCEPTED })));
        assert_eq!(waiting.await.unwrap(), 202);
    }
}
