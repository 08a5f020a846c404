//! `/aliases`, which the original does not have: there an alias is found only by whoever knows what it stands for.

use serde::Serialize;

use super::App;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{PAGING, Parameter, parameters};
use super::response::ApiResponse;
use crate::security::Needs;
use crate::service::{Alias, Paging};

pub(super) static OPERATIONS: &[AnyOperation] = &[AnyOperation::of::<ListAliases>()];

parameters! {
    struct ListAliases {
        prefix: String = Parameter::text_or(
            "subjectPrefix",
            ":*:",
            "Context and beginning of the aliases; :*: for all contexts, empty for the default context.",
        ),
        paging: Paging = PAGING,
    }
}

#[derive(Serialize)]
struct AliasEntity {
    alias: String,
    subject: String,
}

impl AliasEntity {
    fn of(alias: &Alias) -> Self {
        Self { alias: alias.alias.to_string(), subject: alias.subject.to_string() }
    }
}

impl Operation for ListAliases {
    const DEFINITION: Definition = Definition::get(
        "/aliases",
        "listAliases",
        Needs::ReadableOnly,
        ResponseBody::ListOf("Alias"),
        "Subjects that stand for other subjects, and for which.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let aliases = app.registry.aliases(&self.prefix, self.paging).await?;
        Ok(ApiResponse::json(&aliases.iter().map(AliasEntity::of).collect::<Vec<_>>()))
    }
}
