//! A pool of connections that is smaller than others can be kept out of each other's way with.

use super::Settings;
use crate::store::sql::LEAST_FOR_CONTEXTS;

impl Settings {
    /// What the operator is told of settings that are allowed, and seldom wanted.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let of_listeners = [self.exposure_warning(), self.readable_credentials_warning()];
        let first = of_listeners.into_iter().flatten().chain(self.pool_warning());
        first.chain(self.tls_warnings()).collect()
    }

    /// A warning for the operator if a lock in one context may hold up registrations in others, for want of connections.
    #[must_use]
    pub fn pool_warning(&self) -> Option<String> {
        let size = self.database_pool_size;
        let shares = self.database_url.starts_with("sqlite:")
            || usize::try_from(size).is_ok_and(|size| size >= LEAST_FOR_CONTEXTS);
        (!shares).then(|| {
            format!(
                "database.pool.size is {size}: a lock in one context, as a bulk import takes, may hold up registrations in all \
                 others; with {LEAST_FOR_CONTEXTS} connections or more only one in the default context does"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Environment, load};

    #[test]
    fn a_pool_that_is_too_small_for_two_contexts_is_told() {
        for (url, size, is_told) in [
            ("postgres://127.0.0.1/registry", "1", true),
            ("postgres://127.0.0.1/registry", "2", true),
            ("postgres://127.0.0.1/registry", "3", false),
            ("postgres://127.0.0.1/registry", "16", false),
            ("sqlite:registry.db", "1", false),
        ] {
            let flags = [("database-url", url), ("database-pool-size", size)];
            let flags = flags.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let warning = load(None, &Environment::default(), &flags).unwrap().settings.pool_warning();
            assert_eq!(warning.is_some(), is_told, "{url} {size}: {warning:?}");
            let tells_all =
                |told: &String| told.contains(&format!("is {size}:")) && told.contains("with 3 connections");
            assert!(warning.as_ref().is_none_or(tells_all), "{warning:?}");
        }
    }
}
