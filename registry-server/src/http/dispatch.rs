//! Dispatch: the checks on a request, the choice of its operation, and its response, in the order of rest-api §1.6.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::SystemTime;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use bytes::Bytes;
use futures_util::FutureExt as _;

use super::accept::{Accept, ContentType, JSON};
use super::admission::{admit, principal_of, refuse};
use super::answers::{AnswerKey, KeptAnswer, ShapingHeaders};
use super::authorization::{as_seen, note_access};
use super::body::read_bytes;
use super::body_room::ReadBody;
use super::error::{ApiError, ErrorResponse};
use super::level::Level;
use super::metrics::metrics;
use super::new_subject::as_new_subject;
use super::operation::{RequestInfo, Verb};
use super::outcome::{About, Watch, note, note_answered, note_refusal};
use super::parameters::Input;
use super::prefix::{self, ColonInContext, subject_segments};
use super::query::Query;
use super::request_id::REQUEST_ID;
use super::response::ApiResponse;
use super::route::RouteMatch;
use super::uri::{self, Segment};
use super::{App, compatibility, render};
use crate::domain::{Context, Subject};
use crate::observe::meters::METERS;
use crate::service::RegistryError;

/// The longest request line, in bytes.
const MAX_REQUEST_LINE: usize = 8 * 1024;

/// Answers any request.
pub(super) async fn dispatch(State(app): State<Arc<App>>, request: Request<Body>) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let watch = Watch::begin(&app, &mut parts);
    let answering = async {
        if let Err(refusal) = admit(&app, &mut parts).await {
            note_refusal(&parts, refusal.to_string());
            let mut response = refuse(&app, &parts, &refusal, body).await;
            response.headers_mut().insert(REQUEST_ID, app.request_ids.of(&parts.headers));
            return response;
        }
        note_access(&app, &mut parts);
        let _places = match app.limits.as_ref().map(|limits| limits.admit(&app, &parts)).transpose() {
            Ok(places) => places,
            Err(refusal) => return *refusal,
        };
        // Read whatever the response will be: a connection with an unread body cannot be used again.
        let body = read_bytes(&app.body_room, &app.settings, &parts.headers, body).await;
        let key = body.as_ref().ok().and_then(|body| AnswerKey::of(&parts, &body.bytes));
        let (mut response, id) = match key.as_ref().and_then(|key| app.answers.find(key)) {
            Some(KeptAnswer { body, media, about, .. }) => {
                note(&parts, || about);
                (render::success(ApiResponse::bytes(body), media), app.request_ids.of(&parts.headers))
            }
            None => match segments(&app, &parts) {
                Ok(segments) => {
                    let id = app.request_ids.of(&parts.headers);
                    // In a place of its own: who finds an answer does not move all of this about.
                    let answering = Box::pin(lasting_or_new_answer(&app, &parts, segments, &body, key));
                    let response = match AssertUnwindSafe(answering).catch_unwind().await {
                        Ok(response) => response,
                        Err(panic) => panic_response(&*panic, &parts.method, &parts.uri, &id),
                    };
                    (response, id)
                }
                Err((status, what)) => return render::page(status, what),
            },
        };
        response.headers_mut().insert(REQUEST_ID, id);
        response
    };
    let mut response = match tokio::time::timeout(app.settings.request_timeout, answering).await {
        Ok(response) => response,
        Err(_) => {
            let error = ErrorResponse::plain(StatusCode::GATEWAY_TIMEOUT, "Request timed out");
            render::error(&error, Some(&JSON))
        }
    };
    for header in &app.settings.response_headers {
        header.apply(SystemTime::now(), response.headers_mut());
    }
    let response = if parts.method == Method::HEAD { render::without_body(response).await } else { response };
    if let Some(told) = watch.end(&parts, &response) {
        told.tell().await;
    }
    response
}

/// Answers from what is remembered, where that is not known to be true any more but was asked for what cannot change: at
/// once, whether the database answers or not. All else is answered from what is true.
async fn lasting_or_new_answer(
    app: &App,
    parts: &Parts,
    segments: Vec<Segment>,
    body: &Result<ReadBody, ErrorResponse>,
    key: Option<AnswerKey>,
) -> Response<Body> {
    if let Some(metrics) = metrics(app, parts).await {
        return metrics;
    }
    if let Some(last_known) = &app.last_known
        && !app.registry.is_current()
    {
        let remembered = answer(last_known, parts, segments.clone(), body).await.response;
        if remembered.status().is_success() {
            return remembered;
        }
    }
    answer_anew(app, parts, segments, body, key).await
}

