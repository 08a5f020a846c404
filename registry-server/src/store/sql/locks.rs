//! The locks of a write: what to take, and in which order (storage §3).

use sha2::{Digest as _, Sha256};

use crate::domain::{Context, Subject};
use crate::store::DecisionBasis;

/// A thing that can be locked. The order of the variants is the order in which locks are taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    /// The registry as a whole, and the settings of `.__GLOBAL`.
    Registry,
    /// A context and its settings.
    Context(Context),
    /// A subject: versions, settings, associations.
    Subject(Context, String),
    /// A resource: kind and id.
    Resource(String, String),
}

/// The locks of one write. Asking for a lock twice takes it once, exclusively if either asked for that.
///
/// Locks are advisory: they live in the memory of the database server, so taking them writes nothing, and what does not
/// exist yet can be locked as well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LockSet(std::collections::BTreeMap<Target, bool>);

impl LockSet {
    /// The locks that every write to a subject takes: the registry and the contexts whose settings are in scope of it
    /// shared, the subject itself exclusively.
    pub(super) fn to_write(subject: &Subject) -> Self {
        Self::in_context(subject.context()).subject(subject)
    }

    /// The shared locks of a write somewhere in a context.
    pub(super) fn in_context(context: &Context) -> Self {
        let mut locks = Self::default();
        locks.want(Target::Registry, false);
        locks.want(Target::Context(Context::default_context()), false);
        locks.want(Target::Context(context.clone()), false);
        locks
    }

    /// Adds the exclusive lock of the registry: no other write runs meanwhile.
    pub(super) fn registry(mut self) -> Self {
        self.want(Target::Registry, true);
        self
    }

    /// Adds the exclusive lock of a context: no other write in its scope runs meanwhile.
    pub(super) fn context(mut self, context: &Context) -> Self {
        if context.is_global() {
            return self.registry();
        }
        self.want(Target::Context(context.clone()), true);
        self
    }

    /// Adds the exclusive lock of a subject.
    pub(super) fn subject(mut self, subject: &Subject) -> Self {
        self.want(Target::Context(subject.context().clone()), false);
        self.want(Target::Subject(subject.context().clone(), subject.name().to_owned()), true);
        self
    }

    /// Adds the shared lock of a subject that is referred to, so that none of its versions goes away meanwhile.
    pub(super) fn referenced(mut self, subject: &Subject) -> Self {
        self.want(Target::Subject(subject.context().clone(), subject.name().to_owned()), false);
        self
    }

    /// Adds the exclusive lock of a resource.
    pub(super) fn resource(mut self, kind: &str, id: &str) -> Self {
        self.want(Target::Resource(kind.to_owned(), id.to_owned()), true);
        self
    }

    /// Takes the locks of both.
    pub(super) fn with(mut self, other: Self) -> Self {
        for (target, exclusive) in other.0 {
            self.want(target, exclusive);
        }
        self
    }

    /// The things that a write with these locks was decided on: the subjects and contexts that it locks, and with a resource or a
    /// subject that is referred to, associations.
    pub(super) fn decision_basis(&self) -> DecisionBasis {
        let mut basis = DecisionBasis::default();
        for (target, exclusive) in &self.0 {
            match target {
                Target::Registry | Target::Context(_) if !exclusive => {}
                Target::Registry => basis.subjects.push(Subject::of_context(Context::global())),
                Target::Context(context) => basis.subjects.push(Subject::of_context(context.clone())),
                Target::Subject(context, name) => {
                    basis.subjects.push(Subject::new(context.clone(), name));
                    basis.associations |= !exclusive;
                }
                Target::Resource(..) => basis.associations = true,
            }
        }
        basis
    }

    fn want(&mut self, target: Target, exclusive: bool) {
        *self.0.entry(target).or_default() |= exclusive;
    }

    /// The keys, and whether each is exclusive, in the order in which every write takes them. Two targets that meet in one
    /// 64-bit key only wait for each other needlessly.
    pub(super) fn in_order(&self, schema: &str) -> (Vec<i64>, Vec<bool>) {
        self.0.iter().map(|(target, exclusive)| (key(schema, target), *exclusive)).unzip()
    }
}

/// The channel on which the nodes of a registry wake each other.
pub(super) fn channel(schema: &str) -> String {
    format!("schema_registry_{:016x}", key(schema, &Target::Registry))
}

fn key(schema: &str, target: &Target) -> i64 {
    let parts: [&str; 3] = match target {
        Target::Registry => ["registry", "", ""],
        Target::Context(context) => ["context", context.as_str(), ""],
        Target::Subject(context, name) => ["subject", context.as_str(), name],
        Target::Resource(kind, id) => ["resource", kind, id],
    };
    let mut hash = Sha256::new();
    for part in [schema].iter().chain(&parts) {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    let digest: [u8; 32] = hash.finalize().into();
    digest.iter().take(8).fold(0_i64, |key, byte| (key << 8) | i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_write_takes_its_locks_in_one_order() {
        let a = Subject::parse(":.c:a");
        let b = Subject::parse(":.c:b");
        let (keys, exclusive) = LockSet::to_write(&a).referenced(&b).in_order("public");
        let (other_keys, other_exclusive) = LockSet::to_write(&b).referenced(&a).in_order("public");
        assert_eq!(keys, other_keys);
        assert_eq!(exclusive, [false, false, false, true, false]);
        assert_eq!(other_exclusive, [false, false, false, false, true]);
    }

    #[test]
    fn the_stronger_lock_wins() {
        let subject = Subject::parse("s");
        let (_, exclusive) = LockSet::to_write(&subject).referenced(&subject).in_order("public");
        assert_eq!(exclusive, [false, false, true]);
        let (_, exclusive) =
            LockSet::in_context(&Context::default_context()).context(&Context::global()).in_order("public");
        assert_eq!(exclusive, [true, false]);
    }

    #[test]
    fn a_refused_write_tells_what_it_was_decided_on() {
        let subject = |text: &str| Subject::parse(text);
        let own = subject(":.c:a");
        for (locks, subjects, associations) in [
            (LockSet::to_write(&own), vec![":.c:a"], false),
            (LockSet::to_write(&own).referenced(&subject("b")), vec!["b", ":.c:a"], true),
            (LockSet::in_context(own.context()).context(own.context()), vec![":.c:"], false),
            (LockSet::in_context(own.context()).context(&Context::global()), vec![":.__GLOBAL:"], false),
            (LockSet::to_write(&own).resource("topic", "id"), vec![":.c:a"], true),
        ] {
            let subjects = subjects.into_iter().map(subject).collect();
            assert_eq!(locks.decision_basis(), DecisionBasis { subjects, associations });
        }
    }

    #[test]
    fn registries_in_other_schemas_have_other_keys() {
        let locks = LockSet::default().registry();
        assert_ne!(locks.in_order("public"), locks.in_order("other"));
    }
}
