//! What a registry says no with.

use crate::context::{context_of, qualified};
use crate::registry::RegistryError;

/// The URL that errors name.
pub(super) const URL: &str = "mock://";

fn refused(status: u16, code: i32, message: String) -> RegistryError {
    RegistryError::Refused { url: URL.to_owned(), status, code, message }
}

pub(super) fn no_subject(subject: &str) -> RegistryError {
    refused(404, 40401, format!("Subject '{subject}' not found."))
}

pub(super) fn no_version(number: u32) -> RegistryError {
    refused(404, 40402, format!("Version {number} not found."))
}

pub(super) fn no_schema(name: impl std::fmt::Display) -> RegistryError {
    refused(404, 40403, format!("Schema {name} not found"))
}

pub(super) fn not_registered() -> RegistryError {
    refused(404, 40403, "Schema not found".to_owned())
}

pub(super) fn deleted_before(subject: &str, number: u32) -> RegistryError {
    let text = format!(
        "Subject '{subject}' Version {number} was soft deleted.Set permanent=true to delete permanently"
    );
    refused(404, 40406, text)
}

pub(super) fn incompatible(subject: &str, findings: &[String]) -> RegistryError {
    let text = format!(
        "Schema being registered is incompatible with an earlier schema for subject \"{subject}\", details: [{}]",
        findings.join(", ")
    );
    refused(409, 40901, text)
}

pub(super) fn invalid_schema(details: String) -> RegistryError {
    refused(422, 42201, details)
}

pub(super) fn invalid_version(number: u32) -> RegistryError {
    let text = format!(
        "The specified version '{number}' is not a valid version id. Allowed values are between [1, 2^31-1] and the \
         string \"latest\""
    );
    refused(422, 42202, text)
}

pub(super) fn referenced(subject: &str, number: u32) -> RegistryError {
    refused(
        422,
        42206,
        format!(
            "One or more references exist to the schema {{magic=1,keytype=SCHEMA,subject={subject},version={number}}}."
        ),
    )
}

pub(super) fn invalid_subject(subject: &str) -> RegistryError {
    refused(422, 42208, format!("The specified subject '{subject}' is not a valid."))
}

pub(super) fn read_only(subject: &str) -> RegistryError {
    let context = match context_of(subject) {
        "." => String::new(),
        context => qualified(context, ""),
    };
    refused(422, 42205, format!("Subject {subject} in context {context} is in read-only mode"))
}
