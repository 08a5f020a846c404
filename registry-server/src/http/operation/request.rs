//! Request information for operations, beside parameters and body.

use crate::http::entity_options::EntityOptions;
use crate::http::level::Level;
use crate::http::parameters::Input;
use crate::security::Principal;
use crate::store::Actor;

/// Information about a request that operations have beside parameters and body.
#[derive(Debug)]
pub(in crate::http) struct RequestInfo {
    /// Who sent it.
    pub(in crate::http) principal: Principal,
    /// The author of what it changes.
    pub(in crate::http) actor: Actor,
    /// Response level.
    pub(in crate::http) level: Level,
    input: Input,
}

impl RequestInfo {
    /// A request with the raw values of its parameters.
    pub(in crate::http) fn new(input: Input, principal: Principal, level: Level) -> Self {
        Self { actor: principal.actor(), principal, level, input }
    }

    /// Path and query, from which the parameters are read. Not for handlers: they have what their operation declares.
    pub(super) fn input(&self) -> &Input {
        &self.input
    }

    /// Options of entities that nothing was asked of.
    pub(in crate::http) fn plain(&self) -> EntityOptions {
        EntityOptions { level: self.level, ..EntityOptions::default() }
    }
}
