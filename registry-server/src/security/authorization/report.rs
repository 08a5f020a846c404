//! Who may do what, told to people.

use std::fmt::Write as _;

use super::{Authorizer, RulesError};
use crate::config::Settings;
use crate::domain::Subject;
use crate::security::{Permission, PermissionScope, Principal, Proof};

/// A question about who may do what, as an operator asks it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessQuestion {
    /// Who, as `User:NAME`; `None` for everybody that the rules name.
    pub principal: Option<String>,
    /// The groups of the principal.
    pub groups: Vec<String>,
    /// The permission; `None` for each that can be asked of the subject, or of the registry.
    pub operation: Option<String>,
    /// The subject; `None` for the registry as a whole.
    pub subject: Option<String>,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// The rules cannot be read.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// The question cannot be understood.
    #[error("{0}")]
    Question(String),
}

impl AccessQuestion {
    /// The answer by the rules that the settings name, in lines for a terminal. Aliases are not followed: the rules alone are read.
    ///
    /// # Errors
    /// [`AccessError`], whose message is one line that says what to do.
    pub fn answer(&self, settings: &Settings) -> Result<String, AccessError> {
        let authorizer = Authorizer::open(settings)?;
        let subject = self.subject.as_deref().map(Subject::parse);
        let permissions = self.permissions()?;
        let mut text = String::new();
        // Writing to a text cannot fail.
        if !authorizer.is_on() {
            let _ = writeln!(text, "authorization.rules.file is not set: everybody may do everything");
            return Ok(text);
        }
        match self.principal()? {
            Some(principal) => {
                let access = authorizer.access_of(&principal);
                for permission in permissions {
                    let decision = access.decide(permission, subject.as_ref());
                    let verdict = if decision.allowed { "allowed" } else { "denied " };
                    let _ =
                        writeln!(text, "{verdict} {}: {}", of(permission, subject.as_ref()), decision.reason);
                }
            }
            None => {
                for permission in permissions {
                    everybody(&mut text, &authorizer, settings, permission, subject.as_ref());
                }
            }
        }
        Ok(text)
    }

    fn principal(&self) -> Result<Option<Principal>, AccessError> {
        let Some(text) = &self.principal else {
            if self.groups.is_empty() {
                return Ok(None);
            }
            return Err(AccessError::Question(
                "--group is of a principal: say of which with --principal".to_owned(),
            ));
        };
        let name = text.strip_prefix("User:").filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| {
            AccessError::Question(format!("'{text}' is no principal; write --principal User:NAME"))
        })?;
        let anonymous = Principal::anonymous();
        if name == anonymous.name() && self.groups.is_empty() {
            return Ok(Some(anonymous));
        }
        Ok(Some(Principal::user(name, &self.groups, Proof::Password)))
    }

    /// The permissions that are asked about.
    fn permissions(&self) -> Result<Vec<Permission>, AccessError> {
        let scope = if self.subject.is_some() { PermissionScope::Subjects } else { PermissionScope::Global };
        let Some(name) = &self.operation else {
            return Ok(Permission::ALL.into_iter().filter(|one| one.scope() == scope).collect());
        };
        let permission = Permission::from_name(name).ok_or_else(|| {
            let names = Permission::ALL.map(Permission::as_str).join(", ");
            AccessError::Question(format!("'{name}' is no permission; there are {names}"))
        })?;
        match (permission.scope(), scope) {
            (PermissionScope::Subjects, PermissionScope::Global) => Err(AccessError::Question(format!(
                "{permission} is of subjects: say of which with --subject"
            ))),
            (PermissionScope::Global, PermissionScope::Subjects) => {
                Err(AccessError::Question(format!("{permission} is not of subjects: leave out --subject")))
            }
            _ => Ok(vec![permission]),
        }
    }
}

fn of(permission: Permission, subject: Option<&Subject>) -> String {
    subject.map_or_else(|| permission.to_string(), |subject| format!("{permission} on {subject}"))
}

