//! Finding and writing associations.

use super::Token;
use crate::domain::{Association, AssociationType, Subject};

/// Which associations to give; a member that is `None` lets all pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AssociationFilter {
    /// Those of one subject.
    pub subject: Option<Subject>,
    /// Those of the resource with this id.
    pub resource_id: Option<String>,
    /// Those of resources with this name.
    pub resource_name: Option<String>,
    /// Those of resources in this namespace.
    pub resource_namespace: Option<String>,
    /// Those of resources of this kind.
    pub resource_type: Option<String>,
}

/// Changes to the associations of one resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssociationWrite {
    /// The id of the resource.
    pub resource_id: String,
    /// The kind of the resource.
    pub resource_type: String,
    /// The associations that the resource had when the decision was made, in any order.
    pub seen: Vec<Association>,
    /// The states of the subjects on which the decision was made: at least every subject whose associations change.
    pub expected: Vec<(Subject, Token)>,
    /// Subjects that nothing may refer to, since they become STRONG ones. `Conflict` if something does.
    pub unreferenced: Vec<Subject>,
    /// Associations to write, one per type at most; one of the same type is replaced.
    pub put: Vec<Association>,
    /// Associations to remove.
    pub remove: Vec<AssociationType>,
}