/// The segments of the path, or the status and the text of the page that refuses it.
fn segments(app: &App, parts: &Parts) -> Result<Vec<Segment>, (StatusCode, &'static str)> {
    let line = parts.method.as_str().len() + parts.uri.to_string().len() + " HTTP/1.1 ".len();
    if line > MAX_REQUEST_LINE {
        return Err((StatusCode::URI_TOO_LONG, "URI Too Long"));
    }
    uri::segments(parts.uri.path(), app.settings.legacy_uri_compliance)
        .map_err(|uri::AmbiguousUri| (StatusCode::BAD_REQUEST, "Ambiguous URI"))
}

/// Answers a request, and keeps the answer under its key if it can be told again.
async fn answer_anew(
    app: &App,
    parts: &Parts,
    segments: Vec<Segment>,
    body: &Result<ReadBody, ErrorResponse>,
    key: Option<AnswerKey>,
) -> Response<Body> {
    let Some((key, (noted, notes))) = key.and_then(|key| Some((key, app.noted()?))) else {
        return confirmed_answer(app, parts, segments, body).await.response;
    };
    let answer = confirmed_answer(&noted, parts, segments, body).await;
    if let Some(repeatable) = answer.repeatable
        && let Some(basis) = notes.basis()
    {
        app.answers.keep(key, repeatable, basis);
    }
    answer.response
}

/// Answers a request that is well formed, however much of what other nodes have written is known to this one: a denial is
/// sent only after it was made knowing all that was acknowledged before the request came (storage §6).
async fn confirmed_answer(
    app: &App,
    parts: &Parts,
    segments: Vec<Segment>,
    body: &Result<ReadBody, ErrorResponse>,
) -> Answer {
    // Answering takes them apart, and it is done again for few requests.
    let mut read_already = Some(segments);
    let answering = app.registry.confirmed(
        |answer: &Answer| answer.may_be_unfounded_denial,
        || {
            let segments = read_already.take().unwrap_or_else(|| {
                uri::segments(parts.uri.path(), app.settings.legacy_uri_compliance).unwrap_or_default()
            });
            answer(app, parts, segments, body)
        },
    );
    match answering.await {
        Ok(answer) => answer,
        Err(error) => {
            let level = Level::of(app.settings.response_level, ShapingHeaders::of(&parts.headers));
            render::error(&level.error_response(error.into()), Some(&JSON)).into()
        }
    }
}

/// Response that was decided on.
struct Answer {
    response: Response<Body>,
    /// Whether it denies something for the sake of what is stored, as far as that was known.
    may_be_unfounded_denial: bool,
    /// Whether it tells nothing but that it was decided on what is not so any more.
    is_to_be_decided_again: bool,
    /// The same, if it can be told again.
    repeatable: Option<KeptAnswer>,
}

impl From<Response<Body>> for Answer {
    /// An answer to the request alone, whatever is stored.
    fn from(response: Response<Body>) -> Self {
        Self { response, may_be_unfounded_denial: false, is_to_be_decided_again: false, repeatable: None }
    }
}

async fn answer(
    app: &App,
    parts: &Parts,
    mut segments: Vec<Segment>,
    body: &Result<ReadBody, ErrorResponse>,
) -> Answer {
    let (method, uri, headers) = (&parts.method, &parts.uri, ShapingHeaders::of(&parts.headers));
    if content_type_of(headers) == ContentType::Malformed {
        return render::malformed_content_type(method).into();
    }
    let level = Level::of(app.settings.response_level, headers);
    let mut query = Query::parse(uri.query().unwrap_or_default());
    if let Err(ColonInContext(name)) = prefix::rewrite(&mut segments, &mut query, method.as_str()) {
        let text = level.colon_in_context(&name);
        return render::error(&ErrorResponse::plain(StatusCode::BAD_REQUEST, text), None).into();
    }
    if let Some(guessing) = as_new_subject(app, method, &segments).await {
        let answer = Box::pin(routed_answer(&guessing, parts, segments.clone(), query.clone(), body)).await;
        // A refusal stands if the subject is as it was taken to be: deciding it again would read the schema again.
        let stands = !answer.may_be_unfounded_denial
            || (!answer.is_to_be_decided_again && guessing.registry.is_as_taken().await);
        if stands {
            return answer;
        }
    }
    routed_answer(app, parts, segments, query, body).await
}

