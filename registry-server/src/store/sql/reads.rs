//! Reads of the store.

use std::sync::Arc;

use async_trait::async_trait;

use super::{SqlStore, read};
use crate::domain::{Association, Content, Context, Guid, SchemaId, Subject, Version};
use crate::store::{
    AliasQuery, AssociationFilter, Change, Holders, ReadStore, Referrer, ScopeState, StoreError,
    StoredVersion, SubjectQuery, SubjectState, VersionQuery,
};

#[async_trait]
impl ReadStore for SqlStore {
    async fn scope(&self, subject: &Subject) -> Result<Arc<ScopeState>, StoreError> {
        read::scope(&self.database, &self.cipher, subject).await.map(Arc::new)
    }

    async fn subject(&self, subject: &Subject) -> Result<Arc<SubjectState>, StoreError> {
        read::subject(&self.database, &self.cipher, subject).await.map(Arc::new)
    }

    async fn content(&self, context: &Context, id: SchemaId) -> Result<Option<Arc<Content>>, StoreError> {
        Ok(read::content(&self.database, &self.cipher, context, id).await?.map(Arc::new))
    }

    async fn holders(&self, context: &Context, id: SchemaId) -> Result<Arc<Holders>, StoreError> {
        read::holders(&self.database, context, id).await.map(Arc::new)
    }

    async fn ids_by_guid(&self, guid: Guid) -> Result<Vec<(Context, SchemaId)>, StoreError> {
        read::ids_by_guid(&self.database, guid).await
    }

    async fn current_id(&self, context: &Context, content: &Content) -> Result<Option<SchemaId>, StoreError> {
        read::current_id(&self.database, context, content).await
    }

    async fn referrers(
        &self,
        subject: &Subject,
        version: Option<Version>,
    ) -> Result<Vec<Referrer>, StoreError> {
        read::referrers(&self.database, subject, version).await
    }

    async fn subjects(&self, query: &SubjectQuery) -> Result<Vec<Subject>, StoreError> {
        read::subjects(&self.database, query).await
    }

    async fn versions(&self, query: &VersionQuery) -> Result<Vec<StoredVersion>, StoreError> {
        read::versions(&self.database, &self.cipher, query).await
    }

    async fn listed_associations(&self, query: &VersionQuery) -> Result<Vec<Association>, StoreError> {
        read::listed_associations(&self.database, query).await
    }

    async fn contexts(&self) -> Result<Vec<Context>, StoreError> {
        read::contexts(&self.database).await
    }

    async fn aliases(&self, query: &AliasQuery) -> Result<Vec<(Subject, String)>, StoreError> {
        read::aliases(&self.database, query).await
    }

    async fn max_id(&self, context: &Context) -> Result<Option<SchemaId>, StoreError> {
        read::max_id(&self.database, context).await
    }

    async fn associations(&self, filter: &AssociationFilter) -> Result<Vec<Association>, StoreError> {
        read::associations(&self.database, filter).await
    }

    async fn changes(&self, after: i64, limit: u32) -> Result<Vec<Change>, StoreError> {
        read::changes(&self.database, after, limit).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.database.fetch("SELECT 1", &[]).await?;
        Ok(())
    }

    async fn close(&self) {
        SqlStore::close(self).await;
    }
}
