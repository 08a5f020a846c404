//! Authentication: what a request shows of its sender becomes a principal, or is refused.
//!
//! A client chooses one of the methods that are on. What was right a moment ago is not computed again; what is wrong is
//! counted for its address and the name that it claims.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};

mod api_tokens;
mod attempts;
mod bearer;
mod certificate;
mod credentials;
mod passwords;
mod refusal;
mod remembered;
#[cfg(test)]
mod tests;

use self::api_tokens::ShownTokens;
use self::attempts::{Attempts, Trying};
use self::bearer::SignedTokens;
use self::credentials::Credentials;
use self::passwords::Passwords;
use self::remembered::{Remembered, Shown};
use super::{Principal, Proof};
use crate::config::{Authentication, AuthenticationMethod};
pub(crate) use api_tokens::TokenStore;
pub use bearer::KeysError;
pub use passwords::{PasswordFileError, set_password};
pub(crate) use refusal::{Reason, Refusal};

/// Finds out who sends a request. A clone is the same.
#[derive(Clone, Debug)]
pub(crate) struct Authenticator(Arc<Methods>);

/// What the methods need that are on.
#[derive(Debug)]
struct Methods {
    settings: Authentication,
    passwords: Option<Passwords>,
    signed_tokens: Option<SignedTokens>,
    api_tokens: ShownTokens,
    remembered: Remembered,
    /// The withdrawals of keys that what is remembered knows of.
    withdrawals: AtomicU64,
    attempts: Attempts,
}

/// Why authentication cannot begin, or what was to be read again is not in force.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticationError {
    /// The users cannot be used.
    #[error(transparent)]
    Users(#[from] PasswordFileError),
    /// The keys of the issuer of tokens cannot be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The system gives no random bytes.
    #[error("the system gave no random bytes: {0}")]
    NoRandomness(getrandom::Error),
}

/// What is known of the sender of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sender<'a> {
    /// What it claims.
    pub(crate) headers: &'a HeaderMap,
    /// Its address, where it is known.
    pub(crate) address: Option<IpAddr>,
    /// Its certificate, which was verified, as DER.
    pub(crate) certificate: Option<&'a [u8]>,
}

/// Whether somebody can have this name. It stands in logs and in rules.
pub(crate) fn is_usable_name(name: &str) -> bool {
    let is_plain = !name.is_empty() && name.len() <= 1024 && !name.chars().any(char::is_control);
    is_plain && name != "*" && name != super::principal::ANONYMOUS && name.trim() == name
}

impl Authenticator {
    /// Reads what the methods need that are on.
    ///
    /// # Errors
    /// [`AuthenticationError`]
    pub(crate) fn load(settings: &Authentication) -> Result<Self, AuthenticationError> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(AuthenticationError::NoRandomness)?;
        let is_on = |method| settings.takes(method);
        let passwords = is_on(AuthenticationMethod::Basic).then(|| Passwords::load(settings)).transpose()?;
        let signed_tokens = match is_on(AuthenticationMethod::Bearer) {
            true => SignedTokens::load(&settings.issuer)?,
            false => None,
        };
        Ok(Self(Arc::new(Methods {
            settings: settings.clone(),
            passwords,
            signed_tokens,
            api_tokens: ShownTokens::new(),
            remembered: Remembered::new(settings.memory, &key),
            withdrawals: AtomicU64::new(0),
            attempts: Attempts::new(settings.failures_per_minute),
        })))
    }

    /// Reads users and keys again. What was found right with the old ones is forgotten.
    ///
    /// # Errors
    /// [`AuthenticationError`] for what cannot be used; what was in force before still is.
    pub(crate) fn reload(&self) -> Result<(), AuthenticationError> {
        let methods = &*self.0;
        let users = methods.passwords.as_ref().map_or(Ok(()), |users| users.reload(&methods.settings));
        let keys = methods.signed_tokens.as_ref().map_or(Ok(()), SignedTokens::reload);
        // One of the two may be new where the other cannot be read.
        methods.remembered.forget();
        users?;
        keys?;
        Ok(())
    }

    /// Whether nobody is asked. Who shows a certificate is known nevertheless.
    pub(crate) fn asks_nobody(&self) -> bool {
        self.0.settings.methods.is_empty()
    }

    /// Who sends a request.
    ///
    /// # Errors
    /// [`Refusal`] when that is not known well enough.
    pub(crate) async fn principal(
        &self,
        sender: Sender<'_>,
        tokens: TokenStore<'_>,
    ) -> Result<Principal, Refusal> {
        let methods = &*self.0;
        if self.asks_nobody() {
            return match sender.certificate {
                Some(certificate) => Ok(methods.of_certificate(certificate)?),
                None => Ok(Principal::anonymous()),
            };
        }
        let principal = match (header(sender.headers)?, sender.certificate) {
            (Some(header), _) => methods.of_header(header, sender.address, tokens).await?,
            (None, Some(certificate)) if methods.settings.takes(AuthenticationMethod::Certificate) => {
                methods.of_certificate(certificate)?
            }
            (None, _) => return Err(Reason::NothingShown.into()),
        };
        if methods.has_role(&principal) { Ok(principal) } else { Err(Refusal::WithoutRole) }
    }

    /// What a client is told that may show more.
    pub(crate) fn challenges(&self, refusal: &Refusal) -> Vec<HeaderValue> {
        let settings = &self.0.settings;
        let realm = &settings.realm;
        let was_shown = !matches!(refusal, Refusal::Unproved(Reason::NothingShown));
        let error = if was_shown { ", error=\"invalid_token\"" } else { "" };
        let texts = settings.methods.iter().filter_map(|method| match method {
            AuthenticationMethod::Basic => Some(format!("Basic realm=\"{realm}\"")),
            AuthenticationMethod::Bearer => Some(format!("Bearer realm=\"{realm}\"{error}")),
            AuthenticationMethod::Certificate => None,
        });
        texts.filter_map(|text| HeaderValue::try_from(text).ok()).collect()
    }
}

