//! Why a request is refused before it is looked at.

use std::fmt;

/// A request whose sender is not known well enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nothing was shown, or nothing that proves who sends it: 401.
    Unproved(Reason),
    /// It is known who sends it, who has none of the roles that are needed: 403.
    WithoutRole,
    /// There were too many wrong attempts; the next ones are looked at after so many seconds: 429.
    TooManyFailures {
        /// The seconds.
        wait: u64,
    },
    /// What is needed to look at what was shown is away: 503.
    Unavailable(String),
}

/// What is wrong with what was shown. For the log; who sends it is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    NothingShown,
    Malformed,
    MethodNotTaken,
    UnknownUser,
    WrongPassword,
    UnusableName,
    NoMappingRule,
    NoSignedToken,
    AlgorithmNotTaken,
    UnknownKey,
    WrongSignature,
    Expired,
    NotYetValid,
    WrongIssuer,
    WrongAudience,
    MissingClaim,
    UnknownApiToken,
}

impl Reason {
    /// One line about it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NothingShown => "no credentials",
            Self::Malformed => "malformed credentials",
            Self::MethodNotTaken => "credentials of a kind that is not taken",
            Self::UnknownUser => "unknown user",
            Self::WrongPassword => "wrong password",
            Self::UnusableName => "a name that no principal can have",
            Self::NoMappingRule => "no mapping rule for the name in the certificate",
            Self::NoSignedToken => "neither a signed token that is taken nor one of this registry",
            Self::AlgorithmNotTaken => "a signature that is not taken",
            Self::UnknownKey => "a signature by a key that the issuer does not have",
            Self::WrongSignature => "a wrong signature",
            Self::Expired => "an expired token",
            Self::NotYetValid => "a token that is not valid yet",
            Self::WrongIssuer => "a token of another issuer",
            Self::WrongAudience => "a token for another audience",
            Self::MissingClaim => "a token without a claim that is needed",
            Self::UnknownApiToken => "an unknown, expired or revoked token of this registry",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unproved(reason) => f.write_str(reason.as_str()),
            Self::WithoutRole => f.write_str("without any of the roles that are needed"),
            Self::TooManyFailures { .. } => f.write_str("too many wrong attempts"),
            Self::Unavailable(what) => f.write_str(what),
        }
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self::Unproved(reason)
    }
}
