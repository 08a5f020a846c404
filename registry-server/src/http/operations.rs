//! The table of operations.

use super::App;
use super::route::{Operation, Verb};
use super::{associations, compatibility, config, contexts, meta, mode, schemas, subjects, versions};

/// Writes a row of the table.
macro_rules! operation {
    ($verb:ident $path:literal $name:literal, $query:expr, $body:expr, $handler:path) => {
        Operation {
            verb: Verb::$verb,
            path: $path,
            name: $name,
            query: $query,
            body: $body,
            handler: |app, call| Box::pin($handler(app, call)),
        }
    };
}

const SCHEMA: Option<&str> = Some("RegisterSchemaRequest");
const CONFIG: Option<&str> = Some("ConfigUpdateRequest");
const MODE: Option<&str> = Some("ModeUpdateRequest");

/// Every operation of the API.
static OPERATIONS: &[Operation] = &[
    operation!(Get "/" "get", &[], None, meta::root),
    operation!(Post "/" "post", &[], Some("Map"), meta::root_post),
    operation!(Get "/v1/metadata/id" "getClusterId", &[], None, meta::cluster_id),
    operation!(Get "/v1/metadata/version" "getSchemaRegistryVersion", &[], None, meta::version),
    operation!(Get "/v1/metadata/deployment" "getDeployment", &[], None, meta::deployment),
    operation!(Get "/schemas" "getSchemas", &["subjectPrefix", "aliases", "deleted", "latestOnly", "ruleType",
        "resourceType", "associationType", "lifecycle", "offset", "limit"], None, schemas::list),
    operation!(Get "/schemas/types" "getSchemaTypes", &[], None, schemas::types),
    operation!(Get "/schemas/ids/{id}" "getSchema", &["subject", "format", "referenceFormat", "findTags",
        "fetchMaxId"], None, schemas::by_id),
    operation!(Get "/schemas/ids/{id}/schema" "getSchemaOnly", &["subject", "format"], None, schemas::text_by_id),
    operation!(Get "/schemas/ids/{id}/subjects" "getSubjects", &["subject", "deleted", "offset", "limit"], None,
        schemas::subjects_of),
    operation!(Get "/schemas/ids/{id}/versions" "getVersions", &["subject", "deleted", "offset", "limit"], None,
        schemas::versions_of),
    operation!(Get "/schemas/guids/{guid}" "getSchemaByGuid", &["format"], None, schemas::by_guid),
    operation!(Get "/schemas/guids/{guid}/ids" "getContextIdsByGuid", &[], None, schemas::ids_of_guid),
    operation!(Get "/subjects" "list", &["subjectPrefix", "deleted", "deletedOnly", "offset", "limit"], None,
        subjects::list),
    operation!(Post "/subjects/{subject}" "lookUpSchemaUnderSubject", &["normalize", "format", "deleted"], SCHEMA,
        subjects::lookup),
    operation!(Delete "/subjects/{subject}" "deleteSubject", &["permanent"], None, subjects::delete),
    operation!(Get "/subjects/{subject}/metadata" "getLatestWithMetadata", &["key", "value", "format", "deleted"],
        None, subjects::with_metadata),
    operation!(Get "/subjects/{subject}/versions" "listVersions", &["deleted", "deletedOnly", "deletedAsNegative",
        "offset", "limit"], None, versions::list),
    operation!(Post "/subjects/{subject}/versions" "register", &["normalize", "format", "force"], SCHEMA,
        versions::register),
    operation!(Get "/subjects/{subject}/versions/{version}" "getSchemaByVersion", &["format", "referenceFormat",
        "deleted", "findTags"], None, versions::get),
    operation!(Delete "/subjects/{subject}/versions/{version}" "deleteSchemaVersion", &["permanent"], None,
        versions::delete),
    operation!(Get "/subjects/{subject}/versions/{version}/schema" "getSchemaOnly", &["format", "deleted"], None,
        versions::get_text),
    operation!(Get "/subjects/{subject}/versions/{version}/referencedby" "getReferencedBy", &["deleted", "offset",
        "limit"], None, versions::referenced_by),
    operation!(Post "/subjects/{subject}/versions/{version}/tags" "modifyTags", &[], Some("TagSchemaRequest"),
        versions::modify_tags),
    operation!(Post "/compatibility/subjects/{subject}/versions/{version}" "testCompatibilityBySubjectName",
        &["normalize", "verbose"], SCHEMA, compatibility::with_version),
    operation!(Post "/compatibility/subjects/{subject}/versions" "testCompatibilityForSubject",
        &["normalize", "verbose"], SCHEMA, compatibility::with_all),
    operation!(Get "/config" "getTopLevelConfig", &["defaultToGlobal"], None, config::get),
    operation!(Put "/config" "updateTopLevelConfig", &[], CONFIG, config::update),
    operation!(Delete "/config" "deleteTopLevelConfig", &[], None, config::delete),
    operation!(Get "/config/{subject}" "getSubjectLevelConfig", &["defaultToGlobal"], None, config::get),
    operation!(Put "/config/{subject}" "updateSubjectLevelConfig", &[], CONFIG, config::update),
    operation!(Delete "/config/{subject}" "deleteSubjectConfig", &[], None, config::delete),
    operation!(Get "/mode" "getTopLevelMode", &["defaultToGlobal"], None, mode::get),
    operation!(Put "/mode" "updateTopLevelMode", &["force"], MODE, mode::update),
    operation!(Delete "/mode" "deleteTopLevelMode", &["recursive"], None, mode::delete),
    operation!(Get "/mode/{subject}" "getMode", &["defaultToGlobal"], None, mode::get),
    operation!(Put "/mode/{subject}" "updateMode", &["force"], MODE, mode::update),
    operation!(Delete "/mode/{subject}" "deleteSubjectMode", &["recursive"], None, mode::delete),
    operation!(Get "/contexts" "listContexts", &["offset", "limit", "contextPrefix"], None, contexts::list),
    operation!(Delete "/contexts/{context}" "deleteContext", &[], None, contexts::delete),
];

