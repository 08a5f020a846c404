//! Rules as they are written in a file.
//!
//! ```toml
//! [[rule]]
//! allow = ["developer", "SUBJECT_MODE_WRITE"]
//! to = ["Group:payments", "User:alice"]
//! subjects = ["payments-*", ":.prod:payments-*"]
//! ```

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::role::{ROLES, permissions_of};
use super::{Effect, PrincipalPattern, Rule, RuleOrigin, Rules, SubjectPattern};
use crate::security::{Permission, PermissionScope};

/// Why a file of rules cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RulesError {
    /// The file cannot be read.
    #[error("the rules in {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file has no rule: it is being written, or is another one than was meant.
    #[error(
        "{}:1:1: there is no rule in this file, so nobody could do anything; if that is meant, write a rule that denies everything to *",
        path.display()
    )]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Something in the file is wrong.
    #[error("{}:{line}:{column}: {problem}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The column in characters, counted from 1.
        column: usize,
        /// What is wrong, and what is allowed.
        problem: String,
    },
}

impl Rules {
    /// Reads a file of rules.
    ///
    /// # Errors
    /// [`RulesError`] with the place of the first thing that is wrong.
    pub fn read(path: &Path) -> Result<Self, RulesError> {
        let text = fs::read_to_string(path)
            .map_err(|source| RulesError::Unreadable { path: path.to_owned(), source })?;
        let rules = Self::parse(path, &text)?;
        if rules.0.is_empty() {
            return Err(RulesError::Empty { path: path.to_owned() });
        }
        Ok(rules)
    }

    /// Reads rules from the text of a file.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn parse(path: &Path, text: &str) -> Result<Self, RulesError> {
        let file = RuleFile { path: Arc::new(path.to_owned()), text };
        let table = DeTable::parse(text)
            .map_err(|error| file.error(error.span().unwrap_or_default(), error.message().to_owned()))?;
        let mut rules = Vec::new();
        for (key, value) in table.get_ref() {
            let DeValue::Array(written) = value.get_ref() else {
                return Err(file.error(key.span(), only_rules(key.get_ref())));
            };
            if key.get_ref() != "rule" {
                return Err(file.error(key.span(), only_rules(key.get_ref())));
            }
            for rule in written {
                rules.push(Arc::new(file.rule(rule)?));
            }
        }
        Ok(Self(rules))
    }
}

fn only_rules(key: &str) -> String {
    format!("'{key}' is not known here; the file is a list of [[rule]]")
}

type Value<'f> = Spanned<DeValue<'f>>;

struct RuleFile<'f> {
    path: Arc<PathBuf>,
    text: &'f str,
}