/// Answers a request of which the context is where it belongs.
async fn routed_answer(
    app: &App,
    parts: &Parts,
    mut segments: Vec<Segment>,
    mut query: Query,
    body: &Result<ReadBody, ErrorResponse>,
) -> Answer {
    let (method, headers) = (&parts.method, ShapingHeaders::of(&parts.headers));
    let content_type = content_type_of(headers);
    let level = Level::of(app.settings.response_level, headers);
    let asked = match follow_aliases(app, &mut segments, &mut query).await {
        Ok(asked) => asked,
        Err(error) => return failure(app, level, error.into(), None, &JSON).into(),
    };
    let accept = Accept::parse(headers.all(&ACCEPT).filter_map(|value| value.to_str().ok()));
    let (operation, path) = match app.routes.find(method.as_str(), &mut segments) {
        RouteMatch::Operation(operation, path) if level.has(operation.definition.name) => (operation, path),
        RouteMatch::Options(_) if accept.is_malformed() => return render::malformed_accept().into(),
        RouteMatch::Options(allowed) => return render::options(&allowed, &accept).into(),
        RouteMatch::Operation(..) | RouteMatch::MethodNotAllowed => {
            let text = "HTTP 405 Method Not Allowed";
            return render::error(&ErrorResponse::plain(StatusCode::METHOD_NOT_ALLOWED, text), None).into();
        }
        RouteMatch::NotFound => return render::description(app, method, &segments).into(),
    };
    note(parts, || About::of(&operation.definition, &path, &query));
    if app.only_lasting && !operation.definition.is_lasting {
        return may_have_changed().into();
    }
    if operation.body.is_some() && content_type == ContentType::Unsupported {
        let error =
            ErrorResponse::plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "HTTP 415 Unsupported Media Type");
        return render::error(&error, Some(&accept.type_of_415())).into();
    }
    if accept.is_malformed() {
        return render::malformed_accept().into();
    }
    let Some(media) = accept.negotiate() else {
        let error = ErrorResponse::plain(StatusCode::NOT_ACCEPTABLE, "HTTP 406 Not Acceptable");
        return render::error(&error, None).into();
    };
    let seen = match as_seen(app, parts, &operation.definition, &path, asked) {
        Ok(seen) => seen,
        Err(error) => {
            // The path may name an alias that is not known to be one.
            let may_be_unfounded_denial = error.may_rest_on_state();
            let response = failure(app, level, error.into(), None, &media);
            return Answer { may_be_unfounded_denial, ..response.into() };
        }
    };
    let app = seen.as_ref().unwrap_or(app);
    let body = match body {
        Ok(body) => body,
        Err(error) => return render::error(error, Some(&JSON)).into(),
    };
    let request = RequestInfo::new(Input::new(path, query), principal_of(parts), level);
    match operation.run(app, request, &body.bytes).await {
        Ok(response) => {
            let denies =
                response.denies || (operation.definition.method == Verb::Get && response.is_empty_list());
            // A denial is confirmed each time.
            let is_kept = operation.definition.repeatable && response.status == StatusCode::OK && !denies;
            let is_lasting = operation.definition.is_lasting;
            let about = note_answered(parts, response.answered);
            let kept =
                |body: &Bytes| KeptAnswer { body: body.clone(), media: media.clone(), is_lasting, about };
            Answer {
                may_be_unfounded_denial: denies,
                is_to_be_decided_again: false,
                repeatable: response.body.as_ref().filter(|_| is_kept).map(kept),
                response: render::success(response, media),
            }
        }
        Err(error) => {
            let may_be_unfounded_denial = error.may_rest_on_state();
            let is_to_be_decided_again = matches!(error, ApiError::Registry(RegistryError::NotNew(_)));
            let help =
                operation.definition.explained.then(|| compatibility::explanation_path(&error)).flatten();
            let response = failure(app, level, error, help, &media);
            Answer { may_be_unfounded_denial, is_to_be_decided_again, ..response.into() }
        }
    }
}

