//! How much memory remembered values hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::reads::CurrentId;
use crate::domain::{
    Association, AssociationType, Config, Content, Context, Guid, Lifecycle, Metadata, Reference, Rule,
    RuleSet, SchemaId, Subject, SubjectFilter, Version,
};
use crate::store::{
    AliasQuery, ApiToken, ApiTokens, AssociationCondition, AssociationFilter, Holder, Holders, Referrer,
    Scope, ScopeState, Setting, StoredVersion, SubjectQuery, SubjectState, VersionQuery,
};

/// Bytes that the allocator and its counters take beside what was asked for.
const ALLOCATION: usize = 24;
/// Bytes that a map or set takes for an entry beside key and value.
const NODE: usize = 16;

/// A value that knows its weight.
pub(super) trait Weigh {
    /// The bytes that it holds on the heap, near enough, beyond its own size. What is shared counts wherever it is held,
    /// since those who share it may outlive each other.
    fn weight(&self) -> usize;
}

/// Values without anything on the heap.
macro_rules! flat {
    ($($type:ty),+) => { $(impl Weigh for $type {
        fn weight(&self) -> usize { 0 }
    })+ };
}

/// Structs, by their members that hold something.
macro_rules! by_members {
    ($($type:ident { $($member:ident),+ })+) => { $(impl Weigh for $type {
        fn weight(&self) -> usize { [$(self.$member.weight()),+].iter().sum() }
    })+ };
}

flat!((), AssociationType, Guid, Lifecycle, SchemaId, Version);

by_members! {
    Content { text, references, metadata, rule_set }
    Reference { name, subject }
    Metadata { tags, properties, sensitive }
    RuleSet { migration_rules, domain_rules, encoding_rules, enable_at }
    Rule { name, doc, rule_type, tags, params, expr, on_success, on_failure }
    Config {
        alias, alias_for_deks, compatibility_group, default_metadata, override_metadata, default_rule_set,
        override_rule_set
    }
    Setting { config }
    ScopeState { own, context, default_context, global }
    SubjectState { scope, versions }
    StoredVersion { subject, content }
    Holder { subject }
    Referrer { subject }
    CurrentId { content }
    SubjectFilter { context, prefix }
    AliasQuery { filter }
    SubjectQuery { filter }
    VersionQuery { filter, rule_type, associated }
    AssociationCondition { resource_type, types, lifecycles }
    AssociationFilter { subject, resource_id, resource_name, resource_namespace, resource_type }
    ApiToken { id, owner, groups, name, scopes }
    Scope { permissions, subject_prefixes }
    Association { subject, guid, resource_name, resource_namespace, resource_id, resource_type }
}

impl Weigh for Holders {
    fn weight(&self) -> usize {
        // Their order is made later.
        self.versions.weight() + self.versions.len() * size_of::<u32>()
    }
}

impl Weigh for ApiTokens {
    fn weight(&self) -> usize {
        ALLOCATION + self.iter().map(|token| size_of::<ApiToken>() + token.weight()).sum::<usize>()
    }
}

impl Weigh for String {
    fn weight(&self) -> usize {
        ALLOCATION + self.len()
    }
}

impl Weigh for Context {
    fn weight(&self) -> usize {
        ALLOCATION + self.as_str().len()
    }
}

impl Weigh for Subject {
    fn weight(&self) -> usize {
        self.context().weight() + ALLOCATION + self.name().len()
    }
}

impl<T: Weigh> Weigh for Arc<T> {
    fn weight(&self) -> usize {
        ALLOCATION + size_of::<T>() + (**self).weight()
    }
}

impl<T: Weigh> Weigh for Option<T> {
    fn weight(&self) -> usize {
        self.as_ref().map_or(0, T::weight)
    }
}

impl<T: Weigh> Weigh for Vec<T> {
    fn weight(&self) -> usize {
        ALLOCATION + self.iter().map(|one| size_of::<T>() + one.weight()).sum::<usize>()
    }
}

impl<T: Weigh> Weigh for BTreeSet<T> {
    fn weight(&self) -> usize {
        self.iter().map(|one| NODE + size_of::<T>() + one.weight()).sum()
    }
}

impl<K: Weigh, V: Weigh> Weigh for BTreeMap<K, V> {
    fn weight(&self) -> usize {
        self.iter().map(|(key, value)| NODE + size_of::<(K, V)>() + key.weight() + value.weight()).sum()
    }
}

impl<A: Weigh, B: Weigh> Weigh for (A, B) {
    fn weight(&self) -> usize {
        self.0.weight() + self.1.weight()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract::fixture::content;

    /// Every part of a value counts, at least with its length.
    #[test]
    fn a_value_weighs_all_that_it_holds() {
        let long = "x".repeat(10_000);
        let plain = content("text");
        let rule = Rule { expr: Some(long.clone()), ..Rule::default() };
        let metadata =
            Metadata { properties: [("key".to_owned(), long.clone())].into(), ..Metadata::default() };
        let rules = RuleSet { domain_rules: vec![rule], ..RuleSet::default() };
        let reference = Reference { name: long.clone(), subject: String::new(), version: Version::FIRST };
        for heavy in [
            Content { text: long.clone(), ..plain.clone() },
            Content { references: vec![reference], ..plain.clone() },
            Content { metadata: Some(metadata.clone()), ..plain.clone() },
            Content { rule_set: Some(rules.clone()), ..plain.clone() },
        ] {
            let (light, heavy) = (plain.weight(), heavy.weight());
            assert!((light + 9_900..light + 11_000).contains(&heavy), "{light} {heavy}");
        }
        let config =
            Config { default_metadata: Some(metadata), override_rule_set: Some(rules), ..Config::default() };
        let setting = Setting { config: Some(config), mode: None };
        assert!((20_000..21_000).contains(&setting.weight()), "{}", setting.weight());
        assert!((10_000..11_000).contains(&Subject::parse(&long).weight()));
    }
}
