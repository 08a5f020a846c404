//! Errors of the REST interface. This is the only place that maps failures to status and code (rest-api §3.2).

use std::time::Instant;

use axum::http::StatusCode;

use super::json::Malformed;
use super::throttle::Throttle;
use crate::observe::meters::METERS;
use crate::service::RegistryError;
use crate::store::StoreError;

/// Failure of an operation.
#[derive(Debug)]
pub(super) enum ApiError {
    /// The registry refused, or failed.
    Registry(RegistryError),
    /// The body is no JSON, or of the wrong shape.
    MalformedBody(Malformed),
    /// The body that the operation of that name needs is missing.
    MissingBody(&'static str),
    /// A parameter in path or query is no number where one is needed. The original takes it for an unknown path.
    UnconvertibleParameter,
}

/// Response to a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ErrorResponse {
    /// The status.
    pub(super) status: StatusCode,
    /// The `error_code`: the status, or five digits that begin with it.
    pub(super) code: u32,
    /// The text.
    pub(super) message: String,
    /// Whether the same request may succeed a moment later.
    pub(super) retry: bool,
    /// A path that says more about it, for the header `Link`.
    pub(super) help: Option<String>,
}

impl ErrorResponse {
    /// A failure of the framework's kind: its code is its status.
    pub(super) fn plain(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, code: status.as_u16().into(), message: message.into(), retry: false, help: None }
    }

    /// A failure with a code of its own.
    fn coded(code: u32, message: String) -> Self {
        let status = u16::try_from(code / 100).ok().and_then(|status| StatusCode::from_u16(status).ok());
        Self { code, ..Self::plain(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), message) }
    }

    /// A path that leads nowhere.
    pub(super) fn not_found() -> Self {
        Self::plain(StatusCode::NOT_FOUND, "HTTP 404 Not Found")
    }
}

impl From<ApiError> for ErrorResponse {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Registry(error) => of_registry(&error),
            ApiError::MalformedBody(malformed) => Self::plain(StatusCode::BAD_REQUEST, malformed.to_string()),
            ApiError::MissingBody(operation) => Self::plain(
                StatusCode::UNPROCESSABLE_ENTITY,
                format!("{operation}.request must not be null (was null)"),
            ),
            ApiError::UnconvertibleParameter => Self::not_found(),
        }
    }
}

fn of_registry(error: &RegistryError) -> ErrorResponse {
    use RegistryError as E;
    let message = error.to_string();
    count_refusal(error);
    let code = match error {
        E::Denied(_) => 40301,
        E::SubjectNotFound(_) => 40401,
        E::VersionNotFound(_) => 40402,
        E::SchemaNotFound(_) | E::NoSchema => 40403,
        E::SubjectSoftDeleted(_) => 40404,
        E::SubjectNotSoftDeleted(_) => 40405,
        E::VersionSoftDeleted(..) => 40406,
        E::VersionNotSoftDeleted(..) => 40407,
        E::NoSubjectConfig(_) => 40408,
        E::NoSubjectMode(_) => 40409,
        E::AssociationNotFound(_) => 40410,
        E::Incompatible { .. } => 40901,
        E::AssociationTypeTaken { .. } => 40903,
        E::SubjectAssociated(_) => 40904,
        E::SubjectOwned(_) => 40905,
        E::NoActiveVersion(_) => 40907,
        E::AssociationFrozen { .. } => 40908,
        E::InvalidSchema(_) | E::UnreadableSchema(_) | E::Unstorable(_) | E::TooManySteps { .. } => 42201,
        E::InvalidVersion(_) => 42202,
        E::InvalidLevel | E::PolicyNotOffered(_) => 42203,
        E::InvalidMode | E::ForwardNotGlobal => 42204,
        E::ReadOnly { .. }
        | E::GloballyReadOnly
        | E::NotImporting { .. }
        | E::NotReadWrite { .. }
        | E::IdTaken { .. }
        | E::AssociationReadOnly(_)
        | E::NotPermitted(_) => 42205,
        E::ReferencesExist(..) => 42206,
        E::InvalidSubject(_) => 42208,
        E::InvalidRuleSet(_) => 42210,
        E::ContextNotEmpty(_) => 42211,
        E::InvalidAssociation { .. } => 42212,
        E::TokenNotFound(_) => return ErrorResponse::plain(StatusCode::NOT_FOUND, message),
        E::BadRequest(_) => return ErrorResponse::plain(StatusCode::BAD_REQUEST, message),
        E::Unwritable(reason) => {
            tracing::error!(reason, "the database takes no writes");
            return ErrorResponse {
                retry: true,
                ..ErrorResponse::plain(StatusCode::SERVICE_UNAVAILABLE, message)
            };
        }
        // The log has had it when it was noticed.
        E::Interrupted | E::Busy | E::LostWrites(_) | E::Unavailable(_) => {
            if let E::Unavailable(source) = error {
                tell_unavailable(source);
            }
            return ErrorResponse {
                retry: true,
                ..ErrorResponse::plain(StatusCode::SERVICE_UNAVAILABLE, message)
            };
        }
        // Who is told this for lack of another decision may send it again.
        E::Contention | E::NotNew(_) => {
            return ErrorResponse { retry: true, ..ErrorResponse::coded(50002, message) };
        }
        E::Sealed(source) => {
            tracing::error!(error = %source, "sensitive metadata cannot be read or written");
            50001
        }
        E::Store(source) => {
            tracing::error!(error = %source, "the store failed");
            return ErrorResponse { retry: true, ..ErrorResponse::coded(50001, message) };
        }
    };
    ErrorResponse::coded(code, message)
}

impl ApiError {
    /// Whether this may be a refusal for the sake of what is stored.
    pub(super) fn may_rest_on_state(&self) -> bool {
        matches!(self, Self::Registry(error) if error.may_rest_on_state())
    }
}

fn count_refusal(error: &RegistryError) {
    use RegistryError as E;
    match error {
        E::Busy => METERS.refused_busy.inc(),
        E::TooManySteps { .. } => METERS.refused_steps.inc(),
        E::Unavailable(_) => METERS.refused_unavailable.inc(),
        E::LostWrites(_) => METERS.refused_lost_writes.inc(),
        _ => return,
    };
}

fn tell_unavailable(source: &StoreError) {
    static THROTTLE: Throttle = Throttle::new();
    if let Some(others) = THROTTLE.pass(Instant::now()) {
        tracing::warn!(error = %source, others, "a request was answered 503");
    }
}

impl From<RegistryError> for ApiError {
    fn from(error: RegistryError) -> Self {
        Self::Registry(error)
    }
}

impl From<Malformed> for ApiError {
    fn from(malformed: Malformed) -> Self {
        Self::MalformedBody(malformed)
    }
}
