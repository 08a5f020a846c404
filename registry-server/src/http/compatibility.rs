//! `/compatibility`

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::App;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{NORMALIZE, Parameter, SUBJECT, VERSION, parameters};
use super::response::ApiResponse;
use crate::domain::{Subject, VersionSelector};
use crate::schema_type::{Direction, ExplainedFinding, ExplainedVersion};
use crate::security::{Needs, Permission};
use crate::service::{CheckOptions, CompatibilityVerdict, RegistryError, SchemaRequest};

pub(super) static OPERATIONS: &[AnyOperation] =
    &[AnyOperation::of::<CheckAgainstVersion>(), AnyOperation::of::<CheckAgainstSubject>()];

const VERBOSE: Parameter<bool> =
    Parameter::flag("verbose", "Whether to say what keeps the schema from being compatible.");
/// Not part of the original, which leaves out what it does not know.
const EXPLAIN: Parameter<bool> = Parameter::flag(
    "explain",
    "Whether to explain what keeps the schema from being compatible: who breaks, by which value, and what to change.",
);

parameters! {
    struct CheckAgainstVersion {
        subject: Subject = SUBJECT,
        version: VersionSelector = VERSION,
        normalize: bool = NORMALIZE,
        verbose: bool = VERBOSE,
        explain: bool = EXPLAIN,
    }
}

impl Operation for CheckAgainstVersion {
    const DEFINITION: Definition = Definition::post(
        "/compatibility/subjects/{subject}/versions/{version}",
        "testCompatibilityBySubjectName",
        Needs::Subject(Permission::SubjectRead),
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
        let Self { subject, version, normalize, verbose, explain } = self;
        let options = CheckOptions { normalize, explain };
        check(app, request, (&subject, Some(version)), &schema, options, verbose).await
    }
}

parameters! {
    struct CheckAgainstSubject {
        subject: Subject = SUBJECT,
        normalize: bool = NORMALIZE,
        verbose: bool = VERBOSE,
        explain: bool = EXPLAIN,
    }
}

impl Operation for CheckAgainstSubject {
    const DEFINITION: Definition = Definition::post(
        "/compatibility/subjects/{subject}/versions",
        "testCompatibilityForSubject",
        Needs::Subject(Permission::SubjectRead),
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
        let Self { subject, normalize, verbose, explain } = self;
        let options = CheckOptions { normalize, explain };
        check(app, request, (&subject, None), &schema, options, verbose).await
    }
}

#[derive(Serialize)]
struct CheckResponse<'a> {
    is_compatible: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanations: Option<Vec<ExplanationEntity<'a>>>,
}

/// The explanation of what keeps a schema from being compatible with one version, in one direction.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExplanationEntity<'a> {
    version: i32,
    /// The readers that break: those with the `new` schema, which meet old data, or those with the `old` one.
    broken_readers: &'static str,
    findings: Vec<FindingEntity<'a>>,
    changes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    repaired_schema: Option<&'a str>,
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingEntity<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    path: &'a str,
    place: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failing_value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decode_error: Option<&'a str>,
    decodes_nevertheless: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'a str>,
}

impl<'a> From<&'a ExplainedVersion> for ExplanationEntity<'a> {
    fn from(explained: &'a ExplainedVersion) -> Self {
        let explanation = &explained.explanation;
        Self {
            version: explained.version,
            broken_readers: match explained.direction {
                Direction::Backward => "new",
                Direction::Forward => "old",
            },
            findings: explanation.findings.iter().map(FindingEntity::from).collect(),
            changes: &explanation.changes,
            repaired_schema: explanation.repaired.as_deref(),
            text: &explanation.text,
        }
    }
}

impl<'a> From<&'a ExplainedFinding> for FindingEntity<'a> {
    fn from(finding: &'a ExplainedFinding) -> Self {
        Self {
            kind: &finding.kind,
            path: &finding.path,
            place: &finding.place,
            message: &finding.message,
            failing_value: finding.failing.as_ref().map(|value| &*value.json),
            decode_error: finding.failing.as_ref().map(|value| &*value.error),
            decodes_nevertheless: finding.disputed,
            change: finding.change.as_deref(),
        }
    }
}

/// What a segment of a path cannot hold as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':');
/// A longer path might not pass on its way, or back in a header.
const LONGEST_PATH: usize = 2048;

/// The place where a person reads who breaks, and what to change: it explains the verdict on the same body.
pub(super) fn explanation_path(error: &ApiError) -> Option<String> {
    let ApiError::Registry(RegistryError::Incompatible { subject, can_be_explained: true, .. }) = error
    else {
        return None;
    };
    let subject = subject.to_string();
    let segment = utf8_percent_encode(&subject, ESCAPED);
    let path = format!("/compatibility/subjects/{segment}/versions?explain=true&verbose=true");
    (path.len() <= LONGEST_PATH).then_some(path)
}

async fn check(
    app: &App,
    request: &RequestInfo,
    (subject, version): (&Subject, Option<VersionSelector>),
    schema: &SchemaRequest,
    options: CheckOptions,
    verbose: bool,
) -> Result<ApiResponse, ApiError> {
    let verdict = match app.registry.check_compatibility(subject, version, schema, options).await {
        // Who asks for details gets to know a schema that cannot be read as one.
        Err(error) if verbose && error.is_invalid_schema() => CompatibilityVerdict {
            messages: vec![request.level.error_response(error.into()).message],
            ..CompatibilityVerdict::default()
        },
        other => other?,
    };
    let explanations = || verdict.explanations.iter().map(ExplanationEntity::from).collect();
    let response = CheckResponse {
        is_compatible: verdict.messages.is_empty(),
        messages: verbose.then_some(&verdict.messages),
        explanations: options.explain.then(explanations),
    };
    Ok(ApiResponse::json(&response).denying(!response.is_compatible))
}
