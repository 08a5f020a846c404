//! `GET /schemas` and the paging of every list.

use std::collections::BTreeMap;

use super::{Found, Registry, RegistryError, Result};
use crate::config::SearchLimit;
use crate::domain::{Association, AssociationType, Lifecycle, RuleSet, Subject, SubjectFilter};
use crate::store::{AssociationFilter, Page, VersionQuery, Visibility};

/// The part of a list that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    /// How many to leave out at the beginning.
    pub offset: i32,
    /// How many to give at most; 0, less, or more than the maximum means the default.
    pub limit: i32,
}

impl Default for Paging {
    fn default() -> Self {
        Self { offset: 0, limit: -1 }
    }
}

impl Paging {
    /// # Errors
    /// [`RegistryError::BadRequest`] for a negative offset, on which the original fails.
    pub fn check(self) -> Result<Self> {
        if self.offset < 0 {
            return Err(RegistryError::BadRequest("The offset must not be negative".to_owned()));
        }
        Ok(self)
    }

    fn bounds(self, limit: SearchLimit) -> (usize, usize) {
        let asked = u32::try_from(self.limit).ok().filter(|asked| (1..=limit.max).contains(asked));
        let offset = usize::try_from(self.offset).unwrap_or(0);
        (offset, asked.unwrap_or(limit.default) as usize)
    }

    pub(super) fn apply<T>(self, limit: SearchLimit, items: impl Iterator<Item = T>) -> Vec<T> {
        let (offset, count) = self.bounds(limit);
        items.skip(offset).take(count).collect()
    }
}

/// What `GET /schemas` is asked for.
#[derive(Clone, Debug, Default)]
pub struct SchemaQuery {
    /// Context and beginning of the subjects.
    pub subject_prefix: String,
    /// Whether subjects that aliases stand for are listed as well, with their aliases.
    pub aliases: bool,
    /// Whether deleted versions count.
    pub deleted: bool,
    /// Only the last version of each subject.
    pub latest_only: bool,
    /// Only versions that have a rule of this type.
    pub rule_type: Option<String>,
    /// Only subjects with an association to a resource of this kind.
    pub resource_type: Option<String>,
    /// Only subjects with an association of one of these types.
    pub association_types: Vec<AssociationType>,
    /// Only subjects with an association of one of these lifecycles; `None` in it: or with none of the types that count.
    pub lifecycles: Vec<Option<Lifecycle>>,
    /// The part of the list.
    pub paging: Paging,
}

/// A version in a list, with what goes with its subject.
#[derive(Clone, Debug)]
pub struct ListedSchema {
    /// The version.
    pub found: Found,
    /// The qualified aliases of the subject, if they were asked for.
    pub aliases: Vec<String>,
    /// The associations of the subject, if they were asked for.
    pub associations: Vec<Association>,
}

impl Registry {
    /// The versions that a query asks for, ordered by subject and version.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list_schemas(&self, query: &SchemaQuery) -> Result<Vec<ListedSchema>> {
        let filter = SubjectFilter::parse(&query.subject_prefix);
        let visibility = if query.deleted { Visibility::All } else { Visibility::Active };
        let (offset, limit) = query.paging.bounds(self.settings.schema_search);
        let by_association = query.resource_type.is_some()
            || !query.association_types.is_empty()
            || !query.lifecycles.is_empty();
        let filtered = query.aliases || query.rule_type.is_some() || by_association;
        let mut list =
            VersionQuery { filter, visibility, latest_only: query.latest_only, page: Page::default() };
        if !filtered {
            list.page = Page {
                offset: u32::try_from(offset).unwrap_or(u32::MAX),
                limit: Some(u32::try_from(limit).unwrap_or(u32::MAX)),
            };
            let versions = self.reads.versions(&list).await?;
            return Ok(versions.iter().map(plain).collect());
        }
        let mut listed: Vec<ListedSchema> = self.reads.versions(&list).await?.iter().map(plain).collect();
        if query.aliases {
            self.add_aliased(&list, &mut listed).await?;
        }
        if let Some(rule_type) = &query.rule_type {
            listed.retain(|one| has_rule(one.found.content.rule_set.as_ref(), rule_type));
        }
        if by_association {
            self.keep_associated(query, &mut listed).await?;
        }
        Ok(listed.into_iter().skip(offset).take(limit).collect())
    }

    /// Adds the subjects that aliases under the filter stand for, and notes their aliases.
    async fn add_aliased(&self, query: &VersionQuery, listed: &mut Vec<ListedSchema>) -> Result<()> {
        let mut aliases: BTreeMap<Subject, Vec<String>> = BTreeMap::new();
        for (alias, target) in self.reads.aliases(&query.filter).await? {
            // An alias of the whole registry belongs to no subject's name, one of a context does.
            let global = alias.is_context() && alias.context().is_default();
            if !target.is_empty() && !global {
                let target = Subject::parse_in(&target, alias.context());
                aliases.entry(target).or_default().push(alias.to_string());
            }
        }
        for target in aliases.keys() {
            if query.filter.matches(target) {
                continue;
            }
            let filter =
                SubjectFilter { context: Some(target.context().clone()), prefix: target.name().to_owned() };
            let versions = self.reads.versions(&VersionQuery { filter, ..query.clone() }).await?;
            listed.extend(versions.iter().filter(|version| version.subject == *target).map(plain));
        }
        listed.sort_by(|a, b| (&a.found.subject, a.found.version).cmp(&(&b.found.subject, b.found.version)));
        for one in listed {
            if let Some(aliases) = aliases.get(&one.found.subject) {
                one.aliases.clone_from(aliases);
            }
        }
        Ok(())
    }

    async fn keep_associated(&self, query: &SchemaQuery, listed: &mut Vec<ListedSchema>) -> Result<()> {
        let mut associations: BTreeMap<Subject, Vec<Association>> = BTreeMap::new();
        let all =
            AssociationFilter { resource_type: query.resource_type.clone(), ..AssociationFilter::default() };
        for association in self.reads.associations(&all).await? {
            associations.entry(association.subject.clone()).or_default().push(association);
        }
        let types = &query.association_types;
        let is_of_type = |one: &&Association| types.is_empty() || types.contains(&one.association_type);
        let is_of_lifecycle = |one: &&Association| {
            query.lifecycles.is_empty() || query.lifecycles.contains(&Some(one.lifecycle))
        };
        let unassociated = query.lifecycles.contains(&None);
        listed.retain_mut(|one| {
            let all = associations.get(&one.found.subject).map_or(&[][..], Vec::as_slice);
            if !all.iter().any(|one| is_of_type(&one)) {
                return unassociated;
            }
            one.associations = all.iter().filter(is_of_type).filter(is_of_lifecycle).cloned().collect();
            !one.associations.is_empty()
        });
        Ok(())
    }
}

fn plain(version: &crate::store::StoredVersion) -> ListedSchema {
    ListedSchema { found: Found::stored(version), aliases: Vec::new(), associations: Vec::new() }
}

fn has_rule(rules: Option<&RuleSet>, rule_type: &str) -> bool {
    rules.is_some_and(|rules| {
        rules.lists().into_iter().flatten().any(|rule| rule.rule_type.as_deref() == Some(rule_type))
    })
}