/// The operations on associations, which a setting turns off.
static ASSOCIATIONS: &[Operation] = &[
    operation!(Get "/associations/subjects/{subject}" "getAssociationsBySubject", ASSOCIATION_QUERY, None,
        associations::of_subject),
    operation!(Get "/associations/resources/{namespace}/{name}" "getAssociationsByResourceName", ASSOCIATION_QUERY,
        None, associations::of_name),
    operation!(Get "/associations/resources/{resourceId}" "getAssociationsByResourceId", ASSOCIATION_QUERY, None,
        associations::of_id),
    operation!(Post "/associations" "createAssociation", &["context", "dryRun"], ASSOCIATION, associations::create),
    operation!(Put "/associations/resources/{resourceId}" "createOrUpdateAssociation", &["context", "dryRun"],
        ASSOCIATION, associations::upsert),
    operation!(Delete "/associations/resources/{resourceId}" "deleteAssociations",
        &["resourceType", "associationType", "cascadeLifecycle", "dryRun"], None, associations::delete),
    operation!(Post "/associations:batchGet" "batchGetAssociations", &["includeSchemas"],
        Some("AssociationBatchGetRequest"), associations::batch_get),
    operation!(Post "/associations:batchMutate" "mutateAssociations", &["context", "dryRun"],
        Some("AssociationBatchRequest"), associations::batch_mutate),
];

const ASSOCIATION: Option<&str> = Some("AssociationCreateOrUpdateRequest");
const ASSOCIATION_QUERY: &[&str] = &["resourceType", "associationType", "lifecycle", "offset", "limit"];

/// The operations that are served with the present settings.
pub(super) fn available(app: &App) -> impl Iterator<Item = &'static Operation> + Clone {
    let associations: &'static [Operation] = if app.settings.associations { ASSOCIATIONS } else { &[] };
    OPERATIONS.iter().chain(associations)
}
