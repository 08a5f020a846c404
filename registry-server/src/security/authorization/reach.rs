//! How far an access reaches: what is decided of many subjects at once, by the rules and without a look at what there is.

use std::sync::Arc;

use super::{Access, Effect, Rule};
use crate::domain::{Subject, SubjectFilter};
use crate::security::{Permission, Scope};

impl Access {
    /// A filter that all passes which passes this one and may be read, so that a list needs not look at all the rest; `None` if
    /// nothing of that may be read.
    #[must_use]
    pub fn narrowed(&self, filter: &SubjectFilter) -> Option<SubjectFilter> {
        if self
            .principal()
            .scopes()
            .is_some_and(|scopes| !scopes.iter().any(|scope| scope.permits(Permission::SubjectRead)))
        {
            return None;
        }
        let Some(rules) = self.rules() else { return Some(filter.clone()) };
        if about_reading(rules, Effect::Deny).any(|rule| rule.subjects.iter().any(|one| one.covers(filter))) {
            return None;
        }
        let allowed = about_reading(rules, Effect::Allow).flat_map(|rule| &rule.subjects);
        allowed.filter_map(|pattern| pattern.within(filter)).reduce(|one, other| joined(one, &other))
    }

    /// Whether something is permitted for every subject that passes a filter, whether it is there or not: a rule allows it for all
    /// of them, and none denies it for one.
    #[must_use]
    pub fn permits_throughout(&self, permission: Permission, filter: &SubjectFilter) -> bool {
        if self
            .principal()
            .scopes()
            .is_some_and(|scopes| !scopes.iter().any(|one| covers(one, permission, filter)))
        {
            return false;
        }
        let Some(rules) = self.rules() else { return true };
        let about = |effect: Effect| {
            let about = move |rule: &&Rule| rule.effect == effect && rule.permissions.contains(&permission);
            rules.iter().map(|rule| &**rule).filter(about).flat_map(|rule| &rule.subjects)
        };
        about(Effect::Allow).any(|pattern| pattern.covers(filter))
            && !about(Effect::Deny).any(|pattern| pattern.within(filter).is_some())
    }
}

fn about_reading(rules: &[Arc<Rule>], effect: Effect) -> impl Iterator<Item = &Rule> {
    rules
        .iter()
        .map(|rule| &**rule)
        .filter(move |rule| rule.effect == effect && rule.permissions.contains(&Permission::SubjectRead))
}

/// Whether a scope is of all that passes a filter.
fn covers(scope: &Scope, permission: Permission, filter: &SubjectFilter) -> bool {
    let covers_names = scope.subject_prefixes.is_empty()
        || filter.context.as_ref().is_some_and(|context| {
            let begin = format!("{}{}", Subject::of_context(context.clone()), filter.prefix);
            scope.subject_prefixes.iter().any(|prefix| begin.starts_with(prefix.as_str()))
        });
    scope.permits(permission) && covers_names
}

/// The narrowest filter that passes what passes either.
fn joined(one: SubjectFilter, other: &SubjectFilter) -> SubjectFilter {
    let context = one.context.filter(|context| other.context.as_ref() == Some(context));
    let shared: String =
        one.prefix.chars().zip(other.prefix.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
    SubjectFilter { context, prefix: shared }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::config::{Environment, load};
    use crate::security::{Authorizer, Principal, Proof};

    /// What the user `u` may do by rules, each an effect, a permission and subjects.
    fn access(rules: &[(&str, &str, &str)], scopes: Option<Vec<Scope>>) -> Access {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        for (effect, what, subjects) in rules {
            write!(file, "[[rule]]\n{effect} = \"{what}\"\nto = \"User:u\"\nsubjects = \"{subjects}\"\n")
                .unwrap();
        }
        let flags = [("authorization-rules-file".to_owned(), file.path().display().to_string())];
        let settings = load(None, &Environment::default(), &flags).unwrap().settings;
        let user = match scopes {
            Some(scopes) => Principal::limited_user("u", [""; 0], Proof::ApiToken, scopes),
            None => Principal::user("u", [""; 0], Proof::Password),
        };
        Authorizer::open(&settings).unwrap().access(&user).unwrap()
    }

    #[test]
    fn a_list_is_looked_for_where_something_may_be_read() {
        let read = |subjects| ("allow", "SUBJECT_READ", subjects);
        for (rules, filter, narrowed) in [
            (vec![("allow", "SUBJECT_WRITE", ":*:*")], ":*:", None),
            (vec![read("public-*")], ":*:", Some("public-")),
            (vec![read("public-a"), read("public-b*")], ":*:", Some("public-")),
            (vec![read("public-a"), read("x")], ":*:", Some("")),
            (vec![read("a*"), read(":.c:a*")], ":*:", Some(":*:a")),
            (vec![read("a*"), read(":.c:b*")], ":.c:", Some(":.c:b")),
            (vec![read("a*")], "b", None),
            (vec![read("a*")], ":.c:", None),
            (vec![read(":*:*"), ("deny", "SUBJECT_READ", "s*")], ":*:", Some(":*:")),
            (vec![read(":*:*"), ("deny", "SUBJECT_READ", "s*")], "se", None),
            (vec![read(":*:*"), ("deny", "SUBJECT_READ", ":*:*")], ":*:", None),
        ] {
            let found = access(&rules, None).narrowed(&SubjectFilter::parse(filter));
            assert_eq!(found, narrowed.map(SubjectFilter::parse), "{rules:?} {filter}");
        }
        let writing = Scope::new(vec!["SUBJECT_WRITE".to_owned()], vec![]);
        let writer = access(&[read(":*:*")], Some(vec![writing]));
        assert_eq!(writer.narrowed(&SubjectFilter::everything()), None);
    }

    #[test]
    fn what_is_permitted_for_all_of_a_context_is_denied_for_none_of_it() {
        for (rules, of_all, of_c, of_default) in [
            (vec![("allow", "admin", ":*:*")], true, true, true),
            (vec![("allow", "admin", ":.c:*")], false, true, false),
            (vec![("allow", "admin", ":.c:a*")], false, false, false),
            (vec![("allow", "admin", ":*:*"), ("deny", "SUBJECT_DELETE", ":*:prod-*")], false, false, false),
            (vec![("allow", "admin", ":*:*"), ("deny", "SUBJECT_DELETE", "prod")], false, true, false),
            (vec![("allow", "admin", ":*:*"), ("deny", "SUBJECT_READ", "prod")], true, true, true),
            (vec![("allow", "reader", ":*:*")], false, false, false),
        ] {
            let access = access(&rules, None);
            let permits = |filter: &str| {
                access.permits_throughout(Permission::SubjectDelete, &SubjectFilter::parse(filter))
            };
            assert_eq!(
                (permits(":*:"), permits(":.c:"), permits("")),
                (of_all, of_c, of_default),
                "{rules:?}"
            );
        }
        for (prefixes, of_all, of_c) in
            [(&[][..], true, true), (&[":.c:"], false, true), (&[":.c:a"], false, false)]
        {
            let scope = Scope::new(vec![], prefixes.iter().map(|prefix| (*prefix).to_owned()).collect());
            let access = access(&[("allow", "admin", ":*:*")], Some(vec![scope]));
            let permits = |filter: &str| {
                access.permits_throughout(Permission::SubjectDelete, &SubjectFilter::parse(filter))
            };
            assert_eq!((permits(":*:"), permits(":.c:")), (of_all, of_c), "{prefixes:?}");
        }
    }
}
