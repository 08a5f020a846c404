//! Looking for the associations of many resources at once.

use super::{AssociationQuery, TOPIC};
use crate::domain::{Association, AssociationType, Lifecycle};
use crate::service::{Found, Paging, Registry, Result};
use crate::store::AssociationFilter;

/// One resource that is asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchGet {
    /// Its id.
    pub resource_id: Option<String>,
    /// Its name, where there is no id.
    pub resource_name: Option<String>,
    /// Where the name is unique.
    pub resource_namespace: Option<String>,
    /// Its kind; none is a topic.
    pub resource_type: Option<String>,
    /// The types that count; empty for all.
    pub types: Vec<AssociationType>,
    /// The lifecycle that counts; none for both.
    pub lifecycle: Option<Lifecycle>,
}

/// What was found about it.
#[derive(Clone, Debug)]
pub struct BatchGetResult {
    /// The associations, each with the latest schema of its subject if that was asked for.
    pub associations: Vec<(Association, Option<Found>)>,
}

impl BatchGet {
    /// Whether it says which resource is meant.
    #[must_use]
    pub fn names_a_resource(&self) -> bool {
        self.resource_id.is_some() || self.resource_name.is_some()
    }
}

impl Registry {
    /// The associations of a resource.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn associations_of_resource(
        &self,
        request: &BatchGet,
        include_schemas: bool,
    ) -> Result<BatchGetResult> {
        let kind = request.resource_type.clone().unwrap_or_else(|| TOPIC.to_owned());
        let query = AssociationQuery {
            filter: AssociationFilter {
                resource_id: request.resource_id.clone(),
                resource_name: request.resource_name.clone(),
                resource_namespace: request.resource_namespace.clone(),
                resource_type: Some(kind),
                ..AssociationFilter::default()
            },
            types: request.types.clone(),
            lifecycle: request.lifecycle,
        };
        let mut found = Vec::new();
        for association in self.associations(&query, Paging::default()).await? {
            let schema = if include_schemas { self.latest(&association.subject).await? } else { None };
            found.push((association, schema));
        }
        Ok(BatchGetResult { associations: found })
    }
}
