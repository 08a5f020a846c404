//! Looking for the associations of many resources at once.

use super::{AssociationQuery, TOPIC, TypeFilter};
use crate::domain::{Association, Lifecycle};
use crate::service::{Found, Paging, Registry, Result};
use crate::store::AssociationFilter;

/// One resource that is asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchGet {
    /// Its id.
    pub resource_id: Option<String>,
    /// Its name, where there is no id.
    pub resource_name: Option<String>,
    /// The namespace in which the name is unique.
    pub resource_namespace: Option<String>,
    /// Its kind; none is a topic.
    pub resource_type: Option<String>,
    /// The types that count.
    pub types: TypeFilter,
    /// The lifecycle that counts; none for both.
    pub lifecycle: Option<Lifecycle>,
}

/// The associations that were found.
#[derive(Clone, Debug)]
pub struct BatchGetResult {
    /// The associations, each with the latest schema of its subject if that was asked for.
    pub associations: Vec<(Association, Option<Found>)>,
}

impl BatchGet {
    /// The property that is missing to know which resource is meant, and why; `None` if nothing is.
    #[must_use]
    pub fn missing(&self) -> Option<(&'static str, &'static str)> {
        let is_given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
        if is_given(&self.resource_id) {
            None
        } else if !is_given(&self.resource_name) {
            Some(("resourceId", "either resourceId or resourceName must be specified"))
        } else if !is_given(&self.resource_namespace) {
            Some(("resourceNamespace", "resourceNamespace is required when resourceName is specified"))
        } else {
            None
        }
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
                resource_id: request.resource_id.clone().filter(|id| !id.is_empty()),
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
