//! What one principal may do.

use std::sync::Arc;

use super::{Decision, Effect, Reason, Rule};
use crate::domain::{Context, Subject};
use crate::security::{Permission, PermissionScope, Principal};

/// What one principal may do, by the rules that apply to it. It is made once for a principal and its rules, and cheap to clone.
#[derive(Clone, Debug)]
pub struct Access(Arc<Granted>);

#[derive(Debug)]
struct Granted {
    principal: Principal,
    basis: Basis,
    /// Tells accesses apart: two with the same number permit the same.
    number: u64,
    /// Whether it permits reading every subject.
    reads_everything: bool,
}

/// What an access rests on, but for the limits of the token.
#[derive(Debug)]
pub(super) enum Basis {
    Unrestricted,
    Unreadable,
    SuperUser,
    /// The rules that apply to the principal.
    Rules(Vec<Arc<Rule>>),
}

impl Access {
    pub(super) fn new(principal: Principal, basis: Basis, number: u64) -> Self {
        let mut granted = Granted { principal, basis, number, reads_everything: false };
        granted.reads_everything = granted.reads_everything();
        Self(Arc::new(granted))
    }

    /// Whether something is permitted for a subject; `None` for the registry as a whole.
    #[must_use]
    pub fn permits(&self, permission: Permission, subject: Option<&Subject>) -> bool {
        self.decide(permission, subject).allowed
    }

    /// The same, and why.
    #[must_use]
    pub fn decide(&self, permission: Permission, subject: Option<&Subject>) -> Decision {
        self.0.decide(permission, subject)
    }

    /// Whether a subject may be read.
    #[must_use]
    pub fn reads(&self, subject: &Subject) -> bool {
        self.0.reads_everything || self.permits(Permission::SubjectRead, Some(subject))
    }

    /// Whether every subject may be read, so that nothing has to be left out of lists.
    #[must_use]
    pub fn reads_everything(&self) -> bool {
        self.0.reads_everything
    }

    /// Whether there may be a subject in a context that may be read. The default context is no secret.
    #[must_use]
    pub fn sees_context(&self, context: &Context) -> bool {
        context.is_default() || self.0.reads_everything || self.0.may_read_in(context)
    }

    /// A number that no access has which permits anything else.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.0.number
    }

    /// The rules that it rests on; `None` where it rests on none.
    pub(super) fn rules(&self) -> Option<&[Arc<Rule>]> {
        match &self.0.basis {
            Basis::Rules(rules) => Some(rules),
            Basis::Unrestricted | Basis::SuperUser => None,
            Basis::Unreadable => Some(&[]),
        }
    }

    /// Who it is.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.0.principal
    }
}

impl Granted {
    fn decide(&self, permission: Permission, subject: Option<&Subject>) -> Decision {
        let denied = |reason| Decision { allowed: false, reason };
        if !self.token_covers(permission, subject) {
            return denied(Reason::TokenScope);
        }
        let allowed = |reason| Decision { allowed: true, reason };
        match &self.basis {
            Basis::Unrestricted => allowed(Reason::Unrestricted),
            Basis::Unreadable => denied(Reason::Unreadable),
            Basis::SuperUser => allowed(Reason::SuperUser),
            Basis::Rules(rules) => {
                let mut about = rules.iter().filter(|rule| rule.is_about(permission, subject));
                let mut allowing = None;
                let denying = about.find(|rule| {
                    if rule.effect == Effect::Allow {
                        allowing.get_or_insert(*rule);
                    }
                    rule.effect == Effect::Deny
                });
                match (denying, allowing) {
                    (Some(rule), _) => denied(Reason::Rule(rule.origin.clone())),
                    (None, Some(rule)) => allowed(Reason::Rule(rule.origin.clone())),
                    (None, None) => denied(Reason::NoRule),
                }
            }
        }
    }

