//! `/schemas/guids/{guid}`

use serde::Serialize;

use super::App;
use super::entities::SchemaString;
use super::entity_options::EntityOptions;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{Parameter, SCHEMA_VIEW, SchemaView, parameters};
use super::response::ApiResponse;
use crate::security::Needs;

pub(super) static OPERATIONS: &[AnyOperation] =
    &[AnyOperation::of::<GetSchemaByGuid>(), AnyOperation::of::<ListIdsOfGuid>()];

const GUID: Parameter<String> = Parameter::guid("guid", "The GUID of a schema.");

parameters! {
    struct GetSchemaByGuid {
        guid: String = GUID,
        view: SchemaView = SCHEMA_VIEW,
    }
}

impl Operation for GetSchemaByGuid {
    const DEFINITION: Definition = Definition::get(
        "/schemas/guids/{guid}",
        "getSchemaByGuid",
        Needs::ReadableOnly,
        ResponseBody::One("SchemaString"),
        "The schema with a GUID.",
    )
    .lasting();
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let found = app.registry.by_guid(&self.guid).await?;
        let view = EntityOptions::requested(app, request, &self.view, &found.home(), &found.content).await?;
        // Unlike a read by version, this one shows the GUID as it is stored.
        let options = EntityOptions { guid: None, ..view };
        Ok(ApiResponse::json(&SchemaString::of(&found, &options, false)))
    }
}

parameters! {
    struct ListIdsOfGuid {
        guid: String = GUID,
    }
}

#[derive(Serialize)]
struct ContextId {
    context: String,
    id: i32,
}

impl Operation for ListIdsOfGuid {
    const DEFINITION: Definition = Definition::get(
        "/schemas/guids/{guid}/ids",
        "getContextIds",
        Needs::ReadableOnly,
        ResponseBody::ListOf("ContextId"),
        "The ids of a GUID in every context.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let ids = app.registry.ids_by_guid(&self.guid).await?;
        let entities: Vec<ContextId> = ids
            .into_iter()
            .map(|(context, id)| ContextId { context: context.as_str().to_owned(), id: id.get() })
            .collect();
        Ok(ApiResponse::json(&entities))
    }
}
