//! Whether the sender of a request may have it carried out. What the path names is checked when operation and aliases are known and
//! before the body is read; what else a request is about, where the service meets it.

use axum::http::request::Parts;

use super::App;
use super::admission::principal_of;
use super::operation::Definition;
use crate::domain::{Context, Subject};
use crate::security::{Access, Denial, Needs, Permission};
use crate::service::RegistryError;

/// Leaves with a request what its sender may do, unless that is everything.
pub(super) fn note_access(app: &App, parts: &mut Parts) {
    if let Some(access) = app.authorizer.access(&principal_of(parts)) {
        parts.extensions.insert(access);
    }
}

/// What the sender of a request may do; `None` for everything.
pub(super) fn access_of(parts: &Parts) -> Option<&Access> {
    parts.extensions.get()
}

/// The state as the sender of a request sees it; `None` if it sees everything. `asked` is the subject that the path named before
/// an alias was followed.
///
/// # Errors
/// [`RegistryError::Denied`] if the operation needs a permission that the sender does not have.
pub(super) fn as_seen(
    app: &App,
    parts: &Parts,
    definition: &Definition,
    path: &[(&'static str, String)],
    asked: Option<Subject>,
) -> Result<Option<App>, RegistryError> {
    let Some(access) = access_of(parts) else { return Ok(None) };
    if let Some((permissions, subject)) = needed(definition.permission, path)
        && let Some(permission) =
            permissions.into_iter().flatten().find(|one| !access.permits(*one, subject.as_ref()))
    {
        // The target of an alias is no matter of who may not read it.
        let subject = subject.map(|subject| asked.unwrap_or(subject));
        return Err(RegistryError::Denied(Denial { permission, subject }));
    }
    Ok(Some(App { registry: app.registry.seen_by(access.clone()), ..app.clone() }))
}

/// The permissions that are needed in advance, and for which subject; `None` for the registry as a whole.
fn needed(
    needs: Needs,
    path: &[(&'static str, String)],
) -> Option<([Option<Permission>; 2], Option<Subject>)> {
    let value = |wanted: &str| {
        path.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    match needs {
        Needs::Nothing | Needs::OwnTokens | Needs::ReadableOnly | Needs::SubjectsInside(_) => None,
        Needs::Global(permission) => Some(([Some(permission), None], None)),
        Needs::Subject(permission) => {
            Some(([Some(permission), None], Some(Subject::parse(value("subject")))))
        }
        Needs::SubjectAnd(one, other) => {
            Some(([Some(one), Some(other)], Some(Subject::parse(value("subject")))))
        }
        Needs::SubjectOrContext { subject, global } => {
            let named = Subject::parse(value("subject"));
            let context = named.context();
            let is_global = context.is_wildcard()
                || (named.is_context() && (context.is_default() || context.is_global()));
            Some(if is_global { ([Some(global), None], None) } else { ([Some(subject), None], Some(named)) })
        }
        Needs::Context(permission) => {
            // What is no name of a context is refused when it is read.
            let context = Context::parse(value("context")).unwrap_or_else(|_| Context::default_context());
            Some(([Some(permission), None], Some(Subject::of_context(context))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::operations;

    /// The permission that an operation needs with this in the place of its placeholder.
    fn needed_for(name: &str, placeholder: &'static str, value: &str) -> String {
        let operation = operations::all().find(|one| one.definition.name == name).unwrap();
        match needed(operation.definition.permission, &[(placeholder, value.to_owned())]) {
            None => "nothing".to_owned(),
            Some((permissions, subject)) => {
                let names = permissions.into_iter().flatten().map(|permission| permission.to_string());
                let of = subject.map(|subject| format!(" {subject}")).unwrap_or_default();
                format!("{}{of}", names.collect::<Vec<_>>().join(" and "))
            }
        }
    }

    #[test]
    fn a_permission_is_asked_of_what_the_path_names() {
        for (name, placeholder, value, needed) in [
            ("listVersions", "subject", "orders", "SUBJECT_READ orders"),
            ("listVersions", "subject", ":.c:orders", "SUBJECT_READ :.c:orders"),
            ("register", "subject", ":.:orders", "SUBJECT_WRITE orders"),
            ("deleteSubject", "subject", "", "SUBJECT_DELETE "),
            ("modifyTags", "subject", "orders", "SUBJECT_WRITE and SUBJECT_READ orders"),
            ("restoreSchemaVersion", "subject", "orders", "SUBJECT_DELETE and SUBJECT_READ orders"),
            ("getSubjectLevelConfig", "subject", "orders", "SUBJECT_COMPATIBILITY_READ orders"),
            ("getSubjectLevelConfig", "subject", ":.c:", "SUBJECT_COMPATIBILITY_READ :.c:"),
            ("getSubjectLevelConfig", "subject", ":.:", "GLOBAL_COMPATIBILITY_READ"),
            ("updateSubjectLevelConfig", "subject", ":.__GLOBAL:", "GLOBAL_COMPATIBILITY_WRITE"),
            ("updateSubjectLevelConfig", "subject", ":*:", "GLOBAL_COMPATIBILITY_WRITE"),
            ("updateMode", "subject", ":.c", "SUBJECT_MODE_WRITE :.c:"),
            ("deleteSubjectMode", "subject", ":.", "GLOBAL_MODE_WRITE"),
            ("updateTopLevelMode", "subject", "", "GLOBAL_MODE_WRITE"),
            ("deleteContext", "context", "c", "CONTEXT_DELETE :.c:"),
            ("list", "subject", "", "nothing"),
            ("createAssociation", "subject", "", "nothing"),
            ("getLiveness", "subject", "", "nothing"),
        ] {
            assert_eq!(needed_for(name, placeholder, value), needed, "{name} {value}");
        }
    }
}