impl RuleFile<'_> {
    fn rule(&self, written: &Value<'_>) -> Result<Rule, RulesError> {
        let DeValue::Table(table) = written.get_ref() else {
            return Err(self.error(written.span(), "a rule is a table: [[rule]]".to_owned()));
        };
        let (mut what, mut principals, mut subjects) = (None, None, None);
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            match &**key.get_ref() {
                effect @ ("allow" | "deny") => {
                    let effect = if effect == "allow" { Effect::Allow } else { Effect::Deny };
                    if what.replace((effect, value)).is_some() {
                        let problem = "a rule allows or denies, not both; write two rules";
                        return Err(self.error(key.span(), problem.to_owned()));
                    }
                }
                "to" => principals = Some(value),
                "subjects" => subjects = Some(value),
                other => {
                    let problem = format!("a rule has no '{other}'; it has allow or deny, to, and subjects");
                    return Err(self.error(key.span(), problem));
                }
            }
        }
        let missing = |what: &str| self.error(written.span(), format!("this rule has no '{what}'"));
        let (effect, named) = what.ok_or_else(|| missing("allow' or 'deny"))?;
        let principals = self.principals(principals.ok_or_else(|| missing("to"))?)?;
        let subjects = subjects.map(|value| self.subjects(value)).transpose()?;
        let permissions = self.permissions(named, subjects.as_deref())?;
        let origin = RuleOrigin { file: Arc::clone(&self.path), line: self.place(written.span().start).0 };
        Ok(Rule { effect, principals, permissions, subjects: subjects.unwrap_or_default(), origin })
    }

    fn principals(&self, value: &Value<'_>) -> Result<Vec<PrincipalPattern>, RulesError> {
        let parse = |(text, span): (&str, Range<usize>)| {
            PrincipalPattern::parse(text).ok_or_else(|| {
                let why = if text.trim() != text || text.contains(": ") {
                    ", without white space around the name"
                } else if text.contains('*') {
                    "; a * stands alone, for everybody, and never for the end of a name"
                } else {
                    ""
                };
                let problem = format!("'{text}' is no principal; write User:NAME, Group:NAME or *{why}");
                self.error(span, problem)
            })
        };
        self.texts("to", value)?.into_iter().map(parse).collect()
    }

    fn subjects(&self, value: &Value<'_>) -> Result<Vec<SubjectPattern>, RulesError> {
        let parse = |(text, span): (&str, Range<usize>)| {
            text.parse::<SubjectPattern>().map_err(|error| self.error(span, error.to_string()))
        };
        self.texts("subjects", value)?.into_iter().map(parse).collect()
    }

    /// The permissions that are named, those of roles included. What a role has beside subjects counts only where all subjects
    /// are meant.
    fn permissions(
        &self,
        value: &Value<'_>,
        subjects: Option<&[SubjectPattern]>,
    ) -> Result<Vec<Permission>, RulesError> {
        let of_everything = subjects.is_some_and(|all| all.iter().any(SubjectPattern::is_everything));
        let mut permissions = Vec::new();
        for (name, span) in self.texts("allow and deny", value)? {
            let of_role = permissions_of(name);
            let named: Vec<Permission> = match (of_role, Permission::from_name(name)) {
                (Some(of_role), _) => of_role
                    .iter()
                    .copied()
                    .filter(|one| of_everything || one.scope() == PermissionScope::Subjects)
                    .collect(),
                (None, Some(permission)) => vec![permission],
                (None, None) => return Err(self.error(span, unknown_permission(name))),
            };
            let needs_subjects = named.iter().any(|one| one.scope() == PermissionScope::Subjects);
            if needs_subjects && subjects.is_none() {
                let problem = format!(
                    "{name} is about subjects, and this rule has no 'subjects'; \":*:*\" stands for all of them"
                );
                return Err(self.error(span, problem));
            }
            if of_role.is_none() && !needs_subjects && subjects.is_some() && !of_everything {
                let problem = format!(
                    "{name} is not about subjects; write it in a rule without 'subjects', since it would count for all of them"
                );
                return Err(self.error(span, problem));
            }
            for permission in named {
                if !permissions.contains(&permission) {
                    permissions.push(permission);
                }
            }
        }
        Ok(permissions)
    }

    /// A list of at least one text, or one text alone.
    fn texts<'v>(
        &self,
        name: &str,
        value: &'v Value<'_>,
    ) -> Result<Vec<(&'v str, Range<usize>)>, RulesError> {
        let refused = |span| self.error(span, format!("{name} takes a list of texts, [\"…\", \"…\"]"));
        let text = |one: &'v Value<'_>| match one.get_ref() {
            DeValue::String(text) => Ok((&**text, one.span())),
            _ => Err(refused(one.span())),
        };
        match value.get_ref() {
            DeValue::Array(list) if !list.is_empty() => list.iter().map(text).collect(),
            DeValue::String(_) => Ok(vec![text(value)?]),
            _ => Err(refused(value.span())),
        }
    }

    fn error(&self, span: Range<usize>, problem: String) -> RulesError {
        let (line, column) = self.place(span.start);
        RulesError::Invalid { path: self.path.to_path_buf(), line, column, problem }
    }

    /// Line and column of a byte, counted from 1.
    fn place(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let begin = before.rfind('\n').map_or(0, |end| end + 1);
        (before.matches('\n').count() + 1, before[begin..].chars().count() + 1)
    }
}

