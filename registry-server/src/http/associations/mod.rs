//! `/associations`: rest-api §5.9.

mod batch;
mod change;
mod entities;
mod list;
mod requests;

use super::operation::AnyOperation;
use super::parameters::{Declaration, Kind, Parameter, Place};
use crate::domain::{Context, Subject};
use crate::service::TypeFilter;

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

const ASSOCIATION_TYPES: Parameter<TypeFilter> = Parameter::new(
    Declaration {
        name: "associationType",
        place: Place::Query,
        kind: Kind::List,
        description: "The types that count, key or value; none for both. Nothing has a type of another name.",
    },
    |[values]| Ok(TypeFilter::of_names(values.all().filter(|text| !text.is_empty()))),
);

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
