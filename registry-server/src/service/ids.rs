//! Reading by id and by GUID (semantics §2.4).

use std::sync::Arc;

use super::{Paging, Registry, RegistryError, Result, Stored};
use crate::domain::{Content, Context, Guid, SchemaId, Subject};
use crate::store::{Holder, Holders};

/// A schema that was found by its id.
#[derive(Clone, Debug)]
pub struct ById {
    /// The context in which the id was found.
    pub context: Context,
    /// The content.
    pub content: Arc<Content>,
    /// A subject-version that holds the id, and what the store knows of it.
    pub holder: Option<(Holder, Stored)>,
}

impl Registry {
    /// The schema of an id. `subject` says in which context to look; a subject with a name must hold the id, except that
    /// a bare one is also looked for in other contexts, and at last any schema of the default context with that id will
    /// do.
    ///
    /// # Errors
    /// [`RegistryError::SchemaNotFound`].
    pub async fn by_id(&self, id: i32, subject: &Subject) -> Result<ById> {
        let holders = self.holders_in_context(id, subject).await?;
        let missing = || RegistryError::SchemaNotFound(id.to_string());
        let (context, holders, holder) = self.find_id(id, subject, holders).await?.ok_or_else(missing)?;
        let key = SchemaId::new(id.into()).ok_or_else(missing)?;
        let content = self.reads.content(&context, key).await?.ok_or_else(missing)?;
        let holder = holder.or_else(|| first_of(&holders)).map(|holder| {
            let stored = Stored { ts: holder.ts, deleted: holder.deleted };
            (holder, stored)
        });
        Ok(ById { context, content, holder })
    }

    /// The versions that hold an id in the context of a subject: none for an id that was never given out, or is purged.
    async fn holders_in_context(&self, id: i32, subject: &Subject) -> Result<Arc<Holders>> {
        match SchemaId::new(id.into()) {
            Some(id) => self.shown_holders(subject.context(), id).await,
            None => Ok(Arc::default()),
        }
    }

    /// The highest id that was given out in a context.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn max_id(&self, context: &Context) -> Result<Option<i32>> {
        Ok(self.reads.max_id(context).await?.map(SchemaId::get))
    }

    /// A part of the subject-versions that hold an id, as an endpoint shows them: for each subject the one written last. Of an
    /// id that is no longer the current one of its content, those that hold the current one.
    ///
    /// # Errors
    /// [`RegistryError::NoSchema`] for an id that nothing holds.
    pub async fn holders_of<T>(
        &self,
        id: i32,
        subject: &Subject,
        include_deleted: bool,
        paging: Paging,
        show: impl Fn(&Holder) -> T,
    ) -> Result<Vec<T>> {
        let holders = self.holders_in_context(id, subject).await?;
        let (context, holders, _) =
            self.find_id(id, subject, holders).await?.ok_or(RegistryError::NoSchema)?;
        let holders = self.holders_of_current(&context, id, holders).await?;
        let (offset, limit) = paging.bounds(self.settings.subject_search);
        let counting = last_held(&holders).filter(|holder| include_deleted || !holder.deleted);
        Ok(counting.skip(offset).take(limit).map(show).collect())
    }

    /// The holders of the id that the content of an id has now.
    async fn holders_of_current(
        &self,
        context: &Context,
        id: i32,
        holders: Arc<Holders>,
    ) -> Result<Arc<Holders>> {
        // Holders tell for certain whether their id is the current one, and not which other one is.
        let Some(id) = SchemaId::new(id.into()).filter(|id| holders.current_id != Some(*id)) else {
            return Ok(holders);
        };
        let Some(content) = self.reads.content(context, id).await? else { return Ok(holders) };
        match self.reads.current_id(context, &content).await? {
            Some(current) => self.shown_holders(context, current).await,
            None => Ok(holders),
        }
    }

    /// The place of an id that these hold in the context of the subject, and the version of the subject that holds it. An id
    /// whose only version an import has overwritten is nobody's, and goes on standing for what it stood for.
    async fn find_id(
        &self,
        id: i32,
        subject: &Subject,
        holders: Arc<Holders>,
    ) -> Result<Option<(Context, Arc<Holders>, Option<Holder>)>> {
        let Some(id) = SchemaId::new(id.into()) else { return Ok(None) };
        let context = subject.context();
        if subject.is_context() {
            return Ok(holders.stands.then(|| (context.clone(), holders, None)));
        }
        if let Some(holder) = last_of(&holders, subject) {
            return Ok(Some((context.clone(), holders, Some(holder))));
        }
        if !context.is_default() {
            let is_nobodys = holders.stands && holders.versions.is_empty();
            return Ok(is_nobodys.then(|| (context.clone(), holders, None)));
        }
        for other in self.same_name_elsewhere(subject).await? {
            let elsewhere = self.shown_holders(other.context(), id).await?;
            if let Some(holder) = last_of(&elsewhere, &other) {
                return Ok(Some((other.context().clone(), elsewhere, Some(holder))));
            }
        }
        Ok(holders.stands.then(|| (context.clone(), holders, None)))
    }

    /// The content with a GUID: the default context's, else the first one of another context.
    ///
    /// # Errors
    /// [`RegistryError::SchemaNotFound`] for a text that is no GUID and for one that is unknown.
    pub async fn by_guid(&self, text: &str) -> Result<ById> {
        let missing = || RegistryError::SchemaNotFound(text.to_owned());
        let guid: Guid = text.parse().map_err(|_| missing())?;
        let mut held_by_none = None;
        for (context, id) in default_first(self.reads.ids_by_guid(guid).await?) {
            let holders = self.shown_holders(&context, id).await?;
            if !holders.stands {
                continue;
            }
            let Some(content) = self.reads.content(&context, id).await? else { continue };
            let Some(holder) = first_of(&holders) else {
                held_by_none.get_or_insert(ById { context, content, holder: None });
                continue;
            };
            let state = self.reads.subject(&holder.subject).await?;
            let stored = state
                .version(holder.version)
                .map(|version| Stored { ts: version.ts, deleted: version.deleted });
            return Ok(ById { context, content, holder: stored.map(|stored| (holder, stored)) });
        }
        held_by_none.ok_or_else(missing)
    }

    /// The current ids of a GUID, ordered by context and id; none for a text that is no GUID.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn ids_by_guid(&self, text: &str) -> Result<Vec<(Context, SchemaId)>> {
        let Ok(guid) = text.parse::<Guid>() else { return Ok(Vec::new()) };
        let mut ids = self.reads.ids_by_guid(guid).await?;
        if !self.shows_everything() {
            let all = std::mem::take(&mut ids);
            for (context, id) in all {
                if self.shown_holders(&context, id).await?.stands {
                    ids.push((context, id));
                }
            }
        }
        Ok(ids)
    }
}

