//! The subjects that lists are made of.

use super::Conditions;
use crate::domain::SubjectFilter;
use crate::store::AssociationCondition;

/// The order of subjects, which that of an index begins with: pages are read no further than they go.
pub(super) fn order_of_subjects(filter: &SubjectFilter) -> &'static str {
    match filter.context {
        Some(_) => "s.name",
        None if filter.prefix.is_empty() => "s.qualified, s.context, s.name",
        // In no order of an index, which would be followed through all other names.
        None => "s.qualified || '', s.context, s.name",
    }
}

/// The condition that a subject has versions that meet `counts`. Of a whole list a join finds them; for a page each is looked up,
/// and `EXISTS` will not do: SQLite 3.51 makes a join of it whose rows it takes for rows of the list when it counts an offset.
pub(super) fn has_versions(subject: &str, counts: &str, is_whole: bool) -> String {
    let versions = format!(
        "SELECT 1 FROM versions u WHERE u.context = {subject}.context AND u.subject = {subject}.name AND {counts}"
    );
    if is_whole { format!("EXISTS ({versions})") } else { format!("({versions} LIMIT 1) = 1") }
}

/// The table that gives the subjects `s` under a filter. Adds their conditions, of which `holds` is one.
pub(super) fn subjects_under(
    conditions: &mut Conditions,
    filter: &SubjectFilter,
    holds: &str,
) -> &'static str {
    conditions.and_also(holds);
    conditions.and_names("s", "name", filter);
    "subjects s"
}

/// The conditions of a list on associations.
pub(super) struct Associations {
    /// The condition on the kind of their resources, behind their name.
    resource_type: Option<String>,
    types: Vec<&'static str>,
    /// `None` for any.
    lifecycles: Option<Vec<&'static str>>,
    /// Whether subjects without any are in the list.
    pub(super) or_none: bool,
}

impl Associations {
    pub(super) fn of(conditions: &mut Conditions, asked: &AssociationCondition) -> Self {
        let lifecycles = asked.lifecycles.iter().flatten().map(|one| one.as_str()).collect();
        Self {
            resource_type: asked.resource_type.as_deref().map(|kind| match kind.contains('\0') {
                // No row has one. As a parameter it would make the whole list empty, with those that have no associations.
                true => "IS NULL".to_owned(),
                false => format!("= {}", conditions.param(kind)),
            }),
            types: asked.types.iter().map(|one| one.as_str()).collect(),
            lifecycles: (!asked.lifecycles.is_empty()).then_some(lifecycles),
            or_none: asked.lifecycles.contains(&None),
        }
    }

    /// That an association with this name counts.
    fn counts(&self, one: &str) -> String {
        let mut condition = String::from("1 = 1");
        if let Some(kind) = &self.resource_type {
            condition.push_str(&format!(" AND {one}.resource_type {kind}"));
        }
        if !self.types.is_empty() {
            condition
                .push_str(&format!(" AND {}", is_one_of(&format!("{one}.association_type"), &self.types)));
        }
        condition
    }

    /// That an association with this name is one that its subject is listed with.
    pub(super) fn is_listed(&self, one: &str) -> String {
        let counts = self.counts(one);
        match &self.lifecycles {
            Some(names) => format!("{counts} AND {}", is_one_of(&format!("{one}.lifecycle"), names)),
            None => counts,
        }
    }

    /// That the subject with these columns is in the list.
    pub(super) fn lists(&self, context: &str, name: &str) -> String {
        let of_subject = format!("FROM associations a WHERE a.context = {context} AND a.subject = {name}");
        // For `EXISTS` Postgres would read all associations beforehand, and of a comparison it would think that few subjects pass it.
        let some = format!("(SELECT TRUE {of_subject} AND {} LIMIT 1) IS TRUE", self.is_listed("a"));
        if self.or_none {
            format!("({some} OR (SELECT TRUE {of_subject} AND {} LIMIT 1) IS NOT TRUE)", self.counts("a"))
        } else {
            some
        }
    }

    /// That `a` is the first of those that its subject is listed with, so that each subject comes once.
    pub(super) fn is_first(&self) -> String {
        format!(
            "{} AND (SELECT TRUE FROM associations o WHERE o.context = a.context AND o.subject = a.subject \
             AND {} AND o.guid < a.guid LIMIT 1) IS NOT TRUE",
            self.is_listed("a"),
            self.is_listed("o")
        )
    }
}

/// That a column has one of these values, which are names of this program.
fn is_one_of(column: &str, names: &[&'static str]) -> String {
    if names.is_empty() { "1 = 0".to_owned() } else { format!("{column} IN ('{}')", names.join("', '")) }
}
