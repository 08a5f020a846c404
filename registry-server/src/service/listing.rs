//! `GET /schemas` and the paging of every list.

use std::collections::{BTreeMap, VecDeque};

use super::{Found, Registry, RegistryError, Result};
use crate::config::SearchLimit;
use crate::domain::{Association, AssociationType, Lifecycle, RuleSet, Subject, SubjectFilter};
use crate::store::{
    AliasQuery, AssociationCondition, AssociationFilter, Page, StoredVersion, SubjectState, VersionQuery,
    Visibility,
};

/// How many versions are read at once, at least, where the place of a page has to be searched.
const BLOCK: u32 = 1000;

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

    pub(super) fn bounds(self, limit: SearchLimit) -> (usize, usize) {
        let asked = u32::try_from(self.limit).ok().filter(|asked| (1..=limit.max).contains(asked));
        let offset = usize::try_from(self.offset).unwrap_or(0);
        (offset, asked.unwrap_or(limit.default) as usize)
    }

    /// The part of a list that the store is asked for.
    pub(super) fn page(self, limit: SearchLimit) -> Page {
        let (offset, count) = self.bounds(limit);
        // What is unlimited has this limit.
        let limit = i32::try_from(count)
            .ok()
            .filter(|count| *count < i32::MAX)
            .and_then(|count| u32::try_from(count).ok());
        Page { offset: u32::try_from(offset).unwrap_or(u32::MAX), limit }
    }

    pub(super) fn apply<T>(self, limit: SearchLimit, items: impl Iterator<Item = T>) -> Vec<T> {
        let (offset, count) = self.bounds(limit);
        items.skip(offset).take(count).collect()
    }
}

/// The parameters of `GET /schemas`.
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

