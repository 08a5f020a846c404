//! Every operation of the API. Each stands beside its handler, in the file of its resource.

use super::operation::AnyOperation;
use super::{
    aliases, associations, compatibility, config, contexts, health, meta, mode, registration, schema_guids,
    schema_ids, schemas, subjects, versions,
};

/// The operations that are always served, in the order of the description.
static OPERATIONS: &[&[AnyOperation]] = &[
    meta::OPERATIONS,
    health::OPERATIONS,
    schemas::OPERATIONS,
    schema_ids::OPERATIONS,
    schema_guids::OPERATIONS,
    subjects::OPERATIONS,
    versions::OPERATIONS,
    registration::OPERATIONS,
    compatibility::OPERATIONS,
    config::OPERATIONS,
    mode::OPERATIONS,
    contexts::OPERATIONS,
    aliases::OPERATIONS,
];

/// All operations; those on associations only if they are served.
pub(super) fn all(with_associations: bool) -> impl Iterator<Item = &'static AnyOperation> + Clone {
    let associations = if with_associations { associations::OPERATIONS } else { &[] };
    OPERATIONS.iter().chain(associations).copied().flatten()
}
