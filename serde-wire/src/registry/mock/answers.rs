//! What the registry answers to questions that change nothing.

use super::candidate::{Candidate, Targets};
use super::name::{bare, canonical};
use super::refusal;
use super::state::{Answer, State, Version};
use crate::context::{context_of, is_bare};
use crate::frame::{Guid, SchemaId};
use crate::registry::{CompatibilityVerdict, NewSchema, RegisteredSchema, RegistryError, VersionSelector};
use std::sync::Arc;

impl State {
    /// A subject must hold the id, in its context; but one of the default context is looked for in the others as well, and at
    /// last any schema of the default context will do.
    pub(super) fn by_id(&self, id: SchemaId, subject: Option<&str>) -> Answer {
        let subject = canonical(subject.unwrap_or_default());
        let context = context_of(&subject);
        let anybody = || {
            let mut holders = self.in_context(context);
            holders.find(|(_, version)| version.schema.id == Some(id)).map(|(_, version)| version)
        };
        let found = if is_bare(&subject) {
            anybody()
        } else {
            let mut names = self.names(&subject);
            let held = names.find_map(|name| {
                let versions = self.subjects.get(&name).map_or(&[][..], Vec::as_slice);
                versions.iter().rev().find(|version| version.schema.id == Some(id))
            });
            held.or_else(|| if context == "." { anybody() } else { None })
        };
        let Version { schema, .. } = found.ok_or_else(|| refusal::no_schema(id))?;
        Ok(Arc::clone(schema))
    }

    /// The default context's first. The answer says nothing of subjects and ids, of which there may be several.
    pub(super) fn by_guid(&self, guid: Guid) -> Answer {
        let others = self.subjects.iter().filter(|(subject, _)| context_of(subject) != ".");
        let others = others.flat_map(|(_, versions)| versions);
        let versions = self.in_context(".").map(|(_, version)| version).chain(others);
        let found = versions.map(|version| &version.schema).find(|schema| schema.guid == Some(guid));
        let found = found.ok_or_else(|| refusal::no_schema(guid))?;
        Ok(Arc::new(RegisteredSchema {
            id: None,
            subject: None,
            version: None,
            ..RegisteredSchema::clone(found)
        }))
    }

    pub(super) fn lookup(&self, subject: &str, new: &NewSchema, normalize: bool) -> Answer {
        let subject = canonical(subject);
        for (index, name) in self.names(&subject).enumerate() {
            let candidate = Candidate::new(self, &name, new, normalize, Targets::All);
            match candidate.and_then(|candidate| self.same(&name, &candidate)) {
                Ok(Some(found)) => return Ok(found),
                Err(error) if index == 0 && !new.schema.trim().is_empty() => return Err(error),
                // References that lead nowhere from another context only say that it is not there.
                Ok(None) | Err(_) => {}
            }
        }
        Err(match self.live(&subject).next() {
            Some(_) => refusal::not_registered(),
            None => refusal::no_subject(&subject),
        })
    }

    pub(super) fn version(&self, subject: &str, selector: VersionSelector) -> Answer {
        let subject = canonical(subject);
        if let VersionSelector::Number(number) = selector
            && !(1..=i32::MAX.unsigned_abs()).contains(&number)
        {
            return Err(refusal::invalid_version(number));
        }
        let found = self.names(&subject).find_map(|name| match selector {
            VersionSelector::Latest => self.live(&name).next_back(),
            VersionSelector::Number(number) => {
                let number = i32::try_from(number).ok()?;
                self.target(&name, number, Targets::All)
            }
        });
        found.cloned().ok_or_else(|| match selector {
            VersionSelector::Number(number) if self.subjects.contains_key(&subject) => {
                refusal::no_version(number)
            }
            _ => refusal::no_subject(&subject),
        })
    }

    /// What cannot be read could not be registered either.
    pub(super) fn would_accept(
        &self,
        subject: &str,
        new: &NewSchema,
        normalize: bool,
    ) -> Result<CompatibilityVerdict, RegistryError> {
        let subject = canonical(subject);
        let candidate = match new.schema.trim() {
            "" => Err(refusal::invalid_schema("Empty schema".to_owned())),
            _ => Candidate::new(self, &subject, new, normalize, Targets::Live),
        };
        let messages = match candidate.and_then(|candidate| self.findings(&subject, &candidate)) {
            Ok(findings) => findings,
            Err(RegistryError::Refused { message, .. }) => vec![message],
            Err(error) => return Err(error),
        };
        Ok(CompatibilityVerdict { compatible: messages.is_empty(), messages })
    }

    pub(super) fn numbers(&self, subject: &str, deleted: bool) -> Result<Vec<u32>, RegistryError> {
        let subject = canonical(subject);
        let versions = self.subjects.get(&subject).map_or(&[][..], Vec::as_slice);
        let shown = versions.iter().filter(|version| deleted || !version.deleted);
        let mut numbers: Vec<u32> = shown.filter_map(|version| version.schema.version).collect();
        numbers.sort_unstable();
        if numbers.is_empty() { Err(refusal::no_subject(&subject)) } else { Ok(numbers) }
    }

    /// The subject, and if it is one of the default context those of the same name in the others, by context.
    fn names<'n>(&'n self, subject: &'n str) -> impl Iterator<Item = String> + 'n {
        let others = self.subjects.keys().filter(move |other| {
            context_of(subject) == "." && context_of(other) != "." && bare(other) == subject
        });
        std::iter::once(subject.to_owned()).chain(others.cloned())
    }
}
