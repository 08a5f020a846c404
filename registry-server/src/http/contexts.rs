//! `/contexts`

use super::App;
use super::call::{Call, Reply};
use super::error::ApiError;
use crate::domain::Context;
use crate::service::RegistryError;

pub(super) async fn list(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let paging = call.query.paging()?;
    Ok(Reply::json(&app.registry.contexts(call.query.text("contextPrefix"), paging).await?))
}

pub(super) async fn delete(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let context = Context::parse(call.text(0)).map_err(|error| {
        RegistryError::BadRequest(format!("Context name '{}' cannot contain a colon", error.name))
    })?;
    app.registry.delete_context(&context, &call.actor).await?;
    Ok(Reply::no_content())
}