fn unknown_permission(name: &str) -> String {
    let permissions = Permission::ALL.iter().map(|permission| permission.as_str());
    let names: Vec<&str> = ROLES.iter().map(|(role, _)| *role).chain(permissions).collect();
    format!("'{name}' is neither a role nor a permission; there are {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Subject;

    const FILE: &str = "rules.toml";

    fn parse(text: &str) -> Result<Rules, String> {
        Rules::parse(Path::new(FILE), text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_rule_says_what_to_whom_and_for_which_subjects() {
        let rules = parse(
            "# comments are welcome\n\n\
             [[rule]]\nallow = [\"reader\", \"SUBJECT_WRITE\"]\nto = [\"User:a\", \"Group:g\"]\nsubjects = [\"x-*\", \":.c:y\"]\n\n\
             [[rule]]\ndeny = \"GLOBAL_MODE_WRITE\"\nto = \"*\"\n",
        )
        .unwrap();
        let [first, second] = rules.0.as_slice() else { panic!("{rules:?}") };
        assert_eq!((first.effect, first.origin.to_string().as_str()), (Effect::Allow, "rules.toml:3"));
        assert_eq!(
            first.permissions,
            [
                Permission::SubjectRead,
                Permission::SubjectCompatibilityRead,
                Permission::SubjectModeRead,
                Permission::SubjectWrite
            ],
        );
        assert!(first.is_about(Permission::SubjectWrite, Some(&Subject::parse(":.c:y"))));
        assert_eq!((second.effect, second.origin.line), (Effect::Deny, 8));
        assert!(second.is_about(Permission::GlobalModeWrite, None));
        assert_eq!(second.principals, [PrincipalPattern::Everybody]);
        assert_eq!(parse(""), Ok(Rules::default()));
    }

    #[test]
    fn a_role_has_its_global_permissions_where_all_subjects_are_meant() {
        for (subjects, is_global) in [("\":*:*\"", true), ("\"*\"", false), ("[\"a\", \":*:*\"]", true)] {
            let rules =
                parse(&format!("[[rule]]\nallow = \"admin\"\nto = \"*\"\nsubjects = {subjects}\n")).unwrap();
            for permission in [Permission::GlobalRead, Permission::GlobalModeWrite, Permission::AccessWrite] {
                assert_eq!(rules.0[0].is_about(permission, None), is_global, "{subjects} {permission}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_what_is_allowed() {
        for (text, message) in [
            (
                "[[rule]]\nallow = [\"reader\", \"SUBJECT_REED\"]\nto = \"*\"\nsubjects = \"*\"",
                "2:20: 'SUBJECT_REED' is neither a role nor a permission; there are reader, developer, admin, SUBJECT_READ,",
            ),
            (
                "[[rule]]\nallow = \"reader\"\nto = \"alice\"\nsubjects = \"*\"",
                "3:6: 'alice' is no principal; write User:NAME, Group:NAME or *",
            ),
            (
                "[[rule]]\nallow = \"reader\"\nto = \"*\"\nsubjects = [\"a\",\n \"*é*\"]",
                "5:2: '*é*' has a * that is not at its end",
            ),
            (
                "[[rule]]\ndeny = \"reader\"\nto = [\"User:a\", \"Group:int*\"]\nsubjects = \"*\"",
                "3:17: 'Group:int*' is no principal; write User:NAME, Group:NAME or *; a * stands alone",
            ),
            (
                "[[rule]]\ndeny = \"reader\"\nto = \"User: bob\"\nsubjects = \"*\"",
                "3:6: 'User: bob' is no principal; write User:NAME, Group:NAME or *, without white space",
            ),
            (
                "[[rule]]\ndeny = \"reader\"\nto = \"*\"\nsubjects = [\"a\", \":prod:secret-*\"]",
                "4:18: ':prod:secret-*' begins with a colon and names no context; write :.context:NAME",
            ),
            (
                "[[rule]]\ndeny = \"reader\"\nto = \"*\"\nsubjects = \":.prod\"",
                "4:12: ':.prod' is the name of a context alone; write :.prod: for its config and mode, :.prod:*",
            ),
            (
                "[[rule]]\nallow = \"reader\"\nto = \"*\"",
                "2:9: reader is about subjects, and this rule has no 'subjects'",
            ),
            (
                "[[rule]]\nallow = \"GLOBAL_READ\"\nto = \"*\"\nsubjects = \"a\"",
                "2:9: GLOBAL_READ is not about subjects",
            ),
            ("[[rule]]\nto = \"*\"\nsubjects = \"*\"", "1:1: this rule has no 'allow' or 'deny'"),
            ("[[rule]]\nallow = \"reader\"\nsubjects = \"*\"", "1:1: this rule has no 'to'"),
            (
                "[[rule]]\nallow = \"reader\"\ndeny = \"admin\"\nto = \"*\"\nsubjects = \"*\"",
                "3:1: a rule allows or denies, not both",
            ),
            (
                "[[rule]]\nallow = []\nto = \"*\"\nsubjects = \"*\"",
                "2:9: allow and deny takes a list of texts",
            ),
            (
                "[[rule]]\nallow = [1]\nto = \"*\"\nsubjects = \"*\"",
                "2:10: allow and deny takes a list of texts",
            ),
            (
                "[[rule]]\nallow = \"reader\"\nfor = \"*\"",
                "3:1: a rule has no 'for'; it has allow or deny, to, and subjects",
            ),
            ("rules = []", "1:1: 'rules' is not known here; the file is a list of [[rule]]"),
            ("rule = 1", "1:1: 'rule' is not known here"),
            ("rule = [1]", "1:9: a rule is a table"),
            ("[[rule]]\nallow = \"reader", "2:"),
        ] {
            let told = parse(text).unwrap_err();
            assert!(told.starts_with(&format!("{FILE}:{message}")), "{text}\n{told}");
        }
    }

    #[test]
    fn a_file_without_a_rule_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for text in ["", "# nothing yet\n", "rule = []\n"] {
            fs::write(file.path(), text).unwrap();
            let told = Rules::read(file.path()).unwrap_err().to_string();
            let place = format!("{}:1:1: there is no rule in this file", file.path().display());
            assert!(told.starts_with(&place), "{told}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_told_by_its_name() {
        let told = Rules::read(Path::new("/nowhere/rules.toml")).unwrap_err().to_string();
        assert!(told.starts_with("the rules in /nowhere/rules.toml cannot be read: "), "{told}");
    }
}
