//! Parameters that more than one operation has.

use super::{Parameter, Values};
use crate::domain::{Subject, VersionSelector};
use crate::http::error::ApiError;
use crate::service::{Paging, RegistryError};

/// The subject in the path.
pub(in crate::http) const SUBJECT: Parameter<Subject> =
    Parameter::path_subject("subject", "The subject; :.context:name for one in a context.");

/// The subject or context in the path whose settings are meant.
pub(in crate::http) const SUBJECT_OR_CONTEXT: Parameter<Subject> =
    Parameter::path_subject("subject", "A subject, or a whole context, :.context:.");

/// The version of that subject in the path.
pub(in crate::http) const VERSION: Parameter<VersionSelector> = Parameter::path_version(
    "version",
    "The number of a version; latest or -1 for the highest that is not deleted.",
);

/// Paging: offset and limit of a list.
pub(in crate::http) const PAGING: Parameter<Paging, 2> = Parameter::pair(
    &Parameter::number("offset", 0, Some(0), "How many to leave out at the beginning."),
    &Parameter::number("limit", -1, None, "How many to give at most; 0 or less for as many as are allowed."),
    |[offset, limit]| Ok(Paging { offset: offset.number()?, limit: limit.number()? }.check()?),
);

/// Includes soft-deleted versions.
pub(in crate::http) const DELETED: Parameter<bool> =
    Parameter::flag("deleted", "Whether soft-deleted versions count as well.");

/// Lists soft-deleted subjects or versions alone.
pub(in crate::http) const DELETED_ONLY: Parameter<bool> =
    Parameter::flag("deletedOnly", "Whether only what is soft-deleted is listed.");

/// Deletes for good instead of softly.
pub(in crate::http) const PERMANENT: Parameter<bool> =
    Parameter::flag("permanent", "Whether to delete for good what is soft-deleted already.");

/// Normalizes the schema that is sent.
pub(in crate::http) const NORMALIZE: Parameter<bool> =
    Parameter::flag("normalize", "Whether to bring the schema into its normal form first.");

/// Format of a schema's text.
pub(in crate::http) const FORMAT: Parameter<String> = Parameter::converted_text(
    "format",
    "The form of the text: resolved for Avro, ignore_extensions or serialized for Protobuf; any other is the stored one.",
    |[format]| offered_format(format),
);

/// The format that is asked for. What means something to the original that is not offered here is refused rather than
/// answered with another form.
fn offered_format(format: Values<'_>) -> Result<String, ApiError> {
    let format = format.first().unwrap_or_default();
    if format.eq_ignore_ascii_case("logical") {
        let text =
            "format=logical is not offered by this registry; leave it out to read schemas as they are stored";
        return Err(RegistryError::BadRequest(text.to_owned()).into());
    }
    Ok(format.to_owned())
}

/// The form in which a reader wants a stored schema.
#[derive(Debug)]
pub(in crate::http) struct SchemaView {
    /// Format of the text; empty for the stored one.
    pub(in crate::http) format: String,
    /// Whether references name their subjects with their context.
    pub(in crate::http) qualified_references: bool,
    /// The inline tags to list; `*` is all of them.
    pub(in crate::http) tags: Vec<String>,
}

/// Format, references and inline tags of a whole schema.
pub(in crate::http) const SCHEMA_VIEW: Parameter<SchemaView, 3> = Parameter::triple(
    &FORMAT,
    &Parameter::text(
        "referenceFormat",
        "qualified for references that name their subjects with the context.",
    ),
    &Parameter::list("findTags", "Inline tags to list with the entities that carry them; * for all."),
    |[format, references, tags]| {
        Ok(SchemaView {
            format: offered_format(format)?,
            qualified_references: references
                .first()
                .is_some_and(|text| text.eq_ignore_ascii_case("qualified")),
            tags: tags.all().map(str::to_owned).collect(),
        })
    },
);

/// Falls back to the settings of the context, the registry and the server.
pub(in crate::http) const DEFAULT_TO_GLOBAL: Parameter<bool> =
    Parameter::flag("defaultToGlobal", "Whether to answer with what is in force where nothing is set here.");
