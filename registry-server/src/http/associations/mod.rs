//! `/associations`: rest-api §5.9.

mod batch;
mod change;
mod entities;
mod list;
mod requests;

use super::operation::AnyOperation;
use super::parameters::{Declaration, Kind, Parameter, Place};
use crate::domain::{AssociationType, Context, Subject};
use crate::service::RegistryError;

pub(super) static OPERATIONS: &[&[AnyOperation]] = &[list::OPERATIONS, change::OPERATIONS, batch::OPERATIONS];

/// The kind of resource that is meant when nothing is said.
const TOPIC: &str = "topic";

const RESOURCE_ID: Parameter<String> = Parameter::path_text("resourceId", "The id of a resource.");

const RESOURCE_TYPE: Parameter<String> = Parameter::new(
    Declaration {
        name: "resourceType",
        place: Place::Query,
        kind: Kind::Text { default: TOPIC },
        description: "The kind of resource.",
    },
    |[values]| Ok(values.not_empty().unwrap_or(TOPIC).to_owned()),
);

/// A text that is no type is refused, unlike in the list of all schemas.
const ASSOCIATION_TYPES: Parameter<Vec<AssociationType>> = Parameter::list_of(
    "associationType",
    Kind::List,
    "The types that count, key or value; none for both.",
    |[values]| {
        let named = values.all().filter(|text| !text.is_empty());
        Ok(named.map(association_type).collect::<Result<_, RegistryError>>()?)
    },
);

fn association_type(text: &str) -> Result<AssociationType, RegistryError> {
    AssociationType::from_name(text).ok_or_else(|| RegistryError::InvalidAssociation {
        property: "associationType",
        detail: "must be either 'key' or 'value'".to_owned(),
    })
}

/// Set by the `/contexts/{context}` form of a path as well.
const CONTEXT: Parameter<Option<Context>> = Parameter::new(
    Declaration {
        name: "context",
        place: Place::Query,
        kind: Kind::Text { default: "" },
        description: "The context in which bare subjects are meant.",
    },
    |[values]| {
        let subject = |text: &str| Subject::parse(&format!(":{}", text.trim_matches(':')));
        Ok(values.not_empty().map(|text| subject(text).context().clone()))
    },
);

const DRY_RUN: Parameter<bool> = Parameter::flag("dryRun", "Whether to check everything and write nothing.");