    /// Whether the token that was shown is for this.
    fn token_covers(&self, permission: Permission, subject: Option<&Subject>) -> bool {
        let Some(scopes) = self.principal.scopes() else { return true };
        scopes.iter().any(|scope| {
            let covered = scope.subject_prefixes.is_empty()
                || (permission.scope() == PermissionScope::Subjects
                    && subject.is_some_and(|subject| {
                        let name = subject.to_string();
                        scope.subject_prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()))
                    }));
            scope.permits(permission) && covered
        })
    }

    fn reads_everything(&self) -> bool {
        if self.principal.scopes().is_some() {
            return false;
        }
        match &self.basis {
            Basis::Unrestricted | Basis::SuperUser => true,
            Basis::Unreadable => false,
            Basis::Rules(_) => {
                let is_denied = self.reading(Effect::Deny).next().is_some();
                !is_denied
                    && self
                        .reading(Effect::Allow)
                        .any(|rule| rule.subjects.iter().any(super::SubjectPattern::is_everything))
            }
        }
    }

    fn may_read_in(&self, context: &Context) -> bool {
        match &self.basis {
            Basis::Unrestricted | Basis::SuperUser => self.token_reaches(context),
            Basis::Unreadable => false,
            Basis::Rules(_) => {
                let is_wholly_denied = self.reading(Effect::Deny).any(|rule| {
                    rule.subjects.iter().any(|pattern| pattern.is_every_name() && pattern.reaches(context))
                });
                let is_allowed = self
                    .reading(Effect::Allow)
                    .any(|rule| rule.subjects.iter().any(|pattern| pattern.reaches(context)));
                is_allowed && !is_wholly_denied && self.token_reaches(context)
            }
        }
    }

    /// Whether a subject of a context can be among those that the token is for.
    fn token_reaches(&self, context: &Context) -> bool {
        let Some(scopes) = self.principal.scopes() else { return true };
        let begin = Subject::of_context(context.clone()).to_string();
        scopes.iter().filter(|scope| scope.permits(Permission::SubjectRead)).any(|scope| {
            scope.subject_prefixes.is_empty()
                || scope
                    .subject_prefixes
                    .iter()
                    .any(|prefix| prefix.starts_with(&begin) || begin.starts_with(prefix.as_str()))
        })
    }

    /// The rules that allow, or deny, reading subjects.
    fn reading(&self, effect: Effect) -> impl Iterator<Item = &Rule> {
        let rules = if let Basis::Rules(rules) = &self.basis { rules.as_slice() } else { &[] };
        rules
            .iter()
            .map(|rule| &**rule)
            .filter(move |rule| rule.effect == effect && rule.permissions.contains(&Permission::SubjectRead))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::security::authorization::Rules;
    use crate::security::{Proof, Scope};

    fn access(rules: &str, principal: Principal) -> Access {
        let rules = Rules::parse(Path::new("r"), rules).unwrap();
        let applying = rules.0.into_iter().filter(|rule| rule.is_for(&principal)).collect();
        Access::new(principal, Basis::Rules(applying), 1)
    }

    fn rule(effect: &str, what: &str, to: &str, subjects: &str) -> String {
        format!("[[rule]]\n{effect} = \"{what}\"\nto = \"{to}\"\nsubjects = \"{subjects}\"\n")
    }

    fn alice() -> Principal {
        Principal::user("alice", ["team"], Proof::Password)
    }

    #[test]
    fn a_rule_that_denies_wins_wherever_it_stands_and_the_first_that_decides_is_told() {
        let (allow, deny) =
            (rule("allow", "reader", "*", ":*:*"), rule("deny", "SUBJECT_READ", "Group:team", "s*"));
        for (rules, subject, allowed, line) in [
            (format!("{allow}{deny}"), "s1", false, Some(5)),
            (format!("{deny}{allow}"), "s1", false, Some(1)),
            (format!("{allow}{deny}"), "x", true, Some(1)),
            (format!("{allow}{allow}"), "x", true, Some(1)),
            (deny.clone(), "x", false, None),
            (String::new(), "x", false, None),
        ] {
            let decision =
                access(&rules, alice()).decide(Permission::SubjectRead, Some(&Subject::parse(subject)));
            let told = match &decision.reason {
                Reason::Rule(origin) => Some(origin.line),
                Reason::NoRule => None,
                other => panic!("{other:?}"),
            };
            assert_eq!((decision.allowed, told), (allowed, line), "{subject}\n{rules}");
        }
    }

    #[test]
    fn everything_is_read_only_where_nothing_is_left_out() {
        let everything = rule("allow", "reader", "*", ":*:*");
        for (rules, expected) in [
            (everything.clone(), true),
            (rule("allow", "reader", "*", "*"), false),
            (rule("allow", "SUBJECT_WRITE", "*", ":*:*"), false),
            (format!("{everything}{}", rule("deny", "SUBJECT_READ", "*", "one")), false),
            (format!("{everything}{}", rule("deny", "SUBJECT_READ", "User:bob", "one")), true),
            (format!("{everything}{}", rule("deny", "SUBJECT_WRITE", "*", "one")), true),
        ] {
            assert_eq!(access(&rules, alice()).reads_everything(), expected, "{rules}");
        }
        let limited =
            Principal::limited_user("alice", [""; 0], Proof::ApiToken, vec![Scope::new(vec![], vec![])]);
        assert!(!access(&everything, limited).reads_everything());
    }

    #[test]
    fn a_context_is_seen_where_a_subject_in_it_may_be_read() {
        let in_c = rule("allow", "reader", "*", ":.c:a*");
        for (rules, sees_c, sees_d) in [
            (in_c.clone(), true, false),
            (rule("allow", "reader", "*", ":*:a"), true, true),
            (rule("allow", "SUBJECT_WRITE", "*", ":.c:*"), false, false),
            (format!("{in_c}{}", rule("deny", "SUBJECT_READ", "*", ":.c:*")), false, false),
            (format!("{in_c}{}", rule("deny", "SUBJECT_READ", "*", ":.c:ab*")), true, false),
            (String::new(), false, false),
        ] {
            let access = access(&rules, alice());
            let sees = |name: &str| access.sees_context(&Context::parse(name).unwrap());
            assert_eq!((sees("c"), sees("d"), sees(".")), (sees_c, sees_d, true), "{rules}");
        }
    }

    #[test]
    fn a_token_sees_the_contexts_that_its_subjects_can_be_in() {
        for (prefixes, sees_c) in [
            (&[][..], true),
            (&[":.c:"], true),
            (&[":.c:orders"], true),
            (&[":.c"], true),
            (&[":.d:"], false),
            (&["orders"], false),
        ] {
            let scope = Scope::new(vec![], prefixes.iter().map(|prefix| (*prefix).to_owned()).collect());
            let limited = Principal::limited_user("alice", [""; 0], Proof::ApiToken, vec![scope]);
            for basis in [Basis::Unrestricted, Basis::SuperUser] {
                let access = Access::new(limited.clone(), basis, 1);
                assert_eq!(access.sees_context(&Context::parse("c").unwrap()), sees_c, "{prefixes:?}");
            }
            let writing = Scope::new(vec!["SUBJECT_WRITE".to_owned()], vec![":.c:".to_owned()]);
            let writer = Principal::limited_user("alice", [""; 0], Proof::ApiToken, vec![writing]);
            let access = Access::new(writer, Basis::Unrestricted, 1);
            assert!(!access.sees_context(&Context::parse("c").unwrap()), "it reads nothing");
        }
    }
}
