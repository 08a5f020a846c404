//! Every operation of the API. Each stands beside its handler, in the file of its resource.

use super::operation::AnyOperation;
use super::{
    aliases, associations, changes, compatibility, config, contexts, health, meta, mode, permissions,
    registration, schema_guids, schema_ids, schemas, subjects, tokens, versions,
};
use crate::config::{AuthenticationMethod, Settings};

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
    permissions::OPERATIONS,
    changes::OPERATIONS,
];

/// The operations that are served: those on associations where they are wanted, those on tokens where tokens are taken.
pub(super) fn served(settings: &Settings) -> impl Iterator<Item = &'static AnyOperation> + Clone {
    let associations = if settings.associations { associations::OPERATIONS } else { &[] };
    let takes_tokens = settings.authentication.takes(AuthenticationMethod::Bearer);
    let tokens = if takes_tokens { tokens::OPERATIONS } else { &[] };
    OPERATIONS.iter().chain(associations).copied().flatten().chain(tokens)
}

/// All operations.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static AnyOperation> + Clone {
    OPERATIONS.iter().chain(associations::OPERATIONS).copied().flatten().chain(tokens::OPERATIONS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::operation::Verb;
    use crate::security::{Needs, Permission, PermissionScope};

    /// The operations whose method says otherwise than what they do: they take a body, and change nothing.
    const POSTS_THAT_READ: [&str; 5] = [
        "post",
        "lookUpSchemaUnderSubject",
        "testCompatibilityBySubjectName",
        "testCompatibilityForSubject",
        "batchGetAssociations",
    ];

    #[test]
    fn each_operation_needs_a_permission_that_fits_its_method_and_its_path() {
        for operation in all() {
            let definition = &operation.definition;
            let name = definition.name;
            let reads = definition.method == Verb::Get || POSTS_THAT_READ.contains(&name);
            let told = match definition.permission {
                Needs::SubjectAnd(_, told) => Some(told),
                _ => None,
            };
            assert!(told.is_none_or(|told| !reads && !told.changes()), "{name} is told what it has changed");
            for permission in definition.permission.permissions().filter(|one| Some(*one) != told) {
                assert_eq!(permission.changes(), !reads, "{name} needs {permission}");
            }
            let names = |placeholder: &str| definition.path.contains(placeholder);
            let scopes: Vec<PermissionScope> =
                definition.permission.permissions().map(Permission::scope).collect();
            match definition.permission {
                // What is the sender's own.
                Needs::OwnTokens => assert!(definition.path.starts_with("/security/tokens"), "{name}"),
                Needs::Nothing => assert!(reads && !names("{"), "{name}"),
                Needs::ReadableOnly => assert!(reads && !names("{subject}"), "{name}"),
                Needs::SubjectsInside(_) => assert!(!reads && !names("{subject}"), "{name}"),
                Needs::Subject(_) | Needs::SubjectAnd(..) => assert!(names("subjects/{subject}"), "{name}"),
                Needs::Context(_) => assert!(names("/contexts/{context}"), "{name}"),
                Needs::SubjectOrContext { .. } => {
                    assert!(["/config/{subject}", "/mode/{subject}"].contains(&definition.path), "{name}");
                    assert_eq!(scopes, [PermissionScope::Subjects, PermissionScope::Global], "{name}");
                    continue;
                }
                Needs::Global(_) => {
                    assert!(!names("{subject}"), "{name}");
                    assert_eq!(scopes, [PermissionScope::Global], "{name}");
                    continue;
                }
            }
            assert!(scopes.iter().all(|scope| *scope == PermissionScope::Subjects), "{name}");
        }
    }
}