impl SchemaQuery {
    fn associated(&self) -> Option<AssociationCondition> {
        let asked = AssociationCondition {
            resource_type: self.resource_type.clone(),
            types: self.association_types.clone(),
            lifecycles: self.lifecycles.clone(),
        };
        (asked != AssociationCondition::default()).then_some(asked)
    }
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
        // Where nothing may be read, nothing is looked at.
        let Some(readable) = self.readable_part(&filter) else { return Ok(Vec::new()) };
        let aliases = if query.aliases { self.aliases_of(&filter).await? } else { BTreeMap::new() };
        let mut list = VersionQuery {
            latest_only: query.latest_only,
            rule_type: query.rule_type.clone(),
            associated: query.associated(),
            page: query.paging.page(self.settings.schema_search),
            ..VersionQuery::of(readable, if query.deleted { Visibility::All } else { Visibility::Active })
        };
        let mut beyond: VecDeque<&Subject> =
            aliases.keys().filter(|target| !list.filter.matches(target) && self.shows(target)).collect();
        let is_partial = !self.shows_everything();
        let Page { offset, limit } = list.page;
        let (mut left_out, most) = (offset as usize, limit.map_or(usize::MAX, |limit| limit as usize));
        if beyond.is_empty() && !is_partial {
            left_out = 0;
        } else {
            // They come in between, or some of what is there is not shown, so the page begins who knows where in the list. What
            // is before it is read in blocks, none of which is kept.
            list.page = Page { offset: 0, limit: limit.map(|limit| limit.max(BLOCK)) };
        }
        let mut page = Vec::new();
        loop {
            let (mut versions, mut associations) = self.listed_at(&list).await?;
            let is_last = (beyond.is_empty() && !is_partial)
                || list.page.limit.is_none_or(|limit| versions.len() < limit as usize);
            let read = versions.len();
            let ends_at = versions.last().map(|last| last.subject.clone());
            versions.retain(|version| self.shows(&version.subject));
            while let Some(subject) = beyond.front()
                && (is_last || ends_at.as_ref().is_some_and(|last| *subject < last))
            {
                if let Some(found) = self.listed_with(&list, subject, &mut associations).await? {
                    let at = versions.partition_point(|version| version.subject < **subject);
                    versions.splice(at..at, found);
                }
                beyond.pop_front();
            }
            let shown = versions.iter().skip(left_out).take(most - page.len());
            page.extend(shown.map(|version| listed(version, &aliases, &associations)));
            left_out = left_out.saturating_sub(versions.len());
            if is_last || page.len() >= most {
                return Ok(page);
            }
            list.page.offset = list.page.offset.saturating_add(u32::try_from(read).unwrap_or(u32::MAX));
        }
    }

    /// A page of a list, and the associations of the subjects on it.
    async fn listed_at(
        &self,
        list: &VersionQuery,
    ) -> Result<(Vec<StoredVersion>, BTreeMap<Subject, Vec<Association>>)> {
        let versions = self.reads.versions(list).await?;
        let mut associations: BTreeMap<Subject, Vec<Association>> = BTreeMap::new();
        for association in self.associations_on(list).await? {
            associations.entry(association.subject.clone()).or_default().push(association);
        }
        Ok((versions, associations))
    }

    /// The associations that the subjects of a list are shown with.
    async fn associations_on(&self, list: &VersionQuery) -> Result<Vec<Association>> {
        match list.associated {
            Some(_) => Ok(self.reads.listed_associations(list).await?),
            None => Ok(Vec::new()),
        }
    }

    /// The versions of one subject that are in a list beside its own, and its associations; `None` if it is not listed.
    async fn listed_with(
        &self,
        list: &VersionQuery,
        subject: &Subject,
        associations: &mut BTreeMap<Subject, Vec<Association>>,
    ) -> Result<Option<Vec<StoredVersion>>> {
        if let Some(asked) = &list.associated {
            let of_subject =
                AssociationFilter { subject: Some(subject.clone()), ..AssociationFilter::default() };
            let all = self.reads.associations(&of_subject).await?;
            let Some(shown) = asked.of_listed(&all) else { return Ok(None) };
            associations.insert(subject.clone(), shown);
        }
        Ok(Some(versions_of(&*self.reads.subject(subject).await?, list)))
    }

    /// The subjects that aliases under a filter stand for, with their aliases.
    async fn aliases_of(&self, filter: &SubjectFilter) -> Result<BTreeMap<Subject, Vec<String>>> {
        let mut aliases: BTreeMap<Subject, Vec<String>> = BTreeMap::new();
        let all = AliasQuery { filter: filter.clone(), of_contexts: true, page: Page::default() };
        for (alias, target) in self.reads.aliases(&all).await? {
            // An alias of the whole registry belongs to no subject's name, one of a context does.
            let global = alias.is_context() && alias.context().is_default();
            // Nor is one found that names the default context by its dot (*quirk*).
            if !global && !target.starts_with(":.:") && self.shows(&alias) {
                let target = Subject::parse_in(&target, alias.context());
                aliases.entry(target).or_default().push(alias.to_string());
            }
        }
        Ok(aliases)
    }
}

fn listed(
    version: &StoredVersion,
    aliases: &BTreeMap<Subject, Vec<String>>,
    associations: &BTreeMap<Subject, Vec<Association>>,
) -> ListedSchema {
    let aliases = aliases.get(&version.subject).cloned().unwrap_or_default();
    let associations = associations.get(&version.subject).cloned().unwrap_or_default();
    ListedSchema { found: Found::stored(version), aliases, associations }
}

/// The versions of a subject that a list has.
fn versions_of(state: &SubjectState, list: &VersionQuery) -> Vec<StoredVersion> {
    let visible =
        || state.versions.iter().filter(|version| list.visibility == Visibility::All || !version.deleted);
    let asked: Vec<_> =
        if list.latest_only { visible().next_back().into_iter().collect() } else { visible().collect() };
    let has_rule = |version: &&StoredVersion| {
        let rules = version.content.rule_set.as_ref();
        list.rule_type.as_ref().is_none_or(|rule_type| has_rule(rules, rule_type))
    };
    asked.into_iter().filter(has_rule).cloned().collect()
}

fn has_rule(rules: Option<&RuleSet>, rule_type: &str) -> bool {
    rules.is_some_and(|rules| {
        rules.lists().into_iter().flatten().any(|rule| rule.rule_type.as_deref() == Some(rule_type))
    })
}
