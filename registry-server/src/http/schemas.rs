//! `/schemas`: all schemas, and their languages.

use super::App;
use super::entities::ExtendedSchema;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{DELETED, Kind, PAGING, Parameter, parameters};
use super::response::ApiResponse;
use crate::domain::{AssociationType, Lifecycle};
use crate::security::Needs;
use crate::service::{Paging, SchemaQuery};

pub(super) static OPERATIONS: &[AnyOperation] =
    &[AnyOperation::of::<ListSchemas>(), AnyOperation::of::<ListSchemaTypes>()];

/// A text that is no type is passed over, as in the original.
const ASSOCIATION_TYPES: Parameter<Vec<AssociationType>> = Parameter::list_of(
    "associationType",
    Kind::List,
    "Only subjects with an association of one of these types, key or value.",
    |[values]| Ok(values.all().filter_map(AssociationType::from_name).collect()),
);

const LIFECYCLES: Parameter<Vec<Option<Lifecycle>>> = Parameter::list_of(
    "lifecycle",
    Kind::ListOf(&["STRONG", "WEAK", "NONE"]),
    "Only subjects with an association of one of these lifecycles; NONE for those without an association.",
    |[values]| values.all().map(lifecycle).collect(),
);

fn lifecycle(text: &str) -> Result<Option<Lifecycle>, ApiError> {
    match Lifecycle::from_name(text) {
        None if text == "NONE" => Ok(None),
        None => Err(ApiError::UnconvertibleParameter),
        found => Ok(found),
    }
}

parameters! {
    struct ListSchemas {
        subject_prefix: String = Parameter::text(
            "subjectPrefix",
            "How the names of subjects begin, in the default context; :.context: and a beginning for another one, :*: for all.",
        ),
        aliases: bool = Parameter::flag(
            "aliases",
            "Whether subjects that aliases stand for are listed as well, with their aliases.",
        ),
        deleted: bool = DELETED,
        latest_only: bool = Parameter::flag("latestOnly", "Whether only the last version of each subject is listed."),
        rule_type: Option<String> = Parameter::optional_text("ruleType", "Only versions that have a rule of this type."),
        resource_type: Option<String> = Parameter::optional_text(
            "resourceType",
            "Only subjects with an association to a resource of this kind.",
        ),
        association_types: Vec<AssociationType> = ASSOCIATION_TYPES,
        lifecycles: Vec<Option<Lifecycle>> = LIFECYCLES,
        paging: Paging = PAGING,
    }
}

impl Operation for ListSchemas {
    const DEFINITION: Definition = Definition::get(
        "/schemas",
        "getSchemas",
        Needs::ReadableOnly,
        ResponseBody::ListOf("ExtendedSchema"),
        "Lists versions with their schemas, by subject and version.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let listed = app
            .registry
            .list_schemas(&SchemaQuery {
                subject_prefix: self.subject_prefix,
                aliases: self.aliases,
                deleted: self.deleted,
                latest_only: self.latest_only,
                rule_type: self.rule_type,
                resource_type: self.resource_type,
                association_types: self.association_types,
                lifecycles: self.lifecycles,
                paging: self.paging,
            })
            .await?;
        let options = request.plain();
        let entities: Vec<ExtendedSchema<'_>> =
            listed.iter().map(|one| ExtendedSchema::of(one, &options)).collect();
        Ok(ApiResponse::json(&entities))
    }
}

parameters! {
    struct ListSchemaTypes {}
}

impl Operation for ListSchemaTypes {
    const DEFINITION: Definition = Definition::get(
        "/schemas/types",
        "getSchemaTypes",
        Needs::Nothing,
        ResponseBody::ListOf("String"),
        "The languages in which schemas can be registered.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        Ok(ApiResponse::json(&app.registry.schema_types().collect::<Vec<_>>()))
    }
}
