//! Response levels: where responses of a 7.9 server differ from those of 8.x (response-level-7 §1 to response-level-7 §2).
//! This is the only place that knows.
//!
//! | response | level 8 | level 7 |
//! |---|---|---|
//! | every schema entity | `guid`, `ts`, `deleted`; `schemaType` always | none of them; `schemaType` only when it is not AVRO |
//! | schema by id | with `subject` and `version` | without |
//! | registration | the whole schema | `{"id":…}` unless text, metadata or rules were taken over |
//! | change of a config | the config that results | what was sent |
//! | incompatible schema | code 40901 | code 409 |
//! | `DELETE /mode` | there | 405 |
//! | a mode of `null` | takes it away | an invalid mode |
//! | `GET /config/:.:` | the global config | 40408 |
//! | texts of modes, ids, missing bodies, contexts, unreadable schemas | with the context | without |

use axum::http::HeaderName;

use super::answers::ShapingHeaders;
use super::error::{ApiError, ErrorResponse};
use crate::config::ResponseLevel;
use crate::service::{Origin, RegistryError};

/// Response level: the generation of the original whose responses are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Level {
    /// 7.9
    Seven,
    /// 8.x
    #[default]
    Eight,
}

/// Header of clients that accept members which they do not know.
pub(super) const ACCEPTS_UNKNOWN: HeaderName = HeaderName::from_static("confluent-accept-unknown-properties");

impl Level {
    /// The level for a request, by setting and headers.
    pub(super) fn of(setting: ResponseLevel, headers: ShapingHeaders<'_>) -> Self {
        match setting {
            ResponseLevel::Eight => Self::Eight,
            ResponseLevel::Seven => Self::Seven,
            ResponseLevel::Auto => {
                let accepts = headers.get(&ACCEPTS_UNKNOWN).and_then(|value| value.to_str().ok());
                if accepts.is_some_and(|value| value.trim().eq_ignore_ascii_case("true")) {
                    Self::Eight
                } else {
                    Self::Seven
                }
            }
        }
    }

    /// Member `schemaType` of an entity.
    pub(super) fn schema_type(self, name: &'static str) -> Option<&'static str> {
        (self == Self::Eight || name != "AVRO").then_some(name)
    }

    /// A member that only responses of level 8 have.
    pub(super) fn only_in_8<T>(self, member: Option<T>) -> Option<T> {
        member.filter(|_| self == Self::Eight)
    }

    /// Whether a registration is answered with its id alone.
    pub(super) fn shows_id_only(self, origin: Origin) -> bool {
        self == Self::Seven && origin != Origin::Populated
    }

    /// Whether an operation exists at this level.
    pub(super) fn has(self, operation: &str) -> bool {
        self == Self::Eight || operation != "deleteTopLevelMode"
    }

    /// Whether setting the mode to `null` takes it away; older servers fail on it as on a body without a mode.
    pub(super) fn clears_modes(self) -> bool {
        self == Self::Eight
    }

    /// The response to a failure.
    pub(super) fn error_response(self, error: ApiError) -> ErrorResponse {
        if self == Self::Eight {
            return ErrorResponse::from(error);
        }
        let message = old_text(&error);
        let incompatible = matches!(error, ApiError::Registry(RegistryError::Incompatible { .. }));
        let mut response = ErrorResponse::from(error);
        if incompatible {
            response.code = 409;
        }
        if let Some(message) = message {
            response.message = message;
        }
        response
    }

    /// Error text for a context name with a colon inside.
    pub(super) fn colon_in_context(self, name: &str) -> String {
        match self {
            Self::Seven => "Context name cannot contain a colon".to_owned(),
            Self::Eight => format!("Context name '{name}' cannot contain a colon"),
        }
    }
}

/// Error text of level 7, where it is another one.
fn old_text(error: &ApiError) -> Option<String> {
    use RegistryError as E;
    Some(match error {
        ApiError::MissingBody(operation) => {
            format!("{operation}.{} must not be null (was null)", argument(operation)?)
        }
        ApiError::Registry(E::ReadOnly { subject }) => format!("Subject {subject} is in read-only mode"),
        ApiError::Registry(E::GloballyReadOnly) => "Subject null is in read-only mode".to_owned(),
        ApiError::Registry(E::NotImporting { subject }) => format!("Subject {subject} is not in import mode"),
        ApiError::Registry(E::NotReadWrite { subject }) => {
            format!("Subject {subject} is not in read-write mode")
        }
        ApiError::Registry(E::IdTaken { id, .. }) => {
            format!("Overwrite new schema with id {id} is not permitted.")
        }
        ApiError::Registry(E::InvalidMode) => {
            "Invalid mode. Valid values are READWRITE, READONLY, and IMPORT.".to_owned()
        }
        ApiError::Registry(E::UnreadableSchema(schema)) => schema.text_of_level_7(),
        _ => return None,
    })
}

/// Name of the body in error texts of level 7: its place among the arguments of the original's method.
fn argument(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "updateTopLevelConfig" => "arg1",
        "testCompatibilityForSubject" => "arg3",
        "modifyTags" => "arg4",
        "register" => "arg5",
        _ => return None,
    })
}
