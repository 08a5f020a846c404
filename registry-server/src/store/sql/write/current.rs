//! The id that registrations of a content take: that of the version of it that was written last, by a registration, an
//! import, a soft deletion or its restoration (semantics §2.2).

use std::collections::BTreeMap;

use super::Stamp;
use super::log::{Entry, append};
use crate::domain::{Guid, SchemaId, Subject};
use crate::store::sql::database::Writer;
use crate::store::sql::encode::corrupt;
use crate::store::sql::param::{Param, params};
use crate::store::{ChangeKind, StoreError};

/// The GUID of a content that was erased.
const ERASED: [u8; 16] = [0; 16];

/// Whether a stored GUID says that the content was erased.
pub(super) fn is_erased(guid: &[u8]) -> bool {
    guid == ERASED
}

/// A content that ids are pointed to.
pub(super) struct Pointed<'a> {
    pub(super) digest: &'a [u8],
    pub(super) guid: Guid,
}

/// The row of the log for an id that an import has bound to other content than it stood for.
pub(super) fn rebound(subject: &Subject, id: SchemaId, former: &[u8], guid: Guid) -> Entry {
    let former = former.try_into().map(|former| Guid(former).to_string()).unwrap_or_default();
    Entry {
        id: Some(id),
        guid: Some(guid),
        ..Entry::of(ChangeKind::Rebind, subject, Some(former.into()), Some(guid.to_string().into()))
    }
}

/// Makes an id the content's current one.
pub(super) async fn point_to(
    tx: &mut Writer,
    stamp: Stamp<'_>,
    subject: &Subject,
    content: &Pointed<'_>,
    id: SchemaId,
) -> Result<(), StoreError> {
    let key = params![subject.context(), content.digest];
    let sql = "SELECT id FROM current_ids WHERE context = $1 AND digest = $2";
    let former = tx.fetch_first(sql, &key).await?.map(|row| row.id(0)).transpose()?;
    move_from(tx, stamp, subject, content, former, id).await
}

/// Makes the ids of versions that are written now the current ones of their contents; of several of one content the last
/// counts. `selection` is the condition on the table `versions` that selects them, with its values.
pub(super) async fn point_to_written(
    tx: &mut Writer,
    stamp: Stamp<'_>,
    subject: &Subject,
    (selection, values): (&str, &[Param]),
) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT c.digest, c.guid, c.id, k.id FROM (SELECT context, version, id FROM versions WHERE {selection}) v \
         JOIN contents c ON c.context = v.context AND c.id = v.id \
         LEFT JOIN current_ids k ON k.context = c.context AND k.digest = c.digest ORDER BY v.version"
    );
    let mut last = BTreeMap::new();
    for row in tx.fetch(&sql, values).await? {
        let guid = row.bytes(1)?.try_into().map_err(|_| corrupt("contents.guid", &"not 16 bytes"))?;
        let former = row.opt_int(3)?.and_then(SchemaId::new);
        last.insert(row.bytes(0)?, (Guid(guid), former, row.id(2)?));
    }
    for (digest, (guid, former, id)) in last {
        move_from(tx, stamp, subject, &Pointed { digest: &digest, guid }, former, id).await?;
    }
    Ok(())
}

async fn move_from(
    tx: &mut Writer,
    stamp: Stamp<'_>,
    subject: &Subject,
    content: &Pointed<'_>,
    former: Option<SchemaId>,
    id: SchemaId,
) -> Result<(), StoreError> {
    if former == Some(id) {
        return Ok(());
    }
    if let Some(former) = former {
        let entry = Entry {
            id: Some(former),
            guid: Some(content.guid),
            ..Entry::of(ChangeKind::Supersede, subject, Some(former.get().into()), Some(id.get().into()))
        };
        append(tx, stamp, &[entry]).await?;
    }
    let sql = "INSERT INTO current_ids (context, digest, id) VALUES ($1, $2, $3) \
        ON CONFLICT (context, digest) DO UPDATE SET id = excluded.id";
    tx.execute(sql, &params![subject.context(), content.digest, id]).await?;
    Ok(())
}
