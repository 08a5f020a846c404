//! Signed tokens: JSON Web Tokens of one issuer.

use std::time::{Duration, SystemTime};

use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde_json::{Map, Value};

mod claims;
mod keys;

use super::refusal::{Reason, Refusal};
use crate::config::TokenIssuer;
use crate::security::{Principal, Proof};
pub use keys::KeysError;
use keys::{FoundKeys, IssuerKeys};

/// The longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 16 * 1024;

/// The tokens of one issuer.
#[derive(Debug)]
pub(super) struct SignedTokens {
    issuer: TokenIssuer,
    keys: IssuerKeys,
}

/// What a token proved.
#[derive(Debug)]
pub(super) struct Proved {
    pub(super) principal: Principal,
    /// When it proves nothing any more, with what clocks may differ.
    pub(super) until: SystemTime,
}

impl SignedTokens {
    /// The tokens of an issuer; `None` where they are not taken.
    pub(super) fn load(issuer: &TokenIssuer) -> Result<Option<Self>, KeysError> {
        let Some(source) = &issuer.keys else { return Ok(None) };
        let keys = IssuerKeys::load(source.clone(), issuer.refresh)?;
        Ok(Some(Self { issuer: issuer.clone(), keys }))
    }

    /// Reads the keys again, where they are in a file.
    pub(super) fn reload(&self) -> Result<(), KeysError> {
        self.keys.reload()
    }

    /// Has old keys fetched again, while those that are known do.
    pub(super) fn refresh(&self) {
        self.keys.refresh();
    }

    /// How often keys were taken away, so that what they signed proves nothing any more.
    pub(super) fn withdrawals(&self) -> u64 {
        self.keys.withdrawals()
    }

    /// Whose token this is.
    pub(super) async fn verify(&self, token: &str) -> Result<Proved, Refusal> {
        if token.len() > MAX_TOKEN {
            return Err(Reason::Malformed.into());
        }
        let header = decode_header(token).map_err(|_| Reason::NoSignedToken)?;
        if !self.issuer.algorithms.contains(&header.alg) {
            return Err(Reason::AlgorithmNotTaken.into());
        }
        // What it says must be understood is nothing that is understood here.
        if header.crit.is_some() {
            return Err(Reason::Malformed.into());
        }
        let keys = self.keys.find(header.kid.as_deref(), header.alg).await?;
        Ok(self.read(token, header.alg, &keys)?)
    }

    fn read(&self, token: &str, algorithm: Algorithm, keys: &FoundKeys) -> Result<Proved, Reason> {
        let validation = self.validation(algorithm);
        let mut reason = Reason::UnknownKey;
        for key in keys.iter() {
            match decode::<Map<String, Value>>(token, key, &validation) {
                Ok(read) => return self.proved(&read.claims),
                Err(error) => reason = reason_of(&error),
            }
            if reason != Reason::WrongSignature {
                break;
            }
        }
        Err(reason)
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.leeway = self.issuer.clock_skew.as_secs();
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.issuer.issuer]);
        validation.set_audience(&self.issuer.audiences);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation
    }

    fn proved(&self, claims: &Map<String, Value>) -> Result<Proved, Reason> {
        let name = claims::name(claims, &self.issuer.name_claim).ok_or(Reason::MissingClaim)?;
        if !super::is_usable_name(name) {
            return Err(Reason::UnusableName);
        }
        if !claims::has_all(claims, &self.issuer.required_claims) {
            return Err(Reason::MissingClaim);
        }
        let groups = claims::groups(claims, &self.issuer.groups_claim);
        let seconds = claims.get("exp").and_then(Value::as_f64).unwrap_or_default();
        let end = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        let end = end.saturating_add(self.issuer.clock_skew);
        let until = SystemTime::UNIX_EPOCH.checked_add(end).unwrap_or(SystemTime::UNIX_EPOCH);
        Ok(Proved { principal: Principal::user(name, groups, Proof::SignedToken), until })
    }
}

fn reason_of(error: &jsonwebtoken::errors::Error) -> Reason {
    use jsonwebtoken::errors::ErrorKind as E;
    match error.kind() {
        E::InvalidSignature => Reason::WrongSignature,
        E::ExpiredSignature => Reason::Expired,
        E::ImmatureSignature => Reason::NotYetValid,
        E::InvalidIssuer => Reason::WrongIssuer,
        E::InvalidAudience => Reason::WrongAudience,
        E::MissingRequiredClaim(_) => Reason::MissingClaim,
        E::InvalidAlgorithm => Reason::AlgorithmNotTaken,
        _ => Reason::Malformed,
    }
}
