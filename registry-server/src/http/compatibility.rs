//! `/compatibility`

use serde::Serialize;

use super::App;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{NORMALIZE, Parameter, SUBJECT, VERSION, parameters};
use super::response::ApiResponse;
use crate::domain::{Subject, VersionSelector};
use crate::service::SchemaRequest;

pub(super) static OPERATIONS: &[AnyOperation] =
    &[AnyOperation::of::<CheckAgainstVersion>(), AnyOperation::of::<CheckAgainstSubject>()];

const VERBOSE: Parameter<bool> =
    Parameter::flag("verbose", "Whether to say what keeps the schema from being compatible.");

parameters! {
    struct CheckAgainstVersion {
        subject: Subject = SUBJECT,
        version: VersionSelector = VERSION,
        normalize: bool = NORMALIZE,
        verbose: bool = VERBOSE,
    }
}

impl Operation for CheckAgainstVersion {
    const DEFINITION: Definition = Definition::post(
        "/compatibility/subjects/{subject}/versions/{version}",
        "testCompatibilityBySubjectName",
        ResponseBody::One("CompatibilityCheckResponse"),
        "Checks a schema against one version.",
    );
    type Body = SchemaRequest;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        schema: SchemaRequest,
    ) -> Result<ApiResponse, ApiError> {
        let Self { subject, version, normalize, verbose } = self;
        check(app, request, (&subject, Some(version)), &schema, normalize, verbose).await
    }
}

parameters! {
    struct CheckAgainstSubject {
        subject: Subject = SUBJECT,
        normalize: bool = NORMALIZE,
        verbose: bool = VERBOSE,
    }
}

impl Operation for CheckAgainstSubject {
    const DEFINITION: Definition = Definition::post(
        "/compatibility/subjects/{subject}/versions",
        "testCompatibilityForSubject",
        ResponseBody::One("CompatibilityCheckResponse"),
        "Checks a schema against the versions that the level names.",
    );
    type Body = SchemaRequest;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        schema: SchemaRequest,
    ) -> Result<ApiResponse, ApiError> {
        let Self { subject, normalize, verbose } = self;
        check(app, request, (&subject, None), &schema, normalize, verbose).await
    }
}

#[derive(Serialize)]
struct CheckResponse {
    is_compatible: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<String>>,
}

async fn check(
    app: &App,
    request: &RequestInfo,
    (subject, version): (&Subject, Option<VersionSelector>),
    schema: &SchemaRequest,
    normalize: bool,
    verbose: bool,
) -> Result<ApiResponse, ApiError> {
    let messages = match app.registry.check_compatibility(subject, version, schema, normalize).await {
        // Who asks for details gets to know a schema that cannot be read as one.
        Err(error) if verbose && error.is_invalid_schema() => {
            vec![request.level.error_response(error.into()).message]
        }
        other => other?,
    };
    let response =
        CheckResponse { is_compatible: messages.is_empty(), messages: verbose.then_some(messages) };
    Ok(ApiResponse::json(&response).denying(!response.is_compatible))
}
