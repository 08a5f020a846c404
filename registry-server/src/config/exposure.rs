//! Listeners that others than this machine reach.

use super::{ClientAuthentication, Listener, Settings};

impl Settings {
    /// One line for an operator whose server is reachable from other machines, where nobody is asked for credentials.
    #[must_use]
    pub fn exposure_warning(&self) -> Option<String> {
        let asks = |listener: &&Listener| {
            self.tls_of(listener)
                .is_some_and(|tls| tls.client_authentication() == ClientAuthentication::Required)
        };
        let exposed: Vec<String> = self
            .listeners
            .iter()
            .filter(|one| !one.is_loopback() && !asks(one))
            .map(Listener::to_string)
            .collect();
        (!exposed.is_empty()).then(|| {
            format!(
                "{} serves every machine that reaches it, without credentials: keep it in a network that you trust or \
                 behind a proxy that asks for them, or serve this machine only with --listeners http://127.0.0.1:PORT",
                exposed.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Environment, load};

    #[test]
    fn one_line_tells_all_listeners_that_others_reach() {
        for (listeners, told) in [
            ("http://127.0.0.1:1", None),
            ("http://127.0.0.1:1,http://[::1]:1,http://localhost:2", None),
            ("http://127.0.0.1:1,http://0.0.0.0:2", Some("http://0.0.0.0:2 serves")),
            ("http://:1,http://[::]:2", Some("http://0.0.0.0:1, http://[::]:2 serves")),
        ] {
            let flags = [("listeners".to_owned(), listeners.to_owned())];
            let warning = load(None, &Environment::default(), &flags).unwrap().settings.exposure_warning();
            assert_eq!(warning.is_some(), told.is_some(), "{listeners}");
            assert!(warning.is_none_or(|line| line.starts_with(told.unwrap_or_default())), "{listeners}");
        }
        let asking = |listeners: &str| {
            let flags = [("listeners", listeners), ("ssl-client-authentication", "REQUIRED")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()));
            load(None, &Environment::default(), &flags).unwrap().settings.exposure_warning()
        };
        assert_eq!(asking("https://0.0.0.0:1"), None);
        let warning = asking("https://0.0.0.0:1,http://0.0.0.0:2").unwrap();
        assert!(warning.starts_with("http://0.0.0.0:2 serves"), "{warning}");
        let default = load(None, &Environment::default(), &[]).unwrap();
        assert!(default.settings.exposure_warning().is_some());
    }
}
