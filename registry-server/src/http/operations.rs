//! The table of operations: what is served, and what the API's description says of it.

use super::App;
use super::route::{Operation, Verb};
use super::{associations, compatibility, config, contexts, meta, mode, schemas, subjects, versions};

/// Writes a row of the table: method, path, the original's name, query parameters, entity of the body, entity of the
/// reply, what carries it out, what it does.
macro_rules! operation {
    ($verb:ident $path:literal $name:literal, [$($query:literal),*], $body:expr, $reply:literal, $handler:path, $summary:literal) => {
        Operation {
            verb: Verb::$verb,
            path: $path,
            name: $name,
            query: &[$($query),*],
            body: $body,
            reply: $reply,
            summary: $summary,
            handler: |app, call| Box::pin($handler(app, call)),
        }
    };
}

const SCHEMA: Option<&str> = Some("RegisterSchemaRequest");
const CONFIG: Option<&str> = Some("ConfigUpdateRequest");
const MODE: Option<&str> = Some("ModeUpdateRequest");
const TAGS: Option<&str> = Some("TagSchemaRequest");
const ASSOCIATION: Option<&str> = Some("AssociationCreateOrUpdateRequest");

/// Every operation but those on associations.
#[rustfmt::skip]
static OPERATIONS: &[Operation] = &[
    operation!(Get "/" "get", [], None, "Empty", meta::root, "Answers an empty object: the registry is there."),
    operation!(Post "/" "post", [], Some("Map"), "Empty", meta::root_post, "Takes a map of texts and answers an empty object."),
    operation!(Get "/v1/metadata/id" "getClusterId", [], None, "ServerClusterId", meta::cluster_id, "The clusters that this registry belongs to."),
    operation!(Get "/v1/metadata/version" "getSchemaRegistryVersion", [], None, "SchemaRegistryServerVersion", meta::version, "The version of this server."),
    operation!(Get "/v1/metadata/deployment" "getSchemaRegistryDeployment", [], None, "SchemaRegistryDeployment", meta::deployment, "Attributes of the deployment."),
    operation!(Get "/schemas" "getSchemas", ["subjectPrefix", "aliases", "deleted", "latestOnly", "ruleType", "resourceType", "associationType", "lifecycle", "offset", "limit"], None, "[ExtendedSchema]", schemas::list, "Lists versions with their schemas, by subject and version."),
    operation!(Get "/schemas/types" "getSchemaTypes", [], None, "[String]", schemas::types, "The languages in which schemas can be registered."),
    operation!(Get "/schemas/ids/{id}" "getSchema", ["subject", "format", "referenceFormat", "findTags", "fetchMaxId"], None, "SchemaString", schemas::by_id, "The schema with an id."),
    operation!(Get "/schemas/ids/{id}/schema" "getSchemaOnly", ["subject", "format"], None, "Text", schemas::text_by_id, "The text of the schema with an id."),
    operation!(Get "/schemas/ids/{id}/subjects" "getSubjects", ["subject", "deleted", "offset", "limit"], None, "[String]", schemas::subjects_of, "The subjects that hold an id."),
    operation!(Get "/schemas/ids/{id}/versions" "getVersions", ["subject", "deleted", "offset", "limit"], None, "[SubjectVersion]", schemas::versions_of, "The versions that hold an id."),
    operation!(Get "/schemas/guids/{guid}" "getSchemaByGuid", ["format"], None, "SchemaString", schemas::by_guid, "The schema with a GUID."),
    operation!(Get "/schemas/guids/{guid}/ids" "getContextIds", [], None, "[ContextId]", schemas::ids_of_guid, "The ids of a GUID in every context."),
    operation!(Get "/subjects" "list", ["subjectPrefix", "deleted", "deletedOnly", "offset", "limit"], None, "[String]", subjects::list, "Lists subjects."),
    operation!(Post "/subjects/{subject}" "lookUpSchemaUnderSubject", ["normalize", "format", "deleted"], SCHEMA, "Schema", subjects::lookup, "Finds the version of a subject that holds a schema."),
    operation!(Delete "/subjects/{subject}" "deleteSubject", ["permanent"], None, "[Integer]", subjects::delete, "Deletes a subject, softly or, after that, for good."),
    operation!(Get "/subjects/{subject}/metadata" "getLatestWithMetadata", ["key", "value", "format", "deleted"], None, "Schema", subjects::with_metadata, "The newest version with these metadata properties."),
    operation!(Get "/subjects/{subject}/versions" "listVersions", ["deleted", "deletedOnly", "deletedAsNegative", "offset", "limit"], None, "[Integer]", versions::list, "Lists the versions of a subject."),
    operation!(Post "/subjects/{subject}/versions" "register", ["normalize", "format", "force"], SCHEMA, "RegisterSchemaResponse", versions::register, "Registers a schema under a subject."),
    operation!(Get "/subjects/{subject}/versions/{version}" "getSchemaByVersion", ["format", "referenceFormat", "deleted", "findTags"], None, "Schema", versions::get, "One version of a subject."),
    operation!(Delete "/subjects/{subject}/versions/{version}" "deleteSchemaVersion", ["permanent"], None, "Integer", versions::delete, "Deletes a version, softly or, after that, for good."),
    operation!(Get "/subjects/{subject}/versions/{version}/schema" "getSchemaOnlyByVersion", ["format", "deleted"], None, "Text", versions::get_text, "The text of a version's schema."),
    operation!(Get "/subjects/{subject}/versions/{version}/referencedby" "getReferencedBy", ["deleted", "offset", "limit"], None, "[Integer]", versions::referenced_by, "The ids of the schemas that refer to a version."),
    operation!(Post "/subjects/{subject}/versions/{version}/tags" "modifyTags", [], TAGS, "RegisterSchemaResponse", versions::modify_tags, "Makes a new version with other tags, metadata or rules."),
    operation!(Post "/subjects/{subject}/versions/{version}/restore" "restoreSchemaVersion", [], None, "Schema", versions::restore, "Takes the soft deletion of a version back: same version, same id. Not part of the original."),
    operation!(Post "/compatibility/subjects/{subject}/versions/{version}" "testCompatibilityBySubjectName", ["normalize", "verbose"], SCHEMA, "CompatibilityCheckResponse", compatibility::with_version, "Checks a schema against one version."),
    operation!(Post "/compatibility/subjects/{subject}/versions" "testCompatibilityForSubject", ["normalize", "verbose"], SCHEMA, "CompatibilityCheckResponse", compatibility::with_all, "Checks a schema against the versions that the level names."),
    operation!(Get "/config" "getTopLevelConfig", ["defaultToGlobal"], None, "Config", config::get, "The global config."),
    operation!(Put "/config" "updateTopLevelConfig", [], CONFIG, "ConfigUpdateRequest", config::update, "Changes the global config."),
    operation!(Delete "/config" "deleteTopLevelConfig", [], None, "Config", config::delete, "Removes the global config."),
    operation!(Get "/config/{subject}" "getSubjectLevelConfig", ["defaultToGlobal"], None, "Config", config::get, "The config of a subject or context."),
    operation!(Put "/config/{subject}" "updateSubjectLevelConfig", [], CONFIG, "ConfigUpdateRequest", config::update, "Changes the config of a subject or context."),
    operation!(Delete "/config/{subject}" "deleteSubjectConfig", [], None, "Config", config::delete, "Removes the config of a subject or context."),
    operation!(Get "/mode" "getTopLevelMode", ["defaultToGlobal"], None, "Mode", mode::get, "The global mode."),
    operation!(Put "/mode" "updateTopLevelMode", ["force"], MODE, "Mode", mode::update, "Sets the global mode."),
    operation!(Delete "/mode" "deleteTopLevelMode", ["recursive"], None, "Mode", mode::delete, "Removes the global mode."),
    operation!(Get "/mode/{subject}" "getMode", ["defaultToGlobal"], None, "Mode", mode::get, "The mode of a subject or context."),
    operation!(Put "/mode/{subject}" "updateMode", ["force"], MODE, "Mode", mode::update, "Sets the mode of a subject or context."),
    operation!(Delete "/mode/{subject}" "deleteSubjectMode", ["recursive"], None, "Mode", mode::delete, "Removes the mode of a subject or context."),
    operation!(Get "/contexts" "listContexts", ["offset", "limit", "contextPrefix"], None, "[String]", contexts::list, "Lists contexts."),
    operation!(Delete "/contexts/{context}" "deleteContext", [], None, "", contexts::delete, "Takes an empty context off the list."),
];

