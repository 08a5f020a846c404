//! What an operation needs its sender to be permitted, and of what.

use super::Permission;

/// The permission that an operation needs. It is a part of the operation's definition, so none can be without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Needs {
    /// Nothing: it tells what everybody may know.
    Nothing,
    /// Nothing: it is about tokens of its sender.
    OwnTokens,
    /// A permission for the registry as a whole.
    Global(Permission),
    /// A permission for the subject that the path names, when aliases were followed.
    Subject(Permission),
    /// Two permissions for the subject that the path names: to change what is there, and to be told of it.
    SubjectAnd(Permission, Permission),
    /// A permission for the subject or the context that the path names; the default context stands for the registry as a
    /// whole, which has another permission.
    SubjectOrContext {
        /// Of a subject, or of another context.
        subject: Permission,
        /// Of the default context.
        global: Permission,
    },
    /// A permission for the context that the path names.
    Context(Permission),
    /// Nothing in advance: it answers with what its sender may read, and as if there were nothing else.
    ReadableOnly,
    /// A permission for each of the subjects that the body, or what is stored, names.
    SubjectsInside(Permission),
}

impl Needs {
    /// To read the configuration that the path names.
    pub(crate) const COMPATIBILITY_READ: Self = Self::SubjectOrContext {
        subject: Permission::SubjectCompatibilityRead,
        global: Permission::GlobalCompatibilityRead,
    };
    /// To change it.
    pub(crate) const COMPATIBILITY_WRITE: Self = Self::SubjectOrContext {
        subject: Permission::SubjectCompatibilityWrite,
        global: Permission::GlobalCompatibilityWrite,
    };
    /// To read the mode that the path names.
    pub(crate) const MODE_READ: Self =
        Self::SubjectOrContext { subject: Permission::SubjectModeRead, global: Permission::GlobalModeRead };
    /// To change it.
    pub(crate) const MODE_WRITE: Self =
        Self::SubjectOrContext { subject: Permission::SubjectModeWrite, global: Permission::GlobalModeWrite };

    /// The permissions that it may ask for.
    pub(crate) fn permissions(self) -> impl Iterator<Item = Permission> {
        let (one, other) = match self {
            Self::Nothing | Self::OwnTokens => (None, None),
            Self::ReadableOnly => (Some(Permission::SubjectRead), None),
            Self::Global(one) | Self::Subject(one) | Self::Context(one) | Self::SubjectsInside(one) => {
                (Some(one), None)
            }
            Self::SubjectOrContext { subject, global } => (Some(subject), Some(global)),
            Self::SubjectAnd(one, other) => (Some(one), Some(other)),
        };
        one.into_iter().chain(other)
    }
}
