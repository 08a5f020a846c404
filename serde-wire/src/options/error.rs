//! What is wrong with properties.

use super::nearest::suggestion;
use thiserror::Error;

/// A property that cannot be taken over. Values that may be secret are not shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PropertyError {
    /// No option has that name.
    #[error("{key:?} is no option of a serializer, a deserializer or a registry client{}", suggestion(*.nearest))]
    Unknown {
        /// The key.
        key: String,
        /// The option whose name is most like it, if one is like it at all.
        nearest: Option<&'static str>,
    },
    /// The option asks for what this crate does not do.
    #[error("{key} = {value:?} is refused: {reason}{}", suggestion(*.nearest))]
    Refused {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// What to do instead.
        reason: &'static str,
        /// The option that does most of it, if there is one.
        nearest: Option<&'static str>,
    },
    /// The option has no such value.
    #[error("{key} = {value:?} cannot be: {allowed} was expected")]
    Value {
        /// The key.
        key: String,
        /// The value, `[hidden]` when it may be secret.
        value: String,
        /// The values that are allowed.
        allowed: &'static str,
    },
    /// The option has no effect along with another one.
    #[error(
        "{key} has no effect while {with} is true, which it is unless it is set: set {with} to false, or leave out {key}"
    )]
    Conflict {
        /// The key.
        key: &'static str,
        /// The other one.
        with: &'static str,
    },
    /// Two options name different things for the same use.
    #[error("{key} and {with} are both set, and only one of them can count: leave out the other")]
    Both {
        /// The key.
        key: &'static str,
        /// The other one.
        with: &'static str,
    },
    /// An option that must be there is not.
    #[error("{0} is missing")]
    Missing(&'static str),
}
