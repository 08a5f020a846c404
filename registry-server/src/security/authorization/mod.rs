//! What one may do: rules, and the decisions by them.
//!
//! Rules stand in a file ([`Rules`]). A request is decided on for the one who sends it ([`Access`]): what is denied by a rule is
//! denied, what is allowed by another is allowed, and all else is denied. Whoever is a super user may do everything, within
//! the limits of the token that was shown.

mod access;
mod authorizer;
mod decision;
mod file;
mod pattern;
mod reach;
mod report;
mod role;
mod rule;

pub use access::Access;
pub use authorizer::Authorizer;
pub use decision::{Decision, Denial, Reason};
pub use file::RulesError;
pub use pattern::{InvalidPattern, SubjectPattern};
pub use report::{AccessError, AccessQuestion};
pub use rule::{Effect, PrincipalPattern, Rule, RuleOrigin, Rules};
