//! The REST interface without a socket, the service without HTTP, and the operator's commands.

mod answers;
mod endpoints;
mod level_7;
mod manners;
mod operator;
mod races;
mod service;
mod support;
