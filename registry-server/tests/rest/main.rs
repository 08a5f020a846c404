//! The REST interface over a registry in memory, without a socket, and the service without HTTP.

mod endpoints;
mod json_schema;
mod level_7;
mod listings;
mod manners;
mod registration;
mod service;
mod support;
