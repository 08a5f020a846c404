//! Versions as they were in another registry.

use super::candidate::{Candidate, Reading};
use super::references::{incomplete, require_names};
use super::{Registry, RegistryError, Result, SchemaRequest, identity};
use crate::domain::{Content, Reference, SchemaId, Subject, Version};
use crate::store::{Actor, BulkImport, ImportedVersion};

/// A version that is to be imported.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The subject.
    pub subject: Subject,
    /// The number.
    pub version: Version,
    /// The id.
    pub id: SchemaId,
    /// The schema; version and id in it do not count.
    pub schema: SchemaRequest,
    /// Whether it is soft-deleted.
    pub deleted: bool,
    /// When it was written, in milliseconds since 1970; `None` for now.
    pub ts: Option<i64>,
}

impl Registry {
    /// Reads a version that is to be imported. As in the mode IMPORT it is taken as it comes: neither validated nor
    /// normalized, nor compared with others. With `as_it_stands` the text is not read at all: it must be one that a
    /// registry answered, since its identity is taken from it.
    ///
    /// # Errors
    /// [`RegistryError::InvalidSubject`], and [`RegistryError::InvalidSchema`] for a schema that cannot be read or a
    /// reference that leads nowhere.
    pub async fn read_imported(
        &self,
        request: &ImportRequest,
        as_it_stands: bool,
    ) -> Result<ImportedVersion> {
        let ImportRequest { subject, version, id, schema, deleted, ts } = request;
        self.check_registrable(subject)?;
        let (content, targets) = if as_it_stands {
            self.content_as_it_stands(subject, schema)?
        } else {
            let config = self.effective_config(&*self.reads.scope(subject).await?);
            let reading = Reading { new: false, normalize: false, validate: false };
            let candidate = self.candidate(subject, schema, &config, reading, &self.budget()).await?;
            require_names(subject, schema)?;
            let Candidate { content, targets, .. } = candidate.ok_or_else(empty)?;
            (content, targets)
        };
        let (subject, version, id) = (subject.clone(), *version, *id);
        Ok(ImportedVersion { subject, version, id, content, targets, deleted: *deleted, ts: *ts })
    }

    /// Writes versions that were read, all or none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn import(&self, versions: &[ImportedVersion], actor: &Actor) -> Result<BulkImport> {
        Ok(self.writes.import_versions(versions, actor).await?)
    }

    fn content_as_it_stands(
        &self,
        subject: &Subject,
        schema: &SchemaRequest,
    ) -> Result<(Content, Vec<(Subject, Version)>)> {
        if schema.is_blank() {
            return Err(empty());
        }
        let text = schema.schema.clone().unwrap_or_default();
        let name = schema.type_name();
        let language = self.languages.by_name(name);
        let language =
            language.ok_or_else(|| RegistryError::InvalidSchema(format!("Invalid schema type {name}")))?;
        let (mut references, mut targets) = (Vec::new(), Vec::new());
        for reference in &schema.references {
            let version = reference.version.and_then(|number| Version::new(number.into()));
            let (Some(name), Some(target), Some(version)) = (&reference.name, &reference.subject, version)
            else {
                return Err(RegistryError::InvalidSchema(incomplete(reference)));
            };
            targets.push((Subject::referenced(target, subject.context()), version));
            references.push(Reference { name: name.clone(), subject: target.clone(), version });
        }
        let (metadata, rule_set) = (schema.metadata.clone(), schema.rule_set.clone());
        let guid = identity::guid(&text, &schema.references, metadata.as_ref(), rule_set.as_ref());
        let schema_type = language.schema_type();
        Ok((Content { schema_type, guid, text, references, metadata, rule_set }, targets))
    }
}

fn empty() -> RegistryError {
    RegistryError::InvalidSchema("Empty schema".to_owned())
}