/// The one header with credentials.
fn header(headers: &HeaderMap) -> Result<Option<&HeaderValue>, Reason> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    match (all.next(), all.next()) {
        (one, None) => Ok(one),
        _ => Err(Reason::Malformed),
    }
}

impl Methods {
    fn has_role(&self, principal: &Principal) -> bool {
        self.settings.roles.iter().any(|role| role == "*" || role == "**" || principal.is_in(role))
    }

    /// Whose certificate this is.
    fn of_certificate(&self, der: &[u8]) -> Result<Principal, Reason> {
        let mark = self.remembered.mark(Shown::Certificate, der);
        if let Some(principal) = self.remembered.find(&mark, SystemTime::now()) {
            return Ok(principal);
        }
        let epoch = self.remembered.epoch();
        let name = certificate::distinguished_name(der).ok_or(Reason::Malformed)?;
        let name = self.settings.principal_rules.principal(&name).ok_or(Reason::NoMappingRule)?;
        if !is_usable_name(&name) {
            return Err(Reason::UnusableName);
        }
        let principal = Principal::user(name, [""; 0], Proof::Certificate);
        self.remembered.keep(mark, &principal, epoch, None);
        Ok(principal)
    }

    /// Whose credentials these are.
    async fn of_header(
        &self,
        header: &HeaderValue,
        address: Option<IpAddr>,
        tokens: TokenStore<'_>,
    ) -> Result<Principal, Refusal> {
        if let Some(token) = api_tokens::shown(header) {
            return self.of_api_token(token, address, tokens).await;
        }
        self.learn_of_withdrawals();
        let mark = self.remembered.mark(Shown::Header, header.as_bytes());
        if let Some(principal) = self.remembered.find(&mark, SystemTime::now()) {
            return Ok(principal);
        }
        let epoch = self.remembered.epoch();
        let (principal, until) = match Credentials::of(header)? {
            Credentials::Basic { name, password } => {
                (self.of_password(&name, password, address).await?, None)
            }
            Credentials::Bearer(token) => self.of_token(token).await?,
        };
        self.remembered.keep(mark, &principal, epoch, until);
        Ok(principal)
    }

    async fn of_password(
        &self,
        name: &str,
        password: Vec<u8>,
        address: Option<IpAddr>,
    ) -> Result<Principal, Refusal> {
        let passwords = self.passwords.as_ref().ok_or(Reason::MethodNotTaken)?;
        passwords.verify(name, password, &self.attempts, Trying { address, name: Some(name) }).await
    }

    async fn of_api_token(
        &self,
        token: &str,
        address: Option<IpAddr>,
        tokens: TokenStore<'_>,
    ) -> Result<Principal, Refusal> {
        if !self.settings.takes(AuthenticationMethod::Bearer) {
            return Err(Reason::MethodNotTaken.into());
        }
        if let Some(principal) = self.api_tokens.find(token, tokens).await? {
            return Ok(principal);
        }
        let trying = Trying { address, name: None };
        if let Some(wait) = self.attempts.wait(trying) {
            return Err(Refusal::TooManyFailures { wait });
        }
        // It may have been issued a moment ago, by another node.
        if let Some(principal) = self.api_tokens.find_anew(token, tokens).await? {
            return Ok(principal);
        }
        self.attempts.note(trying);
        Err(Reason::UnknownApiToken.into())
    }

    async fn of_token(&self, token: &str) -> Result<(Principal, Option<SystemTime>), Refusal> {
        if !self.settings.takes(AuthenticationMethod::Bearer) {
            return Err(Reason::MethodNotTaken.into());
        }
        let signed = self.signed_tokens.as_ref().ok_or(Reason::NoSignedToken)?;
        let proved = signed.verify(token).await?;
        Ok((proved.principal, Some(proved.until)))
    }

    /// Forgets what was found right, if a key is not among those of the issuer any more.
    fn learn_of_withdrawals(&self) {
        let Some(signed) = &self.signed_tokens else { return };
        signed.refresh();
        let now = signed.withdrawals();
        if self.withdrawals.swap(now, Ordering::AcqRel) != now {
            self.remembered.forget();
        }
    }
}
