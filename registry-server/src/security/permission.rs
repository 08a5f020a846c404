//! What can be permitted: the names that rules are written with.

use std::fmt;

/// Something that one may be permitted to do.
///
/// The names of subjects and of the global configuration are those of the ACLs of Confluent's security plugin. What that has
/// no name for is ours: modes, contexts, exporters, keys, and what only this registry serves.
///
/// ```
/// use registry_server::security::{Permission, PermissionScope};
///
/// assert_eq!(Permission::from_name("SUBJECT_READ"), Some(Permission::SubjectRead));
/// assert_eq!(Permission::SubjectRead.scope(), PermissionScope::Subjects);
/// assert_eq!(Permission::GlobalRead.scope(), PermissionScope::Global);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Permission {
    /// Reading versions, schemas, metadata and associations of a subject, and checking schemas against it.
    SubjectRead,
    /// Registering under a subject, and changing its tags and associations.
    SubjectWrite,
    /// Deleting versions, softly or for good, and taking that back.
    SubjectDelete,
    /// Reading the configuration of a subject or of a context.
    SubjectCompatibilityRead,
    /// Changing the configuration of a subject or of a context, its alias included.
    SubjectCompatibilityWrite,
    /// Reading the mode of a subject or of a context.
    SubjectModeRead,
    /// Changing the mode of a subject or of a context.
    SubjectModeWrite,
    /// Removing an empty context.
    ContextDelete,
    /// Reading exporters.
    ExporterRead,
    /// Making, changing, running and removing exporters.
    ExporterWrite,
    /// Reading keys that encrypt data, the data keys of a subject included.
    KeyRead,
    /// Making and changing keys.
    KeyWrite,
    /// Deleting keys, and taking that back.
    KeyDelete,
    /// Reading what belongs to no subject and has no permission of its own.
    GlobalRead,
    /// Reading the global configuration.
    GlobalCompatibilityRead,
    /// Changing the global configuration.
    GlobalCompatibilityWrite,
    /// Reading the global mode.
    GlobalModeRead,
    /// Changing the global mode.
    GlobalModeWrite,
    /// Listing tokens of everybody.
    TokenRead,
    /// Issuing tokens for others, and revoking theirs.
    TokenWrite,
    /// Reading the rules, and who may do what by which of them.
    AccessRead,
    /// Changing the rules.
    AccessWrite,
    /// Reading the change log.
    ChangesRead,
    /// Reading metrics.
    MetricsRead,
}

/// What a permission is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionScope {
    /// One subject, or one context, which is its empty name.
    Subjects,
    /// The registry.
    Global,
}

impl Permission {
    /// Every permission, in the order of the documentation.
    pub const ALL: [Self; 24] = [
        Self::SubjectRead,
        Self::SubjectWrite,
        Self::SubjectDelete,
        Self::SubjectCompatibilityRead,
        Self::SubjectCompatibilityWrite,
        Self::SubjectModeRead,
        Self::SubjectModeWrite,
        Self::ContextDelete,
        Self::ExporterRead,
        Self::ExporterWrite,
        Self::KeyRead,
        Self::KeyWrite,
        Self::KeyDelete,
        Self::GlobalRead,
        Self::GlobalCompatibilityRead,
        Self::GlobalCompatibilityWrite,
        Self::GlobalModeRead,
        Self::GlobalModeWrite,
        Self::TokenRead,
        Self::TokenWrite,
        Self::AccessRead,
        Self::AccessWrite,
        Self::ChangesRead,
        Self::MetricsRead,
    ];

