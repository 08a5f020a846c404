//! `/contexts`

use super::App;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{PAGING, Parameter, parameters};
use super::response::ApiResponse;
use crate::domain::Context;
use crate::security::{Needs, Permission};
use crate::service::{Paging, RegistryError};

pub(super) static OPERATIONS: &[AnyOperation] =
    &[AnyOperation::of::<ListContexts>(), AnyOperation::of::<DeleteContext>()];

parameters! {
    struct ListContexts {
        paging: Paging = PAGING,
        prefix: String = Parameter::text("contextPrefix", "How the names of the contexts begin."),
    }
}

impl Operation for ListContexts {
    const DEFINITION: Definition = Definition::get(
        "/contexts",
        "listContexts",
        Needs::ReadableOnly,
        ResponseBody::ListOf("String"),
        "Lists contexts.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        Ok(ApiResponse::json(&app.registry.contexts(&self.prefix, self.paging).await?))
    }
}

parameters! {
    struct DeleteContext {
        context: Context = Parameter::new(
            Parameter::path_text("context", "The context, with its leading dot or without.").declarations[0],
            |[values]| {
                let context = Context::parse(values.first().unwrap_or_default());
                Ok(context.map_err(|error| {
                    RegistryError::BadRequest(format!("Context name '{}' cannot contain a colon", error.name))
                })?)
            },
        ),
    }
}

impl Operation for DeleteContext {
    const DEFINITION: Definition = Definition::delete(
        "/contexts/{context}",
        "deleteContext",
        Needs::Context(Permission::ContextDelete),
        ResponseBody::Empty,
        "Takes an empty context off the list.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        app.registry.delete_context(&self.context, &request.actor).await?;
        Ok(ApiResponse::no_content())
    }
}
