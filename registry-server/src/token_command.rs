//! The subcommand `tokens`: issues, lists and revokes tokens of a registry that runs.

use std::io;

use serde_json::{Value, json};

use crate::passwd::read_secret;

/// What to do with tokens, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenCommand {
    /// The address of the registry.
    pub url: String,
    /// The user whose password is asked for; `None`: a token is asked for instead.
    pub user: Option<String>,
    /// What to do.
    pub action: TokenAction,
}

/// What to do with tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenAction {
    /// Issue one to who asks.
    Issue {
        /// What it is for.
        name: String,
        /// The seconds after which it ends, 0 for never; `None`: as the registry has it.
        seconds: Option<u32>,
        /// The permissions that it is limited to; empty: none.
        permissions: Vec<String>,
        /// What the names of subjects begin with that it is limited to; empty: none.
        prefixes: Vec<String>,
    },
    /// List those of who asks, or of everybody.
    List {
        /// Whether those of everybody.
        all: bool,
    },
    /// Revoke one of who asks, or of anybody.
    Revoke {
        /// Its id.
        id: String,
        /// Whether it may be anybody's.
        any: bool,
    },
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenCommandError {
    /// The password or token cannot be read.
    #[error("cannot read the password or token: {0}")]
    Unread(#[from] io::Error),
    /// The registry cannot be asked.
    #[error("cannot ask {url}: {reason}")]
    Unasked {
        /// Its address.
        url: String,
        /// Why.
        reason: String,
    },
    /// The registry refused.
    #[error("{url} answers {status}: {message}")]
    Refused {
        /// Its address.
        url: String,
        /// The status.
        status: u16,
        /// What it says.
        message: String,
    },
}

/// Does it, and prints what came back: a token that was issued alone on its line, a list as one JSON object a line.
///
/// # Errors
/// [`TokenCommandError`]
pub async fn run(command: &TokenCommand) -> Result<(), TokenCommandError> {
    let prompt = match &command.user {
        Some(user) => format!("Password for {user}: "),
        None => "Token: ".to_owned(),
    };
    let secret = read_secret(&prompt)?;
    let client = reqwest::Client::new();
    let at = |path: &str| format!("{}/security/tokens{path}", command.url.trim_end_matches('/'));
    let request = match &command.action {
        TokenAction::Issue { name, seconds, permissions, prefixes } => {
            let mut body = json!({ "name": name });
            if let Some(seconds) = seconds {
                body["expiresInSeconds"] = json!(seconds);
            }
            if !(permissions.is_empty() && prefixes.is_empty()) {
                body["scopes"] = json!([{ "permissions": permissions, "subjectPrefixes": prefixes }]);
            }
            client.post(at("")).json(&body)
        }
        TokenAction::List { all } => client.get(at(if *all { "" } else { "/own" })),
        TokenAction::Revoke { id, any } => {
            let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
            client.delete(at(&if *any { format!("/{id}") } else { format!("/own/{id}") }))
        }
    };
    let request = match &command.user {
        Some(user) => request.basic_auth(user, Some(secret)),
        None => request.bearer_auth(secret),
    };
    let answer = told(&command.url, request).await?;
    match &command.action {
        TokenAction::Issue { .. } => println!("{}", answer["token"].as_str().unwrap_or_default()),
        TokenAction::List { .. } => {
            answer.as_array().into_iter().flatten().for_each(|token| println!("{token}"));
        }
        TokenAction::Revoke { id, .. } => println!("{id} is revoked"),
    }
    Ok(())
}

/// The answer to a request that must succeed.
async fn told(url: &str, request: reqwest::RequestBuilder) -> Result<Value, TokenCommandError> {
    let unasked = |error: reqwest::Error| {
        let error = error.without_url();
        // What it wraps says more than itself.
        let reason = std::error::Error::source(&error)
            .map_or_else(|| error.to_string(), |inner| format!("{error}: {inner}"));
        TokenCommandError::Unasked { url: url.to_owned(), reason }
    };
    let answer = request.send().await.map_err(unasked)?;
    let status = answer.status();
    let bytes = answer.bytes().await.map_err(unasked)?;
    let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    if status.is_success() {
        return Ok(body);
    }
    let message = body["message"].as_str().unwrap_or("it says nothing more").to_owned();
    Err(TokenCommandError::Refused { url: url.to_owned(), status: status.as_u16(), message })
}
