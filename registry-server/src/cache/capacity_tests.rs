//! Bounds of what is remembered.

use super::Cached;
use crate::domain::{Context, SchemaId, Subject, SubjectFilter, Version};
use crate::store::contract::fixture::{actor, content};
use crate::store::sql::SqlStore;
use crate::store::{
    BulkImport, ImportedVersion, ReadStore as _, SubjectQuery, VersionQuery, Visibility, WriteStore as _,
};

const SUBJECTS: i64 = 200;

/// A version with a text of twenty thousand bytes.
fn version(number: i64) -> ImportedVersion {
    ImportedVersion {
        subject: Subject::parse(&format!("s{number}")),
        version: Version::FIRST,
        id: SchemaId::new(number).unwrap(),
        content: content(&format!("{number:020000}")),
        targets: Vec::new(),
        deleted: false,
        ts: None,
    }
}

#[tokio::test]
async fn what_is_remembered_stays_within_the_bound() {
    let texts = 20_000 * 200;
    for capacity in [1 << 16, 1 << 20, 4 << 20, 64 << 20] {
        let Cached { reads, writes } = Cached::with_capacity(SqlStore::in_memory().await.unwrap(), capacity);
        let versions: Vec<_> = (1..=SUBJECTS).map(version).collect();
        let imported = writes.import_versions(&versions, &actor()).await.unwrap();
        assert!(matches!(imported, BulkImport::Imported { .. }));
        let context = Context::default_context();
        for one in &versions {
            let state = reads.subject(&one.subject).await.unwrap();
            assert_eq!(state.versions[0].content.text, one.content.text, "told, remembered or not");
            reads.content(&context, one.id).await.unwrap();
            reads.holders(&context, one.id).await.unwrap();
            reads.current_id(&context, &one.content).await.unwrap();
        }
        let filter = SubjectFilter::everything();
        reads.subjects(&SubjectQuery::of(filter.clone(), Visibility::All)).await.unwrap();
        let page = crate::store::Page::default();
        let all = VersionQuery { page, ..VersionQuery::of(filter, Visibility::All) };
        reads.versions(&all).await.unwrap();
        let held = reads.weight().await;
        assert!(held <= capacity, "{held} of {capacity}");
        let expected = capacity.min(texts) / 8;
        assert!(
            held >= expected || capacity < 1 << 20,
            "{held} of {capacity}: much less than there is room for"
        );
    }
}
