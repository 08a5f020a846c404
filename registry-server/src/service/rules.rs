//! Validity of rule sets: semantics §5.3.

use std::collections::HashSet;

use super::{RegistryError, Result};
use crate::domain::{Rule, RuleMode, RuleSet};

const MAX_NAME_LENGTH: usize = 256;

/// Checks a rule set that is about to be stored.
pub(super) fn check(rules: &RuleSet) -> Result<()> {
    let mut names = HashSet::new();
    let [migration, domain, encoding] = rules.lists();
    check_list(migration, &mut names, true, "Migration rules can only be UPGRADE, DOWNGRADE, UPDOWN")?;
    check_list(domain, &mut names, false, "Domain rules can only be WRITE, READ, WRITEREAD")?;
    check_list(encoding, &mut names, false, "Encoding rules can only be WRITE, READ, WRITEREAD")
}

fn check_list<'a>(
    rules: &'a [Rule],
    names: &mut HashSet<&'a str>,
    migration: bool,
    wrong_mode: &str,
) -> Result<()> {
    for rule in rules {
        let name = check_name(rule)?;
        if !names.insert(name) {
            return Err(invalid(format!("Found rule with duplicate name '{name}'")));
        }
        if rule.rule_type.is_none() {
            return Err(invalid("Missing rule type".to_owned()));
        }
        let both = matches!(rule.mode, RuleMode::WriteRead | RuleMode::UpDown);
        let pair =
            [&rule.on_success, &rule.on_failure].into_iter().flatten().any(|action| action.contains(','));
        if pair && !both {
            return Err(invalid("Multiple actions only valid with WRITEREAD and UPDOWN".to_owned()));
        }
        if rule.mode.is_migration() != migration {
            return Err(invalid(wrong_mode.to_owned()));
        }
    }
    Ok(())
}

fn check_name(rule: &Rule) -> Result<&str> {
    let name = rule.name.as_deref().ok_or_else(|| invalid("Missing rule name".to_owned()))?;
    let mut letters = name.chars();
    let Some(first) = letters.next() else { return Err(invalid("Empty rule name".to_owned())) };
    if name.chars().count() > MAX_NAME_LENGTH {
        return Err(invalid("Rule name too long".to_owned()));
    }
    if !(first.is_alphabetic() || first == '_') {
        return Err(invalid(format!("Illegal initial character in rule name: {name}")));
    }
    if letters.any(|letter| !(letter.is_alphanumeric() || letter == '_' || letter == '-')) {
        return Err(invalid(format!("Illegal character in rule name: {name}")));
    }
    Ok(name)
}

fn invalid(text: String) -> RegistryError {
    RegistryError::InvalidRuleSet(text)
}
