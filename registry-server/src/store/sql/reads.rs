//! Reads of the store.

use std::sync::Arc;

use async_trait::async_trait;

use super::database::Backend;
use super::{SqlStore, StatementKind, read};
use crate::domain::{Association, Content, Context, Guid, SchemaId, Subject, Version};
use crate::store::{
    AliasQuery, ApiTokens, AssociationFilter, Change, ChangeQuery, Gauges, Holders, Inventory, PoolUsage,
    ReadStore, Referrer, ScopeState, StoreError, StoredVersion, SubjectQuery, SubjectState, VersionQuery,
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

    async fn api_tokens(&self) -> Result<Arc<ApiTokens>, StoreError> {
        read::api_tokens(&self.database).await.map(Arc::new)
    }

    async fn find_changes(&self, query: &ChangeQuery) -> Result<Vec<Change>, StoreError> {
        read::find_changes(&self.database, query).await
    }

    fn gauges(&self) -> Gauges {
        let statements = &self.database.statements;
        let pool = match &self.database.backend {
            Backend::Postgres { pool, .. } => Some(pool.usage()),
            Backend::Sqlite { readers, .. } => readers.as_ref().map(|readers| {
                let (open, idle) = (u64::from(readers.size()), readers.num_idle() as u64);
                PoolUsage::new(
                    readers.options().get_max_connections().into(),
                    open.saturating_sub(idle),
                    idle,
                )
            }),
        };
        Gauges {
            statements: StatementKind::ALL.iter().map(|kind| (kind.as_str(), statements.of(*kind))).collect(),
            pool,
            is_current: true,
            ..Gauges::default()
        }
    }

    async fn inventory(&self) -> Result<Inventory, StoreError> {
        read::inventory(&self.database).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.database.fetch("SELECT 1", &[]).await?;
        Ok(())
    }

    async fn close(&self) {
        SqlStore::close(self).await;
    }
}