/// Those whom the super users and the rules name for a permission, each with the place.
fn everybody(
    text: &mut String,
    authorizer: &Authorizer,
    settings: &Settings,
    permission: Permission,
    subject: Option<&Subject>,
) {
    let _ = writeln!(text, "{}", of(permission, subject));
    for user in &settings.super_users {
        let _ = writeln!(text, "  allow User:{user} (super.users)");
    }
    let rules = authorizer.rules().unwrap_or_default();
    for rule in rules.0.iter().filter(|rule| rule.is_about(permission, subject)) {
        let principals: Vec<String> = rule.principals.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "  {} {} ({})", rule.effect.as_str(), principals.join(", "), rule.origin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, load};

    fn settings(file: &std::path::Path) -> Settings {
        let flags = [
            ("authorization-rules-file".to_owned(), file.display().to_string()),
            ("super-users".to_owned(), "User:root;User:boss".to_owned()),
        ];
        load(None, &Environment::default(), &flags).unwrap().settings
    }

    #[test]
    fn who_may_do_what_is_told_with_the_rule() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let rules = "[[rule]]\nallow = \"reader\"\nto = [\"User:a\", \"Group:g\"]\nsubjects = \"x*\"\n\
                     [[rule]]\ndeny = \"SUBJECT_READ\"\nto = \"*\"\nsubjects = \"xx\"\n";
        std::fs::write(file.path(), rules).unwrap();
        let (settings, path) = (settings(file.path()), file.path().display());
        let text = |text: &str| Some(text.to_owned());
        let read = |principal: Option<&str>, groups: &[&str], subject: &str| AccessQuestion {
            principal: principal.map(str::to_owned),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            operation: text("SUBJECT_READ"),
            subject: text(subject),
        };
        for (question, answer) in [
            (read(Some("User:a"), &[], "x"), format!("allowed SUBJECT_READ on x: the rule at {path}:1\n")),
            (read(Some("User:b"), &["g"], "x"), format!("allowed SUBJECT_READ on x: the rule at {path}:1\n")),
            (read(Some("User:b"), &[], "x"), "denied  SUBJECT_READ on x: no rule allows it\n".to_owned()),
            (read(Some("User:a"), &[], "xx"), format!("denied  SUBJECT_READ on xx: the rule at {path}:5\n")),
            (
                read(Some("User:root"), &[], "xx"),
                "allowed SUBJECT_READ on xx: super.users names this user\n".to_owned(),
            ),
            (
                read(None, &[], "xx"),
                format!(
                    "SUBJECT_READ on xx\n  allow User:root (super.users)\n  allow User:boss (super.users)\n  \
                     allow User:a, Group:g ({path}:1)\n  deny * ({path}:5)\n"
                ),
            ),
        ] {
            assert_eq!(question.answer(&settings).unwrap(), answer, "{question:?}");
        }
        let every =
            AccessQuestion { principal: text("User:a"), subject: text("x"), ..AccessQuestion::default() };
        let of_subjects = Permission::ALL.iter().filter(|one| one.scope() == PermissionScope::Subjects);
        assert_eq!(every.answer(&settings).unwrap().lines().count(), of_subjects.count());
    }

    #[test]
    fn a_question_that_is_none_is_told_what_to_ask() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "[[rule]]\nallow = \"reader\"\nto = \"*\"\nsubjects = \"*\"\n").unwrap();
        let settings = settings(file.path());
        for (principal, group, operation, subject, message) in [
            ("a", "", "", "x", "'a' is no principal; write --principal User:NAME"),
            ("", "g", "", "x", "--group is of a principal"),
            ("", "", "READ", "x", "'READ' is no permission; there are SUBJECT_READ, "),
            ("", "", "SUBJECT_READ", "", "SUBJECT_READ is of subjects: say of which with --subject"),
            ("", "", "GLOBAL_READ", "x", "GLOBAL_READ is not of subjects: leave out --subject"),
        ] {
            let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let question = AccessQuestion {
                principal: given(principal),
                groups: given(group).into_iter().collect(),
                operation: given(operation),
                subject: given(subject),
            };
            let told = question.answer(&settings).unwrap_err().to_string();
            assert!(told.starts_with(message), "{told}");
        }
    }
}