    /// The name in rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SubjectRead => "SUBJECT_READ",
            Self::SubjectWrite => "SUBJECT_WRITE",
            Self::SubjectDelete => "SUBJECT_DELETE",
            Self::SubjectCompatibilityRead => "SUBJECT_COMPATIBILITY_READ",
            Self::SubjectCompatibilityWrite => "SUBJECT_COMPATIBILITY_WRITE",
            Self::SubjectModeRead => "SUBJECT_MODE_READ",
            Self::SubjectModeWrite => "SUBJECT_MODE_WRITE",
            Self::ContextDelete => "CONTEXT_DELETE",
            Self::ExporterRead => "EXPORTER_READ",
            Self::ExporterWrite => "EXPORTER_WRITE",
            Self::KeyRead => "KEY_READ",
            Self::KeyWrite => "KEY_WRITE",
            Self::KeyDelete => "KEY_DELETE",
            Self::GlobalRead => "GLOBAL_READ",
            Self::GlobalCompatibilityRead => "GLOBAL_COMPATIBILITY_READ",
            Self::GlobalCompatibilityWrite => "GLOBAL_COMPATIBILITY_WRITE",
            Self::GlobalModeRead => "GLOBAL_MODE_READ",
            Self::GlobalModeWrite => "GLOBAL_MODE_WRITE",
            Self::TokenRead => "TOKEN_READ",
            Self::TokenWrite => "TOKEN_WRITE",
            Self::AccessRead => "ACCESS_READ",
            Self::AccessWrite => "ACCESS_WRITE",
            Self::ChangesRead => "CHANGES_READ",
            Self::MetricsRead => "METRICS_READ",
        }
    }

    /// The permission of a name, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        // What the plugin called it before 6.1.
        let name = if name.eq_ignore_ascii_case("GLOBAL_SUBJECTS_READ") { "GLOBAL_READ" } else { name };
        Self::ALL.into_iter().find(|permission| permission.as_str().eq_ignore_ascii_case(name))
    }

    /// The words for it in a refusal: `Read`, as in `User is denied operation Read on Subject: orders`.
    #[must_use]
    pub const fn operation(self) -> &'static str {
        match self {
            Self::SubjectRead | Self::GlobalRead => "Read",
            Self::SubjectWrite => "Write",
            Self::SubjectDelete => "Delete",
            Self::SubjectCompatibilityRead | Self::GlobalCompatibilityRead => "ReadCompatibility",
            Self::SubjectCompatibilityWrite | Self::GlobalCompatibilityWrite => "WriteCompatibility",
            Self::SubjectModeRead | Self::GlobalModeRead => "ReadMode",
            Self::SubjectModeWrite | Self::GlobalModeWrite => "WriteMode",
            Self::ContextDelete => "DeleteContext",
            Self::ExporterRead => "ReadExporter",
            Self::ExporterWrite => "WriteExporter",
            Self::KeyRead => "ReadKey",
            Self::KeyWrite => "WriteKey",
            Self::KeyDelete => "DeleteKey",
            Self::TokenRead => "ReadToken",
            Self::TokenWrite => "WriteToken",
            Self::AccessRead => "ReadAccess",
            Self::AccessWrite => "WriteAccess",
            Self::ChangesRead => "ReadChanges",
            Self::MetricsRead => "ReadMetrics",
        }
    }

    /// What it is asked of.
    #[must_use]
    pub const fn scope(self) -> PermissionScope {
        match self {
            Self::SubjectRead
            | Self::SubjectWrite
            | Self::SubjectDelete
            | Self::SubjectCompatibilityRead
            | Self::SubjectCompatibilityWrite
            | Self::SubjectModeRead
            | Self::SubjectModeWrite
            | Self::ContextDelete
            | Self::ExporterRead
            | Self::ExporterWrite
            | Self::KeyRead
            | Self::KeyWrite
            | Self::KeyDelete => PermissionScope::Subjects,
            Self::GlobalRead
            | Self::GlobalCompatibilityRead
            | Self::GlobalCompatibilityWrite
            | Self::GlobalModeRead
            | Self::GlobalModeWrite
            | Self::TokenRead
            | Self::TokenWrite
            | Self::AccessRead
            | Self::AccessWrite
            | Self::ChangesRead
            | Self::MetricsRead => PermissionScope::Global,
        }
    }

    /// Whether what it permits changes something.
    #[must_use]
    pub fn changes(self) -> bool {
        let name = self.as_str();
        name.ends_with("_WRITE") || name.ends_with("_DELETE")
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_permission_is_found_by_its_name_alone() {
        let names: BTreeSet<&str> = Permission::ALL.iter().map(|one| one.as_str()).collect();
        assert_eq!(names.len(), Permission::ALL.len());
        for permission in Permission::ALL {
            assert_eq!(Permission::from_name(permission.as_str()), Some(permission));
            assert_eq!(Permission::from_name(&permission.as_str().to_lowercase()), Some(permission));
        }
        assert_eq!(Permission::from_name("GLOBAL_SUBJECTS_READ"), Some(Permission::GlobalRead));
        assert_eq!(Permission::from_name("SUBJECT"), None);
    }
}
