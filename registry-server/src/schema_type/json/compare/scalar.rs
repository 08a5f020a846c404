//! Texts, numbers and lists of values (json-schema §6.3).

use super::super::model::{NumberPart, StringPart};
use super::decimal;
use super::difference::{self, Difference};
use super::{CompareError, Comparison, Findings};

impl Comparison<'_> {
    pub(super) fn strings(
        &self,
        findings: &mut Findings,
        original: &StringPart,
        update: &StringPart,
    ) -> Result<(), CompareError> {
        self.upper(
            findings,
            "maxLength",
            (original.max_length, update.max_length),
            (difference::MAX_LENGTH_ADDED, difference::MAX_LENGTH_DECREASED),
        )?;
        self.lower(
            findings,
            "minLength",
            (original.min_length, update.min_length),
            (difference::MIN_LENGTH_ADDED, difference::MIN_LENGTH_INCREASED),
        )?;
        match (&original.pattern, &update.pattern) {
            (None, Some(_)) => self.note(findings, "pattern", difference::PATTERN_ADDED),
            (Some(one), Some(other)) if one != other => {
                self.note(findings, "pattern", difference::PATTERN_CHANGED)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn numbers(
        &self,
        findings: &mut Findings,
        original: &NumberPart,
        update: &NumberPart,
    ) -> Result<(), CompareError> {
        self.upper(
            findings,
            "maximum",
            (double(original.maximum.as_ref()), double(update.maximum.as_ref())),
            (difference::MAXIMUM_ADDED, difference::MAXIMUM_DECREASED),
        )?;
        self.lower(
            findings,
            "minimum",
            (double(original.minimum.as_ref()), double(update.minimum.as_ref())),
            (difference::MINIMUM_ADDED, difference::MINIMUM_INCREASED),
        )?;
        self.upper(
            findings,
            "exclusiveMaximum",
            (double(original.exclusive_maximum.as_ref()), double(update.exclusive_maximum.as_ref())),
            (difference::EXCLUSIVE_MAXIMUM_ADDED, difference::EXCLUSIVE_MAXIMUM_DECREASED),
        )?;
        self.lower(
            findings,
            "exclusiveMinimum",
            (double(original.exclusive_minimum.as_ref()), double(update.exclusive_minimum.as_ref())),
            (difference::EXCLUSIVE_MINIMUM_ADDED, difference::EXCLUSIVE_MINIMUM_INCREASED),
        )?;
        match (&original.multiple_of, &update.multiple_of) {
            (None, Some(_)) => self.note(findings, "multipleOf", difference::MULTIPLE_OF_ADDED)?,
            (Some(one), Some(other)) if one != other => {
                if let Some(difference) = multiples(one, other) {
                    self.note(findings, "multipleOf", difference)?;
                }
            }
            _ => {}
        }
        if update.integer && !original.integer {
            self.note(findings, "", difference::TYPE_NARROWED)?;
        }
        Ok(())
    }

    pub(super) fn enums(
        &self,
        findings: &mut Findings,
        original: &[String],
        update: &[String],
    ) -> Result<(), CompareError> {
        let has_all = |one: &[String], other: &[String]| {
            let values: std::collections::HashSet<&String> = one.iter().collect();
            other.iter().all(|value| values.contains(value))
        };
        if has_all(update, original) {
            return Ok(());
        }
        let narrowed = has_all(original, update);
        let difference =
            if narrowed { difference::ENUM_ARRAY_NARROWED } else { difference::ENUM_ARRAY_CHANGED };
        self.note(findings, "enum", difference)
    }

    /// An upper limit must not come up or go down.
    pub(super) fn upper<T: PartialOrd>(
        &self,
        findings: &mut Findings,
        keyword: &str,
        (original, update): (Option<T>, Option<T>),
        (added, decreased): (Difference, Difference),
    ) -> Result<(), CompareError> {
        match (original, update) {
            (None, Some(_)) => self.note(findings, keyword, added),
            (Some(one), Some(other)) if one > other => self.note(findings, keyword, decreased),
            _ => Ok(()),
        }
    }

    /// A lower limit must not come up or rise.
    pub(super) fn lower<T: PartialOrd>(
        &self,
        findings: &mut Findings,
        keyword: &str,
        (original, update): (Option<T>, Option<T>),
        (added, increased): (Difference, Difference),
    ) -> Result<(), CompareError> {
        match (original, update) {
            (None, Some(_)) => self.note(findings, keyword, added),
            (Some(one), Some(other)) if one < other => self.note(findings, keyword, increased),
            _ => Ok(()),
        }
    }
}

/// Limits are compared as doubles, as in the original.
fn double(text: Option<&String>) -> Option<f64> {
    text.and_then(|text| text.parse().ok())
}

/// The difference that a change of multiples makes: only a divisor of the old step is safe.
fn multiples(original: &str, update: &str) -> Option<Difference> {
    match (decimal::divides(original, update), decimal::divides(update, original)) {
        (true, _) => Some(difference::MULTIPLE_OF_EXPANDED),
        (false, true) => None,
        (false, false) => Some(difference::MULTIPLE_OF_CHANGED),
    }
}
