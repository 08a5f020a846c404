//! Errors of a request. The texts are Confluent's, since clients match on them; which status and code goes with
//! which is decided in the HTTP layer alone.

use super::UnreadableSchema;
use crate::domain::{AssociationType, CompatibilityPolicy, Context, SchemaId, Subject, Version};
use crate::security::Denial;
use crate::store::StoreError;

/// Why a request was refused or could not be carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The one who asks is not permitted to do this.
    #[error("{0}")]
    Denied(Denial),
    /// The subject has no version that counts here.
    #[error("Subject '{0}' not found.")]
    SubjectNotFound(Subject),
    /// The subject has versions, but not this one; `latest` is shown as -1.
    #[error("Version {0} not found.")]
    VersionNotFound(i32),
    /// No schema has this id or GUID, which is shown as it was given.
    #[error("Schema {0} not found")]
    SchemaNotFound(String),
    /// No token has this id, or it is another's.
    #[error("Token '{0}' not found.")]
    TokenNotFound(String),
    /// No schema fits what was asked for.
    #[error("Schema not found")]
    NoSchema,
    /// A soft delete of a subject that is soft-deleted.
    #[error("Subject '{0}' was soft deleted.Set permanent=true to delete permanently")]
    SubjectSoftDeleted(Subject),
    /// A permanent delete of a subject that is not soft-deleted.
    #[error("Subject '{0}' was not deleted first before being permanently deleted")]
    SubjectNotSoftDeleted(Subject),
    /// A soft delete of a version that is soft-deleted.
    #[error("Subject '{0}' Version {1} was soft deleted.Set permanent=true to delete permanently")]
    VersionSoftDeleted(Subject, Version),
    /// A permanent delete of a version that is not soft-deleted.
    #[error("Subject '{0}' Version {1} was not deleted first before being permanently deleted")]
    VersionNotSoftDeleted(Subject, Version),
    /// The subject has no config of its own.
    #[error("Subject '{0}' does not have subject-level compatibility configured")]
    NoSubjectConfig(Subject),
    /// The subject has no mode of its own.
    #[error("Subject '{0}' does not have subject-level mode configured")]
    NoSubjectMode(Subject),
    /// The resource has no such association.
    #[error("Association for '{0}' not found.")]
    AssociationNotFound(String),
    /// The schema is incompatible with an earlier one.
    #[error("Schema being registered is incompatible with an earlier schema for subject \"{subject}\", details: [{}]", .messages.join(", "))]
    Incompatible {
        /// The subject.
        subject: Subject,
        /// Findings and the lines that go with them.
        messages: Vec<String>,
        /// Whether there is more to say than they do.
        can_be_explained: bool,
    },
    /// The resource has another association of that type.
    #[error("An association of type '{association_type}' already exists for resource '{resource}'")]
    AssociationTypeTaken {
        /// The type.
        association_type: AssociationType,
        /// The resource as the text names it.
        resource: String,
    },
    /// The subject is associated.
    #[error("An association already exists for subject '{0}'")]
    SubjectAssociated(Subject),
    /// The subject belongs to another resource.
    #[error("A strong association already exists for subject '{0}'")]
    SubjectOwned(Subject),
    /// An association needs a schema.
    #[error("No active (non-deleted) version exists for subject '{0}'")]
    NoActiveVersion(Subject),
    /// A frozen association was to be changed or removed. Two spaces, as in the original.
    #[error("The association of type  '{association_type}' is frozen for subject '{subject}'")]
    AssociationFrozen {
        /// The type.
        association_type: AssociationType,
        /// The subject.
        subject: Subject,
    },
    /// The schema, its type, a reference or the explicit version is wrong.
    #[error("{0}")]
    InvalidSchema(String),
    /// The schema's text, or what it refers to, cannot be read.
    #[error("{0}")]
    UnreadableSchema(Box<UnreadableSchema>),
    /// The text names no version.
    #[error(
        "The specified version '{0}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
    )]
    InvalidVersion(String),
    /// The text names no compatibility level.
    #[error(
        "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive"
    )]
    InvalidLevel,
    /// A policy of the original that is not offered here.
    #[error(
        "compatibilityPolicy {0} is not offered by this registry, so it is not stored: valid values are STRICT and LENIENT"
    )]
    PolicyNotOffered(CompatibilityPolicy),
    /// The text names no mode.
    #[error("Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD.")]
    InvalidMode,
    /// FORWARD for something else than `.__GLOBAL`.
    #[error("Forward mode only supported on global level")]
    ForwardNotGlobal,
    /// A write that the mode forbids.
    #[error("Subject {subject} in context {} is in read-only mode", shown(.subject.context()))]
    ReadOnly {
        /// The subject.
        subject: Subject,
    },
    /// A change of an association that the mode of its subject forbids. The original names the subject here as one of its
    /// context.
    #[error("Subject {} in context {} is in read-only mode", .0.name(), .0.context())]
    AssociationReadOnly(Subject),
    /// A change of the global config that the mode forbids. The original has no subject to name here.
    #[error("Subject null in context  is in read-only mode")]
    GloballyReadOnly,
    /// An id was given outside of import.
    #[error("Subject {subject} in context {} is not in import mode", shown(.subject.context()))]
    NotImporting {
        /// The subject.
        subject: Subject,
    },
    /// A plain registration while the mode is not READWRITE.
    #[error("Subject {subject} in context {} is not in read-write mode", shown(.subject.context()))]
    NotReadWrite {
        /// The subject.
        subject: Subject,
    },
    /// An import of an id that stands for other content.
    #[error("Overwrite new schema with id {id} in context {} is not permitted.", shown(.context))]
    IdTaken {
        /// The id.
        id: SchemaId,
        /// The context.
        context: Context,
    },
    /// Any other operation that is not allowed in the present state.
    #[error("{0}")]
    NotPermitted(String),
    /// Something refers to the version.
    #[error("One or more references exist to the schema {{magic=1,keytype=SCHEMA,subject={0},version={1}}}.")]
    ReferencesExist(Subject, Version),
    /// The subject cannot be written to.
    #[error("The specified subject '{0}' is not a valid.")]
    InvalidSubject(Subject),
    /// The subject was [taken to be new](super::Registry::if_new), and is not.
    #[error("Subject '{0}' is not new: register again")]
    NotNew(Subject),
    /// A text that no database can hold.
    #[error("Register operation failed because {0}")]
    Unstorable(String),
    /// The rule set is wrong.
    #[error("{0}")]
    InvalidRuleSet(String),
    /// The context still has versions.
    #[error("The specified context '{}' is not empty.", Subject::of_context(.0.clone()))]
    ContextNotEmpty(Context),
    /// A member of an association is wrong.
    #[error("The association specified an invalid value for property: '{property}', detail: {detail}")]
    InvalidAssociation {
        /// The member.
        property: &'static str,
        /// The fault.
        detail: String,
    },
    /// A request of a shape that means nothing, such as a negative offset.
    #[error("{0}")]
    BadRequest(String),
    /// Writers got in each other's way for too long.
    #[error("Register operation timed out")]
    Contention,
    /// The schema, with all that it is read and compared with, takes more than one request may.
    #[error(
        "The schema is too large: reading it, what it refers to and the versions that it is compared with takes more than {steps} steps"
    )]
    TooManySteps {
        /// The steps that are allowed.
        steps: u64,
    },
    /// More work waits than can be done soon.
    #[error("The registry is busy with other schemas. Try again in a moment")]
    Busy,
    /// The work was given up because the server stops.
    #[error("The server is stopping")]
    Interrupted,
    /// Sensitive metadata cannot be encrypted or decrypted.
    #[error(
        "Could not encrypt or decrypt metadata: the secret that the server has does not fit the database"
    )]
    Sealed(#[source] StoreError),
    /// The store cannot be reached, so nothing is known about the outcome.
    #[error("The database is not available. Try again in a moment")]
    Unavailable(#[source] StoreError),
    /// The database takes no writes for now.
    #[error("The database takes no writes: {0}")]
    Unwritable(&'static str),
    /// The database lacks writes that were acknowledged, and an operator has to confirm it first.
    #[error("Nothing was written: {0}")]
    LostWrites(String),
    /// The store failed.
    #[error("Error while talking to the database")]
    Store(#[source] StoreError),
}

impl RegistryError {
    /// Whether the schema itself is at fault, rather than what it is compared with or where it is to go.
    #[must_use]
    pub fn is_invalid_schema(&self) -> bool {
        matches!(self, Self::InvalidSchema(_) | Self::UnreadableSchema(_))
    }
}

/// A context as these texts name it: qualified, and empty for the default one.
fn shown(context: &Context) -> String {
    Subject::of_context(context.clone()).to_string()
}

impl From<StoreError> for RegistryError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unstorable { .. } => Self::Unstorable(error.to_string()),
            StoreError::Contention { .. } => Self::Contention,
            StoreError::Unwritable { reason } => Self::Unwritable(reason),
            StoreError::LostWrites { detail } => Self::LostWrites(detail),
            StoreError::Sealed { .. } => Self::Sealed(error),
            StoreError::Unavailable(_) => Self::Unavailable(error),
            StoreError::OutOfNumbers { .. } => Self::NotPermitted(error.to_string()),
            other => Self::Store(other),
        }
    }
}

/// The result of a service call.
pub type Result<T, E = RegistryError> = std::result::Result<T, E>;
