//! How metadata and rules of a new version come about: semantics §5.

use std::collections::BTreeSet;

use crate::domain::{Config, Metadata, Rule, RuleSet};

/// The metadata of a new version: the defaults, what it says itself (or else what the version before it had), the overrides.
pub(super) fn metadata(
    config: &Config,
    own: Option<&Metadata>,
    previous: Option<&Metadata>,
) -> Option<Metadata> {
    let merged = merge_metadata(config.default_metadata.as_ref(), own.or(previous));
    merge_metadata(merged.as_ref(), config.override_metadata.as_ref())
}

/// The rules that a new version gets: the defaults, its own (or else those of the version before it), the overrides.
pub(super) fn rule_set(
    config: &Config,
    own: Option<&RuleSet>,
    previous: Option<&RuleSet>,
) -> Option<RuleSet> {
    let merged = merge_rule_sets(config.default_rule_set.as_ref(), own.or(previous));
    merge_rule_sets(merged.as_ref(), config.override_rule_set.as_ref())
}

/// Maps merge by key, the later source winning; `sensitive` is a union.
fn merge_metadata(earlier: Option<&Metadata>, later: Option<&Metadata>) -> Option<Metadata> {
    let (Some(earlier), Some(later)) = (earlier, later) else { return earlier.or(later).cloned() };
    let mut merged = earlier.clone();
    merged.tags.extend(later.tags.clone());
    merged.properties.extend(later.properties.clone());
    merged.sensitive.extend(later.sensitive.iter().cloned());
    Some(merged)
}

/// Lists merge by rule name: earlier rules whose names recur are dropped, later ones appended.
pub(super) fn merge_rule_sets(earlier: Option<&RuleSet>, later: Option<&RuleSet>) -> Option<RuleSet> {
    let (Some(earlier), Some(later)) = (earlier, later) else { return earlier.or(later).cloned() };
    Some(RuleSet {
        migration_rules: merge_rules(&earlier.migration_rules, &later.migration_rules),
        domain_rules: merge_rules(&earlier.domain_rules, &later.domain_rules),
        encoding_rules: merge_rules(&earlier.encoding_rules, &later.encoding_rules),
        enable_at: later.enable_at.clone().or_else(|| earlier.enable_at.clone()),
    })
}

fn merge_rules(earlier: &[Rule], later: &[Rule]) -> Vec<Rule> {
    let recurring: BTreeSet<&Option<String>> = later.iter().map(|rule| &rule.name).collect();
    earlier.iter().filter(|rule| !recurring.contains(&rule.name)).chain(later).cloned().collect()
}

/// Whether a scope gives new versions something that their requests do not hold.
pub(super) fn has_defaults_or_overrides(config: &Config) -> bool {
    config.default_metadata.is_some()
        || config.override_metadata.is_some()
        || config.default_rule_set.is_some()
        || config.override_rule_set.is_some()
}

/// The noted version, as text.
pub(super) fn noted_version(metadata: Option<&Metadata>) -> Option<&str> {
    metadata?.noted_version()
}

/// The metadata with a version noted in it.
pub(super) fn note_version(metadata: Option<Metadata>, version: i32) -> Metadata {
    let mut metadata = metadata.unwrap_or_default();
    metadata.properties.insert(Metadata::VERSION_NOTE.to_owned(), version.to_string());
    metadata
}

/// The metadata without its noted version.
pub(super) fn without_version(metadata: &Metadata) -> Metadata {
    let mut metadata = metadata.clone();
    metadata.properties.remove(Metadata::VERSION_NOTE);
    metadata
}
