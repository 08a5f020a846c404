//! `/subjects/{subject}/versions`

use super::App;
use super::call::{Call, Reply};
use super::entities::{Extras, Registered, Schema};
use super::error::ApiError;
use super::json::FromJson;
use crate::domain::{Content, Subject};
use crate::service::{Found, SchemaRequest, TagRequest, VersionFilter, guid_with_subjects};

pub(super) async fn list(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let filter = VersionFilter {
        deleted: call.query.flag("deleted"),
        deleted_only: call.query.flag("deletedOnly"),
        deleted_as_negative: call.query.flag("deletedAsNegative"),
    };
    let paging = call.query.paging()?;
    Ok(Reply::json(&app.registry.versions(&call.subject(), filter, paging).await?))
}

pub(super) async fn register(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let request = call.entity(SchemaRequest::read)?;
    let found = app.registry.register(&call.subject(), &request, &call.register_options()).await?;
    registered(app, call, &found).await
}

pub(super) async fn modify_tags(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let request = call.entity(TagRequest::read)?;
    let version = call.version()?;
    let options = call.register_options();
    let found = app.registry.modify_tags(&call.subject(), version, &request, &options).await?;
    registered(app, call, &found).await
}

async fn registered(app: &App, call: &Call, found: &Found) -> Result<Reply, ApiError> {
    let text = app.registry.formatted(found, call.query.text("format")).await?;
    Ok(Reply::json(&Registered::of(found, &Extras { text, ..call.extras() })))
}

pub(super) async fn get(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let deleted = call.query.flag("deleted");
    let found = app.registry.version(&call.subject(), call.version()?, deleted).await?;
    let extras = extras(app, call, &found.subject, &found.content).await?;
    Ok(Reply::json(&Schema::of(&found, &extras)))
}

/// What the query asks for beside the stored schema: another format, qualified references, tags.
pub(super) async fn extras(
    app: &App,
    call: &Call,
    subject: &Subject,
    content: &Content,
) -> Result<Extras, ApiError> {
    let wanted: Vec<String> = call.query.all("findTags").map(str::to_owned).collect();
    let qualify = call.query.text("referenceFormat").eq_ignore_ascii_case("qualified")
        && !subject.context().is_default();
    let qualified = |name: &String| Subject::parse_in(name, subject.context()).to_string();
    let subjects: Option<Vec<String>> =
        qualify.then(|| content.references.iter().map(|one| qualified(&one.subject)).collect());
    Ok(Extras {
        text: app.registry.formatted_content(subject, content, call.query.text("format")).await?,
        // The original hashes what it shows.
        guid: subjects.as_deref().map(|subjects| guid_with_subjects(content, subjects)),
        qualified: subjects,
        tags: app.registry.tags_of(subject, content, &wanted).await?,
        max_id: None,
        level: call.level,
    })
}

pub(super) async fn get_text(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let deleted = call.query.flag("deleted");
    let found = app.registry.version(&call.subject(), call.version()?, deleted).await?;
    let text = app.registry.formatted(&found, call.query.text("format")).await?;
    Ok(Reply::text(text.unwrap_or_else(|| found.content.text.clone())))
}

pub(super) async fn referenced_by(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let deleted = call.query.flag("deleted");
    let paging = call.query.paging()?;
    Ok(Reply::json(&app.registry.referenced_by(&call.subject(), call.version()?, deleted, paging).await?))
}

pub(super) async fn delete(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let permanent = call.query.flag("permanent");
    let version =
        app.registry.delete_version(&call.subject(), call.version()?, permanent, &call.actor).await?;
    Ok(Reply::json(&version.get()))
}

/// Not part of the original, which cannot take a deletion back.
pub(super) async fn restore(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let found = app.registry.restore_version(&call.subject(), call.version()?, &call.actor).await?;
    Ok(Reply::json(&Schema::of(&found, &call.extras())))
}
