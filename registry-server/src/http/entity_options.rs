//! Options of schema entities: what a request asks for beside the stored schema.

use super::App;
use super::error::ApiError;
use super::level::Level;
use super::operation::RequestInfo;
use super::parameters::SchemaView;
use crate::domain::{Content, Guid, Subject};
use crate::schema_type::SchemaTags;
use crate::service::guid_of_shown;

/// Everything that shapes a schema entity beside the stored schema.
#[derive(Debug, Default)]
pub(super) struct EntityOptions {
    /// Response level.
    pub(super) level: Level,
    /// The text in another format.
    pub(super) text: Option<String>,
    /// Subjects of references in qualified form.
    pub(super) qualified: Option<Vec<String>>,
    /// The GUID that goes with them.
    pub(super) guid: Option<Guid>,
    /// The inline tags that were asked for.
    pub(super) tags: Vec<SchemaTags>,
    /// The highest id of the context.
    pub(super) max_id: Option<i32>,
}

impl EntityOptions {
    /// Options for showing a content, held by `subject`, in the form that a request asks for.
    ///
    /// # Errors
    /// When the stored schema cannot be read.
    pub(super) async fn requested(
        app: &App,
        request: &RequestInfo,
        view: &SchemaView,
        subject: &Subject,
        content: &Content,
    ) -> Result<Self, ApiError> {
        let qualify = view.qualified_references && !subject.context().is_default();
        let qualified = |name: &String| Subject::referenced(name, subject.context()).to_string();
        let subjects: Option<Vec<String>> =
            qualify.then(|| content.references.iter().map(|one| qualified(&one.subject)).collect());
        let text = app.registry.formatted_content(subject, content, &view.format).await?;
        // The original hashes what it shows, once it shows other subjects.
        let shown = text.as_deref().unwrap_or(&content.text);
        let renamed = subjects.as_deref().filter(|subjects| !subjects.is_empty());
        Ok(Self {
            guid: renamed.map(|subjects| guid_of_shown(content, shown, subjects)),
            text,
            qualified: subjects,
            tags: app.registry.tags_of(subject, content, &view.tags).await?,
            ..request.plain()
        })
    }
}
