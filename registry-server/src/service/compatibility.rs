//! Compatibility of a new schema with those that are there: semantics §10.

use std::collections::HashSet;
use std::sync::Arc;

use super::candidate::{Candidate, Reading};
use super::scope::{Effective, effective_mode};
use super::{Registry, RegistryError, RequestBudget, Result, SchemaRequest};
use crate::domain::{
    CompatibilityLevel, CompatibilityPolicy, Content, Metadata, SchemaType, Subject, VersionSelector,
};
use crate::schema_type::{Direction, ExplainedVersion, Explanation, Parsed, ReadError, Stopped};
use crate::store::{StoredVersion, SubjectState};

/// How much of an old schema's text a message shows, in UTF-16 units as the original counts.
const MAX_SHOWN: usize = 10_240;
/// Up to how many bytes of schemas in memory are compared at once, without the pool. The bound is a judgement: room for
/// some dozens of types of one union beside as many others, and most real schemas are smaller.
const SMALL: usize = 32 * 1024;
/// The metadata property that names fields which may not be used.
const RESERVED: &str = "confluent:reserved";

/// The verdict on a new schema.
#[derive(Debug, Default)]
pub struct CompatibilityVerdict {
    /// The findings that keep it from being compatible, in the original's layout. Empty: nothing does.
    pub messages: Vec<String>,
    /// The explanations of the findings, if they were asked for.
    pub explanations: Vec<ExplainedVersion>,
    /// Whether there is more to say than the messages do: a version in the same language does not fit.
    pub can_be_explained: bool,
}

/// How a schema is compared with those that are there.
#[derive(Clone, Copy, Debug, Default)]
pub struct CheckOptions {
    /// Whether the schema is brought into its normal form first.
    pub normalize: bool,
    /// Whether what is found is explained.
    pub explain: bool,
}

/// The versions to compare with, in ascending order.
pub(super) struct Against<'a> {
    versions: Vec<&'a StoredVersion>,
}

impl<'a> Against<'a> {
    /// Every version that is not deleted; the level decides which of them count.
    pub(super) fn all(state: &'a SubjectState) -> Self {
        Self { versions: state.versions.iter().filter(|version| !version.deleted).collect() }
    }

    fn one(version: Option<&'a StoredVersion>) -> Self {
        Self { versions: version.into_iter().collect() }
    }
}

impl Registry {
    /// The findings that keep a schema from being compatible with a version, or with those that the level names.
    ///
    /// # Errors
    /// [`RegistryError::VersionNotFound`] for a version that is not there, [`RegistryError::InvalidSchema`] for a schema
    /// that cannot be read.
    pub async fn check_compatibility(
        &self,
        subject: &Subject,
        selector: Option<VersionSelector>,
        request: &SchemaRequest,
        options: CheckOptions,
    ) -> Result<CompatibilityVerdict> {
        let request = self.without_dropped_rules(request);
        self.demand_references(subject, &request.references)?;
        let state = self.reads.subject(subject).await?;
        let against = match selector {
            None => Against::all(&state),
            Some(VersionSelector::Latest) => Against::one(state.latest()),
            Some(VersionSelector::Number(number)) => Against::one(Some(
                state
                    .version(number)
                    .filter(|version| !version.deleted)
                    .ok_or(RegistryError::VersionNotFound(number.get()))?,
            )),
        };
        let config = self.effective_config(&state.scope);
        let reading = Reading { new: true, normalize: options.normalize || config.normalize, validate: true }
            .in_mode(effective_mode(&state.scope));
        let budget = self.budget();
        let Some(candidate) = self.candidate(subject, &request, &config, reading, &budget).await? else {
            return Err(RegistryError::InvalidSchema("Empty schema".to_owned()));
        };
        self.verdict(&config, &candidate, against, options.explain, &budget).await
    }

    /// Refuses a candidate that is not compatible.
    pub(super) async fn require_compatible(
        &self,
        subject: &Subject,
        config: &Effective,
        candidate: &Candidate,
        against: Against<'_>,
        budget: &RequestBudget,
    ) -> Result<()> {
        let CompatibilityVerdict { messages, can_be_explained, .. } =
            self.verdict(config, candidate, against, false, budget).await?;
        if messages.is_empty() {
            return Ok(());
        }
        Err(RegistryError::Incompatible { subject: subject.clone(), messages, can_be_explained })
    }

