//! The REST interface over a registry in memory, without a socket, and the service without HTTP.

mod endpoints;
mod json_schema;
mod level_7;
mod manners;
mod service;
mod support;
