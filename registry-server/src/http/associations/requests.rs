//! The entities of requests on associations.

use super::super::body::Entity;
use super::super::json::{FromJson, Malformed, Members, Value};
use crate::domain::Lifecycle;
use crate::service::{AssociationInfo, AssociationRequest, BatchGet, Change, SchemaRequest, TypeFilter};

impl Entity for AssociationRequest {
    const NAME: &'static str = "AssociationCreateOrUpdateRequest";
}

impl FromJson for AssociationRequest {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, Self::NAME)?;
        Ok(Self {
            resource_name: members.get("resourceName")?,
            resource_namespace: members.get("resourceNamespace")?,
            resource_id: members.get("resourceId")?,
            resource_type: members.get("resourceType")?,
            associations: members.list("associations")?,
            context: None,
            dry_run: false,
        })
    }
}

impl FromJson for AssociationInfo {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, "AssociationCreateOrUpdateInfo")?;
        let change = members.get("opType")?.unwrap_or_default();
        if change == Change::Delete {
            // A removal has no other members; what stands there is not read.
            return Ok(Self { change, association_type: members.get("associationType")?, ..Self::default() });
        }
        Ok(Self {
            change,
            subject: members.get("subject")?,
            alias: None,
            association_type: members.get("associationType")?,
            lifecycle: members.get("lifecycle")?,
            frozen: members.get::<Option<bool>>("frozen")?.flatten(),
            schema: members.get::<SchemaRequest>("schema")?,
            normalize: members.get::<Option<bool>>("normalize")?.flatten(),
        })
    }
}

impl FromJson for Change {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let text = String::read(value)?;
        match text.as_str() {
            "CREATE" => Ok(Self::Create),
            "UPSERT" => Ok(Self::Upsert),
            "DELETE" => Ok(Self::Delete),
            _ => Err(Malformed::not_among("AssociationOp", &text, &["CREATE", "UPSERT", "DELETE"])),
        }
    }
}

impl FromJson for Lifecycle {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let text = String::read(value)?;
        Self::from_name(&text)
            .ok_or_else(|| Malformed::not_among("LifecyclePolicy", &text, &["WEAK", "STRONG"]))
    }
}

impl FromJson for BatchGet {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, "AssociationGetRequest")?;
        let types: Vec<String> = members.list("associationTypes")?;
        Ok(Self {
            resource_id: members.get("resourceId")?,
            resource_name: members.get("resourceName")?,
            resource_namespace: members.get("resourceNamespace")?,
            resource_type: members.get("resourceType")?,
            types: TypeFilter::of_names(types.iter().map(String::as_str)),
            lifecycle: members.get("lifecycle")?,
        })
    }
}