    async fn verdict(
        &self,
        config: &Effective,
        candidate: &Candidate,
        against: Against<'_>,
        explain: bool,
        budget: &RequestBudget,
    ) -> Result<CompatibilityVerdict> {
        let mut versions = against.versions;
        let CompatibilityVerdict { mut messages, mut explanations, mut can_be_explained } =
            CompatibilityVerdict::default();
        if config.validate_fields {
            let newest = versions.last().map(|version| &*version.content);
            reserved_findings(candidate, newest, &mut messages);
        }
        if let Some(group) = &config.config.compatibility_group {
            let of = |metadata: Option<&Metadata>| {
                metadata.and_then(|metadata| metadata.properties.get(group)).cloned()
            };
            let wanted = of(candidate.content.metadata.as_ref());
            versions.retain(|version| of(version.content.metadata.as_ref()) == wanted);
        }
        let (directions, transitive) = meaning(config.level);
        let policy = config.config.compatibility_policy.unwrap_or(CompatibilityPolicy::Strict);
        let count = if directions.is_empty() {
            0
        } else if transitive {
            versions.len()
        } else {
            1
        };
        for version in versions.into_iter().rev().take(count) {
            let found = self.compare(candidate, version, (directions, policy), budget).await?;
            if !found.is_empty() {
                can_be_explained = is_same_language(candidate, version);
                if explain {
                    explanations =
                        self.explanations(candidate, version, (directions, policy), &found, budget).await?;
                }
                messages.extend(found);
                break;
            }
        }
        if !messages.is_empty() {
            messages.push(format!(
                "{{validateFields: '{}', compatibility: '{}'}}",
                config.validate_fields, config.level
            ));
        }
        Ok(CompatibilityVerdict { messages, explanations, can_be_explained })
    }

    /// Explains the findings against one version, a direction after the other. Where a language has no more to say than its
    /// messages, or an explanation takes too many steps, these are the text.
    async fn explanations(
        &self,
        candidate: &Candidate,
        version: &StoredVersion,
        (directions, policy): (&[Direction], CompatibilityPolicy),
        messages: &[String],
        budget: &RequestBudget,
    ) -> Result<Vec<ExplainedVersion>> {
        if !is_same_language(candidate, version) {
            return Ok(Vec::new());
        }
        let explained = |direction, explanation| ExplainedVersion {
            version: version.version.get(),
            direction,
            explanation,
        };
        let old = self.parse_stored(version, budget).await?;
        let mut explanations = Vec::new();
        for &direction in directions {
            let size = match candidate.parsed.is_deceptively_small() || old.is_deceptively_small() {
                true => usize::MAX,
                false => candidate.parsed.heap_size() + old.heap_size(),
            };
            let (new, old) = (Arc::clone(&candidate.parsed), Arc::clone(&old));
            let explaining = self.pool.run_sized(size, budget, move |budget| {
                let found = new.check_within(&*old, direction, policy, budget)?.messages;
                if found.is_empty() {
                    return Ok(None);
                }
                let explanation = new.explain_within(&*old, direction, budget)?;
                Ok(Some(explanation.unwrap_or_else(|| Explanation::of_messages(&found))))
            });
            match explaining.await? {
                Ok(explanation) => {
                    explanations.extend(explanation.map(|explanation| explained(direction, explanation)));
                }
                Err(Stopped::Spent { .. }) => {
                    explanations.push(explained(direction, Explanation::of_messages(messages)));
                    break;
                }
                Err(stopped) => return Err(stopped.into()),
            }
        }
        Ok(explanations)
    }

    /// Compares two schemas. That is bounded but may take a while for large ones, which do not hold up other requests.
    async fn check_pair(
        &self,
        new: &Arc<dyn Parsed>,
        old: &Arc<dyn Parsed>,
        direction: Direction,
        policy: CompatibilityPolicy,
        budget: &RequestBudget,
    ) -> Result<Vec<String>> {
        let small = new.heap_size() + old.heap_size() <= SMALL;
        if small && !new.is_deceptively_small() && !old.is_deceptively_small() {
            return Ok(new.check_within(&**old, direction, policy, budget)?.messages);
        }
        let (new, old) = (Arc::clone(new), Arc::clone(old));
        let checking =
            self.pool.run(budget, move |budget| new.check_within(&*old, direction, policy, budget));
        Ok(checking.await??.messages)
    }