fn content_type_of(headers: ShapingHeaders<'_>) -> ContentType {
    ContentType::of(headers.get(&CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default()))
}

/// Response to a request that failed.
fn failure(
    app: &App,
    level: Level,
    error: ApiError,
    help: Option<String>,
    media: &HeaderValue,
) -> Response<Body> {
    // Nobody sees what could not be told from memory alone: the request is answered otherwise.
    if app.only_lasting {
        may_have_changed()
    } else {
        render::error(&ErrorResponse { help, ..level.error_response(error) }, Some(media))
    }
}

/// Response to what is not told from memory alone.
fn may_have_changed() -> Response<Body> {
    let error = ErrorResponse::plain(StatusCode::SERVICE_UNAVAILABLE, "This may have changed");
    render::error(&error, None)
}

/// Puts the targets of aliases in the place of the names that stand for them. Answers the name in the path for which another one
/// stands there now.
async fn follow_aliases(
    app: &App,
    segments: &mut [Segment],
    query: &mut Query,
) -> Result<Option<Subject>, RegistryError> {
    let mut asked = None;
    let by_id = matches!(segments, [schemas, ids, ..] if schemas.text == "schemas" && ids.text == "ids");
    for segment in subject_segments(segments) {
        let subject = Subject::parse(&segment.text);
        // The original splits the path before it decodes it: an encoded colon hides the context.
        let context =
            if segment.plain_colon { subject.context().clone() } else { Context::default_context() };
        if let Some(target) = app.registry.alias_target(&subject, &context).await? {
            *segment = Segment::new(target.to_string());
            asked = Some(subject);
        }
    }
    if by_id {
        let subject = Subject::parse(query.text("subject"));
        // As in the path.
        let context = if query.has_plain_colon("subject") {
            subject.context().clone()
        } else {
            Context::default_context()
        };
        if let Some(target) = app.registry.alias_target(&subject, &context).await? {
            query.set("subject", target.to_string());
        }
    }
    Ok(asked)
}

/// The response to a request that met a fault of this program. The connection and its other requests are not to blame.
fn panic_response(
    panic: &(dyn std::any::Any + Send),
    method: &Method,
    uri: &Uri,
    request_id: &HeaderValue,
) -> Response<Body> {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown");
    METERS.faults.inc();
    tracing::error!(%method, path = uri.path(), ?request_id, panic = text, "a request met a fault of this program");
    let error = ErrorResponse::plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
    render::error(&error, Some(&JSON))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::operation::{AnyOperation, Definition, Operation, ResponseBody};
    use super::super::parameters::{Parameter, parameters};
    use super::super::response::ApiResponse;
    use super::super::route::RouteTable;
    use super::*;
    use crate::config::{Environment, load};
    use crate::security::Needs;

    parameters! {
        struct Faulty {
            awaits: bool = Parameter::flag("awaits", ""),
        }
    }

    impl Operation for Faulty {
        const DEFINITION: Definition =
            Definition::get("/faulty", "faulty", Needs::Nothing, ResponseBody::Empty, "");
        type Body = ();

        async fn handle(self, _: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
            if self.awaits {
                tokio::task::yield_now().await;
            }
            panic!("a fault of ours, {} and not of the client", self.awaits);
        }
    }

    static FAULTY: AnyOperation = AnyOperation::of::<Faulty>();

    #[tokio::test]
    async fn a_panic_is_a_500_with_a_body_and_the_id_of_its_request() {
        let settings = load(None, &Environment::from_iter([]), &[]).unwrap().settings;
        let mut app = super::super::tests::app(settings).await;
        app.routes = Arc::new(RouteTable::new([&FAULTY].into_iter()));
        let app = Arc::new(app);
        for path in ["/faulty", "/faulty?awaits=true"] {
            let request = Request::get(path).header(REQUEST_ID, "mine").body(Body::empty()).unwrap();
            let response = dispatch(State(Arc::clone(&app)), request).await;
            assert_eq!(response.status(), 500, "{path}");
            assert_eq!(response.headers()[REQUEST_ID], "mine", "{path}");
            assert_eq!(response.headers()[CONTENT_TYPE], "application/json", "{path}");
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            assert_eq!(body, r#"{"error_code":500,"message":"Internal Server Error"}"#, "{path}");
        }
    }
}