/// The operations on associations, which a setting turns off.
#[rustfmt::skip]
static ASSOCIATIONS: &[Operation] = &[
    operation!(Get "/associations/subjects/{subject}" "getAssociationsBySubject", ["resourceType", "associationType", "lifecycle", "offset", "limit"], None, "[Association]", associations::of_subject, "The associations of a subject."),
    operation!(Get "/associations/resources/{namespace}/{name}" "getAssociationsByResourceName", ["resourceType", "associationType", "lifecycle", "offset", "limit"], None, "[Association]", associations::of_name, "The associations of the resources with a name; - stands for any."),
    operation!(Get "/associations/resources/{resourceId}" "getAssociationsByResourceId", ["resourceType", "associationType", "lifecycle", "offset", "limit"], None, "[Association]", associations::of_id, "The associations of a resource."),
    operation!(Post "/associations" "createAssociation", ["context", "dryRun"], ASSOCIATION, "AssociationResponse", associations::create, "Associates a resource with subjects."),
    operation!(Put "/associations/resources/{resourceId}" "createOrUpdateAssociation", ["context", "dryRun"], ASSOCIATION, "AssociationResponse", associations::upsert, "Makes or changes the associations of a resource."),
    operation!(Delete "/associations/resources/{resourceId}" "deleteAssociations", ["resourceType", "associationType", "cascadeLifecycle", "dryRun"], None, "", associations::delete, "Removes the associations of a resource."),
    operation!(Post "/associations:batchGet" "batchGetAssociations", ["includeSchemas"], Some("AssociationBatchGetRequest"), "AssociationBatchResponse", associations::batch_get, "The associations of several resources."),
    operation!(Post "/associations:batchMutate" "mutateAssociations", ["context", "dryRun"], Some("AssociationBatchRequest"), "AssociationBatchResponse", associations::batch_mutate, "Changes the associations of several resources."),
];

/// The operations that are served with the present settings.
pub(super) fn available(app: &App) -> impl Iterator<Item = &'static Operation> + Clone {
    let associations: &'static [Operation] = if app.settings.associations { ASSOCIATIONS } else { &[] };
    OPERATIONS.iter().chain(associations)
}
