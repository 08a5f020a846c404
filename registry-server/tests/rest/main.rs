//! The REST interface without a socket, the service without HTTP, and the operator's commands.

mod answers;
mod authorization;
mod changes;
mod endpoints;
mod explain;
mod identity;
mod importing;
mod json_schema;
mod level_7;
mod listings;
mod manners;
mod metrics;
mod operator;
mod other_node;
mod outage;
mod parameters;
mod races;
mod reference;
mod registration;
mod repeated;
mod routes;
mod service;
mod statements;
mod support;
