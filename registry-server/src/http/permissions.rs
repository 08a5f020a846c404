//! `/security/permissions`, which the original does not have: who may do what, and by which rule.

use serde::Serialize;

use super::App;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{Parameter, parameters};
use super::response::ApiResponse;
use crate::domain::Subject;
use crate::security::authorization::Reason;
use crate::security::{Access, Denial, Needs, Permission, PermissionScope, Principal, Proof};
use crate::service::RegistryError;

pub(super) static OPERATIONS: &[AnyOperation] = &[AnyOperation::of::<ListPermissions>()];

parameters! {
    struct ListPermissions {
        principal: Option<String> = Parameter::optional_text(
            "principal",
            "Who is asked about, as User:NAME; the one who asks, if it is left out.",
        ),
        groups: Vec<String> = Parameter::list("group", "The groups of the principal that is asked about."),
        operation: Option<String> = Parameter::optional_text(
            "operation",
            "The name of a permission, SUBJECT_READ and the like; all of them, if it is left out.",
        ),
        subject: Option<String> = Parameter::optional_text(
            "subject",
            "The subject; :.context: for a context. Without it permissions for the registry as a whole are told.",
        ),
    }
}

/// Whether one thing is permitted.
#[derive(Serialize)]
struct PermissionEntity {
    principal: String,
    operation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    allowed: bool,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<RuleEntity>,
}

/// Where a rule stands.
#[derive(Serialize)]
struct RuleEntity {
    file: String,
    line: usize,
}

impl Operation for ListPermissions {
    const DEFINITION: Definition = Definition::get(
        "/security/permissions",
        "listPermissions",
        // Everybody may ask about themselves.
        Needs::Nothing,
        ResponseBody::ListOf("Permission"),
        "What somebody may do, and by which rule. Not part of the original.",
    )
    .of_the_moment();
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let asking = app.authorizer.access_of(&request.principal);
        let sees_rules = asking.permits(Permission::AccessRead, None);
        let meant = self.meant(app, &asking, sees_rules)?;
        let wanted = wanted(self.operation.as_deref())?;
        let subject = self.subject.as_deref().map(Subject::parse);
        let target = match &subject {
            Some(subject) => app.registry.alias_target(subject, subject.context()).await?,
            None => None,
        };
        // The permissions that can be asked for with what was given.
        let scope = if subject.is_some() { PermissionScope::Subjects } else { PermissionScope::Global };
        let decided = |permission: &Permission| {
            // Config and mode are those of the alias itself, as in their paths.
            let follows_alias = matches!(
                permission,
                Permission::SubjectRead | Permission::SubjectWrite | Permission::SubjectDelete
            );
            let target = target.as_ref().filter(|_| follows_alias);
            let decision = meant.decide(*permission, target.or(subject.as_ref()));
            let rule = match &decision.reason {
                Reason::Rule(origin) if sees_rules => {
                    Some(RuleEntity { file: origin.file.display().to_string(), line: origin.line })
                }
                _ => None,
            };
            PermissionEntity {
                principal: meant.principal().to_string(),
                operation: permission.as_str(),
                subject: subject.as_ref().map(Subject::to_string),
                allowed: decision.allowed,
                reason: decision.reason.as_str(),
                rule,
            }
        };
        let entities: Vec<PermissionEntity> =
            wanted.iter().filter(|permission| permission.scope() == scope).map(decided).collect();
        if entities.is_empty() {
            let text = match scope {
                PermissionScope::Subjects => "This permission is not of subjects; leave out subject",
                PermissionScope::Global => "This permission is of subjects; say of which with subject",
            };
            return Err(RegistryError::BadRequest(text.to_owned()).into());
        }
        Ok(ApiResponse::json(&entities))
    }
}

impl ListPermissions {
    /// What the one who is asked about may do. To ask about another needs a permission.
    fn meant(&self, app: &App, asking: &Access, sees_rules: bool) -> Result<Access, RegistryError> {
        let Some(principal) = &self.principal else {
            if self.groups.is_empty() {
                return Ok(asking.clone());
            }
            return Err(RegistryError::BadRequest("group is of a principal; say of which".to_owned()));
        };
        let name = principal.strip_prefix("User:").filter(|name| !name.is_empty()).ok_or_else(|| {
            RegistryError::BadRequest(format!("'{principal}' is no principal; write User:NAME"))
        })?;
        if *principal == asking.principal().to_string() && self.groups.is_empty() {
            return Ok(asking.clone());
        }
        if !sees_rules {
            return Err(RegistryError::Denied(Denial { permission: Permission::AccessRead, subject: None }));
        }
        let anonymous = Principal::anonymous();
        let meant = if name == anonymous.name() && self.groups.is_empty() {
            anonymous
        } else {
            Principal::user(name, &self.groups, Proof::Password)
        };
        Ok(app.authorizer.access_of(&meant))
    }
}

/// The permissions of a name; all without one.
fn wanted(name: Option<&str>) -> Result<Vec<Permission>, RegistryError> {
    let Some(name) = name else { return Ok(Permission::ALL.to_vec()) };
    Permission::from_name(name).map(|permission| vec![permission]).ok_or_else(|| {
        let names = Permission::ALL.map(Permission::as_str).join(", ");
        RegistryError::BadRequest(format!("'{name}' is no permission; there are {names}"))
    })
}
