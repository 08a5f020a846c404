//! `GET /schemas` and the paging of every list.

use std::collections::BTreeMap;

use super::{Found, Registry, RegistryError, Result};
use crate::config::SearchLimit;
use crate::domain::{Association, AssociationType, Lifecycle, RuleSet, Subject, SubjectFilter};
use crate::store::{
    AliasQuery, AssociationFilter, Page, StoredVersion, SubjectQuery, SubjectState, VersionQuery, Visibility,
};

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
        let by_association = query.resource_type.is_some()
            || !query.association_types.is_empty()
            || !query.lifecycles.is_empty();
        let aliases = if query.aliases { self.aliases_of(&filter).await? } else { BTreeMap::new() };
        let more = aliases.keys().any(|target| !filter.matches(target));
        if more || query.rule_type.is_some() || by_association {
            let associations = if by_association { Some(self.associations_with(query).await?) } else { None };
            return self.filtered(query, &filter, &aliases, associations.as_ref()).await;
        }
        let page = query.paging.page(self.settings.schema_search);
        let list = VersionQuery { filter, visibility, latest_only: query.latest_only, page };
        let versions = self.reads.versions(&list).await?;
        Ok(versions.iter().map(|version| listed(version, &aliases, &[])).collect())
    }

    /// The same where more counts than the names of subjects and what is deleted. Names of subjects that may be in the list are
    /// read first; then subject by subject is read, as far as the page goes.
    async fn filtered(
        &self,
        query: &SchemaQuery,
        filter: &SubjectFilter,
        aliases: &BTreeMap<Subject, Vec<String>>,
        associations: Option<&BTreeMap<Subject, Vec<Association>>>,
    ) -> Result<Vec<ListedSchema>> {
        let mut subjects: Vec<Subject> = match associations {
            Some(all) if !query.lifecycles.contains(&None) => {
                all.keys().filter(|subject| filter.matches(subject)).cloned().collect()
            }
            _ => {
                let visibility = if query.deleted { Visibility::All } else { Visibility::Active };
                let mut names = SubjectQuery::of(filter.clone(), visibility);
                names.with_rules = query.rule_type.is_some();
                self.reads.subjects(&names).await?
            }
        };
        subjects.extend(aliases.keys().filter(|target| !filter.matches(target)).cloned());
        subjects.sort_by_cached_key(Subject::to_string);
        let (offset, limit) = query.paging.bounds(self.settings.schema_search);
        let (mut passed, mut page) = (0, Vec::new());
        for subject in &subjects {
            let of_subject = associations.map(|all| all.get(subject).map_or(&[][..], Vec::as_slice));
            let Some(associations) = of_subject.map_or(Some(Vec::new()), |all| associated(query, all)) else {
                continue;
            };
            let state = self.reads.subject(subject).await?;
            for version in versions_of(&state, query) {
                passed += 1;
                if passed > offset {
                    page.push(listed(version, aliases, &associations));
                }
                if page.len() == limit {
                    return Ok(page);
                }
            }
        }
        Ok(page)
    }

    /// The subjects that aliases under a filter stand for, with their aliases.
    async fn aliases_of(&self, filter: &SubjectFilter) -> Result<BTreeMap<Subject, Vec<String>>> {
        let mut aliases: BTreeMap<Subject, Vec<String>> = BTreeMap::new();
        let all = AliasQuery { filter: filter.clone(), of_contexts: true, page: Page::default() };
        for (alias, target) in self.reads.aliases(&all).await? {
            // An alias of the whole registry belongs to no subject's name, one of a context does.
            let global = alias.is_context() && alias.context().is_default();
            // Nor is one found that names the default context by its dot (*quirk*).
            if !global && !target.starts_with(":.:") {
                let target = Subject::parse_in(&target, alias.context());
                aliases.entry(target).or_default().push(alias.to_string());
            }
        }
        Ok(aliases)
    }

    /// The associations of the types that are asked for, by subject.
    async fn associations_with(&self, query: &SchemaQuery) -> Result<BTreeMap<Subject, Vec<Association>>> {
        let mut associations: BTreeMap<Subject, Vec<Association>> = BTreeMap::new();
        let of_resource =
            AssociationFilter { resource_type: query.resource_type.clone(), ..AssociationFilter::default() };
        let types = &query.association_types;
        for association in self.reads.associations(&of_resource).await? {
            if types.is_empty() || types.contains(&association.association_type) {
                associations.entry(association.subject.clone()).or_default().push(association);
            }
        }
        Ok(associations)
    }
}

fn listed(
    version: &StoredVersion,
    aliases: &BTreeMap<Subject, Vec<String>>,
    associations: &[Association],
) -> ListedSchema {
    let aliases = aliases.get(&version.subject).cloned().unwrap_or_default();
    ListedSchema { found: Found::stored(version), aliases, associations: associations.to_vec() }
}

/// The associations to list with a subject that has these of the types that are asked for; `None` if it is not listed.
fn associated(query: &SchemaQuery, of_types: &[Association]) -> Option<Vec<Association>> {
    if of_types.is_empty() {
        return query.lifecycles.contains(&None).then(Vec::new);
    }
    let of_lifecycle =
        |one: &&Association| query.lifecycles.is_empty() || query.lifecycles.contains(&Some(one.lifecycle));
    let associations: Vec<_> = of_types.iter().filter(of_lifecycle).cloned().collect();
    (!associations.is_empty()).then_some(associations)
}

/// The versions of a subject that a query asks for.
fn versions_of<'a>(state: &'a SubjectState, query: &SchemaQuery) -> Vec<&'a StoredVersion> {
    let visible = || state.versions.iter().filter(|version| query.deleted || !version.deleted);
    let asked: Vec<_> =
        if query.latest_only { visible().next_back().into_iter().collect() } else { visible().collect() };
    let has_rule = |version: &&StoredVersion| {
        query
            .rule_type
            .as_ref()
            .is_none_or(|rule_type| has_rule(version.content.rule_set.as_ref(), rule_type))
    };
    asked.into_iter().filter(has_rule).collect()
}

fn has_rule(rules: Option<&RuleSet>, rule_type: &str) -> bool {
    rules.is_some_and(|rules| {
        rules.lists().into_iter().flatten().any(|rule| rule.rule_type.as_deref() == Some(rule_type))
    })
}