fn default_first(mut ids: Vec<(Context, SchemaId)>) -> Vec<(Context, SchemaId)> {
    ids.sort_by_key(|(context, _)| !context.is_default());
    ids
}

/// For each subject that holds an id the version that was written last, in the original's order.
fn last_held(holders: &Holders) -> impl Iterator<Item = &Holder> {
    holders.in_order(|versions| {
        // Holders are ordered by subject.
        let by_subject = versions.chunk_by(|one, next| one.subject == next.subject);
        let mut begin = 0;
        let mut last: Vec<LastHeld<'_>> = by_subject
            .filter_map(|held| {
                let at = last_written(held)?;
                let since = held.iter().map(|holder| holder.written).min()?;
                let place = u32::try_from(begin + at).ok()?;
                begin += held.len();
                Some(LastHeld { subject: &held[at].subject, place, since })
            })
            .collect();
        last.sort_by_key(|held| held.since);
        super::hash_order::sort(&mut last);
        last.iter().map(|held| held.place).collect()
    })
}

/// The version of a subject that took an id last.
#[derive(Clone, Debug)]
pub(super) struct LastHeld<'a> {
    pub(super) subject: &'a Subject,
    /// The place among all holders.
    place: u32,
    /// When the subject took the id first.
    since: i64,
}

fn last_written(held: &[Holder]) -> Option<usize> {
    held.iter().enumerate().max_by_key(|(_, holder)| holder.written).map(|(at, _)| at)
}

/// The holder that stands for all of them.
fn first_of(holders: &Holders) -> Option<Holder> {
    last_held(holders).next().cloned()
}

pub(super) fn last_of(holders: &Holders, subject: &Subject) -> Option<Holder> {
    let held = holders.of(subject);
    held.get(last_written(held)?).cloned()
}

impl ById {
    /// The subject whose context references are relative to.
    #[must_use]
    pub fn home(&self) -> Subject {
        match &self.holder {
            Some((holder, _)) => holder.subject.clone(),
            None => Subject::of_context(self.context.clone()),
        }
    }
}