    /// Refuses to compare with what is no schema, as an import may have taken it in.
    async fn require_schema(&self, old: &Arc<dyn Parsed>, budget: &RequestBudget) -> Result<()> {
        let read = Arc::clone(old);
        let reading =
            self.pool.run_sized(old.heap_size(), budget, move |budget| read.validate_within(budget));
        reading.await?.map_err(|error| match error {
            ReadError::Invalid(error) => RegistryError::InvalidSchema(error.0),
            ReadError::Stopped(stopped) => stopped.into(),
        })
    }

    /// The findings against one version. In both directions the old schema's text stands behind the second list only,
    /// as in the original.
    async fn compare(
        &self,
        candidate: &Candidate,
        version: &StoredVersion,
        (directions, policy): (&[Direction], CompatibilityPolicy),
        budget: &RequestBudget,
    ) -> Result<Vec<String>> {
        if !is_same_language(candidate, version) {
            return Ok(vec!["Incompatible because of different schema type".to_owned()]);
        }
        let old = self.parse_stored(version, budget).await?;
        if version.content.schema_type == SchemaType::Json {
            self.require_schema(&old, budget).await?;
        }
        let mut messages = Vec::new();
        for (index, direction) in directions.iter().enumerate() {
            let found = self.check_pair(&candidate.parsed, &old, *direction, policy, budget).await?;
            let last = index + 1 == directions.len();
            if last && !found.is_empty() {
                messages.extend(found);
                messages.push(format!("{{oldSchemaVersion: {}}}", version.version));
                // Who may write need not be one who may read.
                if self.shows(&version.subject) {
                    messages.push(old_schema(&version.content.text));
                }
            } else {
                messages.extend(found);
            }
        }
        Ok(messages)
    }
}

/// Whether schemas can be compared: of another language a message says all that there is to say.
fn is_same_language(candidate: &Candidate, version: &StoredVersion) -> bool {
    version.content.schema_type == candidate.content.schema_type
}

fn meaning(level: CompatibilityLevel) -> (&'static [Direction], bool) {
    use CompatibilityLevel as Level;
    const BOTH: &[Direction] = &[Direction::Forward, Direction::Backward];
    match level {
        Level::None => (&[], false),
        Level::Backward => (&[Direction::Backward], false),
        Level::BackwardTransitive => (&[Direction::Backward], true),
        Level::Forward => (&[Direction::Forward], false),
        Level::ForwardTransitive => (&[Direction::Forward], true),
        Level::Full => (BOTH, false),
        Level::FullTransitive => (BOTH, true),
    }
}

fn old_schema(text: &str) -> String {
    if text.encode_utf16().count() <= MAX_SHOWN {
        return format!("{{oldSchema: '{text}'}}");
    }
    let mut units = 0;
    let end = text
        .char_indices()
        .find(|(_, letter)| {
            units += letter.len_utf16();
            units > MAX_SHOWN
        })
        .map_or(text.len(), |(at, _)| at);
    format!("{{oldSchema: <truncated> '{}...'}}", &text[..end])
}

/// Reserved fields must stay reserved and must not be used.
fn reserved_findings(candidate: &Candidate, newest: Option<&Content>, messages: &mut Vec<String>) {
    let now = reserved(candidate.content.metadata.as_ref());
    if let Some(newest) = newest {
        let kept: HashSet<&str> = now.iter().copied().collect();
        for field in reserved(newest.metadata.as_ref()).into_iter().filter(|field| !kept.contains(field)) {
            messages.push(format!(
                "The new schema has reserved field {field} removed from its metadata which is present in the old schema's metadata."
            ));
        }
    }
    let used = if now.is_empty() { HashSet::new() } else { candidate.parsed.top_level_fields() };
    for field in now.into_iter().filter(|field| used.contains(field)) {
        messages.push(format!("The new schema has field that conflicts with the reserved field {field}."));
    }
}

fn reserved(metadata: Option<&Metadata>) -> Vec<&str> {
    let list = metadata.and_then(|metadata| metadata.properties.get(RESERVED)).map(String::as_str);
    let mut met = HashSet::new();
    let mut fields = Vec::new();
    for field in list.unwrap_or_default().split(',').map(str::trim).filter(|field| !field.is_empty()) {
        if met.insert(field) {
            fields.push(field);
        }
    }
    fields
}
