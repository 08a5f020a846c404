//! `/security/tokens`: tokens that this registry issues. An extension; the original has none.

use serde::Serialize;

use super::App;
use super::body::Entity;
use super::error::ApiError;
use super::json::{FromJson, Malformed, Members, Value};
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{Parameter, parameters};
use super::response::ApiResponse;
use crate::security::{Needs, Permission, Principal, Proof, Scope};
use crate::service::{RegistryError, TokenRequest};
use crate::store::ApiToken;

pub(super) static OPERATIONS: &[AnyOperation] = &[
    AnyOperation::of::<IssueToken>(),
    AnyOperation::of::<ListOwnTokens>(),
    AnyOperation::of::<RevokeOwnToken>(),
    AnyOperation::of::<ListTokens>(),
    AnyOperation::of::<RevokeToken>(),
];

/// How long a token lasts that nobody says otherwise of: 90 days.
const USUAL_SECONDS: u32 = 90 * 24 * 60 * 60;

/// A token as it is told.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenEntity<'a> {
    id: &'a str,
    name: &'a str,
    owner: &'a str,
    groups: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<&'a [Scope]>,
    created: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
}

impl<'a> TokenEntity<'a> {
    fn of(token: &'a ApiToken) -> Self {
        Self {
            id: &token.id,
            name: &token.name,
            owner: &token.owner,
            groups: &token.groups,
            scopes: token.scopes.as_deref(),
            created: token.created,
            expires: token.expires,
            last_used: token.last_used,
            token: None,
        }
    }
}

fn listed(tokens: &[ApiToken]) -> ApiResponse {
    ApiResponse::json(&tokens.iter().map(TokenEntity::of).collect::<Vec<_>>())
}

impl Entity for TokenRequest {
    const NAME: &'static str = "TokenRequest";
}

impl FromJson for TokenRequest {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, Self::NAME)?;
        only(&members, &["name", "expiresInSeconds", "scopes"])?;
        let seconds = members.get::<Option<i32>>("expiresInSeconds")?.flatten();
        let seconds = match seconds.map(u32::try_from) {
            None => Some(USUAL_SECONDS),
            Some(Ok(0)) => None,
            Some(Ok(seconds)) => Some(seconds),
            Some(Err(_)) => return Err(Malformed::new("expiresInSeconds is 0, for never, or more")),
        };
        let scopes: Option<Vec<Scope>> = members.raw("scopes").map(|_| members.list("scopes")).transpose()?;
        Ok(Self { name: members.get("name")?.unwrap_or_default(), seconds, scopes })
    }
}

impl FromJson for Scope {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, "TokenScope")?;
        only(&members, &["permissions", "subjectPrefixes"])?;
        let permissions: Vec<String> = members.list("permissions")?;
        for name in &permissions {
            if Permission::from_name(name).is_none() {
                let known: Vec<&str> = Permission::ALL.iter().map(|one| one.as_str()).collect();
                return Err(Malformed::not_among("Permission", name, &known));
            }
        }
        let subject_prefixes: Vec<String> = members.list("subjectPrefixes")?;
        if permissions.is_empty() && subject_prefixes.is_empty() {
            return Err(Malformed::new(
                "a scope has permissions, subjectPrefixes or both; leave scopes out for no limit",
            ));
        }
        Ok(Self::new(permissions, subject_prefixes))
    }
}

/// Refuses other members: a limit with a wrong name would be none.
fn only(members: &Members<'_>, known: &[&str]) -> Result<(), Malformed> {
    match members.iter().find(|(name, _)| !known.contains(name)) {
        Some((name, _)) => Err(Malformed::not_among("member", name, known)),
        None => Ok(()),
    }
}

/// The sender, who must be somebody, and may change tokens: who has only a token could make it last for ever.
fn changer(request: &RequestInfo) -> Result<&Principal, ApiError> {
    let refused = |text: &str| ApiError::Registry(RegistryError::BadRequest(text.to_owned()));
    match request.principal.proof() {
        None => Err(refused(
            "Tokens belong to who asks for them, and nobody is asked here: set authentication.method",
        )),
        Some(Proof::ApiToken) => Err(refused(
            "A token of this registry changes no tokens: use a password, a signed token or a certificate",
        )),
        Some(_) => Ok(&request.principal),
    }
}

parameters! {
    struct IssueToken {}
}

impl Operation for IssueToken {
    const DEFINITION: Definition = Definition::post(
        "/security/tokens",
        "issueToken",
        Needs::OwnTokens,
        ResponseBody::One("IssuedToken"),
        "Issues a token to the sender; the answer alone has the token itself.",
    );
    type Body = TokenRequest;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        body: TokenRequest,
    ) -> Result<ApiResponse, ApiError> {
        let owner = changer(request)?;
        let issued = app.registry.issue_token(owner.name(), owner.groups(), body, &request.actor).await?;
        Ok(ApiResponse::json(&TokenEntity { token: Some(&issued.secret), ..TokenEntity::of(&issued.token) }))
    }
}

parameters! {
    struct ListOwnTokens {}
}

impl Operation for ListOwnTokens {
    const DEFINITION: Definition = Definition::get(
        "/security/tokens/own",
        "listOwnTokens",
        Needs::OwnTokens,
        ResponseBody::ListOf("Token"),
        "Lists the tokens of the sender.",
    )
    .of_the_moment();
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        if request.principal.is_anonymous() {
            return Ok(listed(&[]));
        }
        Ok(listed(&app.registry.tokens(Some(request.principal.name())).await?))
    }
}

parameters! {
    struct RevokeOwnToken {
        id: String = Parameter::path_text("id", "The id of the token."),
    }
}

impl Operation for RevokeOwnToken {
    const DEFINITION: Definition = Definition::delete(
        "/security/tokens/own/{id}",
        "revokeOwnToken",
        Needs::OwnTokens,
        ResponseBody::Empty,
        "Revokes a token of the sender.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let owner = changer(request)?;
        app.registry.revoke_token(&self.id, Some(owner.name()), &request.actor).await?;
        Ok(ApiResponse::no_content())
    }
}

parameters! {
    struct ListTokens {}
}

impl Operation for ListTokens {
    const DEFINITION: Definition = Definition::get(
        "/security/tokens",
        "listTokens",
        Needs::Global(Permission::TokenRead),
        ResponseBody::ListOf("Token"),
        "Lists the tokens of everybody.",
    )
    .of_the_moment();
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        Ok(listed(&app.registry.tokens(None).await?))
    }
}

parameters! {
    struct RevokeToken {
        id: String = Parameter::path_text("id", "The id of the token."),
    }
}

impl Operation for RevokeToken {
    const DEFINITION: Definition = Definition::delete(
        "/security/tokens/{id}",
        "revokeToken",
        Needs::Global(Permission::TokenWrite),
        ResponseBody::Empty,
        "Revokes a token of anybody.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        changer(request)?;
        app.registry.revoke_token(&self.id, None, &request.actor).await?;
        Ok(ApiResponse::no_content())
    }
}
