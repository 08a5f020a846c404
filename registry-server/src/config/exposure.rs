//! Listeners that others than this machine reach.

use super::{AuthenticationMethod, ClientAuthentication, Listener, Settings};

impl Settings {
    /// One line for an operator whose server is reachable from other machines, where nobody is asked for credentials.
    #[must_use]
    pub fn exposure_warning(&self) -> Option<String> {
        let asks = |listener: &Listener| {
            self.tls_of(listener)
                .is_some_and(|tls| tls.client_authentication() == ClientAuthentication::Required)
        };
        let exposed = self.exposed(|listener| !asks(listener));
        (self.authentication.methods.is_empty() && !exposed.is_empty()).then(|| {
            format!(
                "{exposed} serves every machine that reaches it, without credentials: set authentication.method, keep it in a \
                 network that you trust or behind a proxy that asks for them, or serve this machine only with \
                 --listeners http://127.0.0.1:PORT"
            )
        })
    }

    /// One line for an operator whose clients send their passwords or tokens so that others on their way can read them.
    #[must_use]
    pub fn readable_credentials_warning(&self) -> Option<String> {
        use AuthenticationMethod::{Basic, Bearer};
        let sends = [Basic, Bearer].into_iter().any(|method| self.authentication.takes(method));
        let exposed = self.exposed(|listener| !listener.to_string().starts_with("https:"));
        (sends && !exposed.is_empty()).then(|| {
            format!(
                "{exposed} takes passwords or tokens that everybody on the way can read: serve https://, or keep it behind a \
                 proxy that does"
            )
        })
    }

    /// The listeners of a kind that other machines reach.
    fn exposed(&self, is_meant: impl Fn(&Listener) -> bool) -> String {
        let all = self.listeners.iter().filter(|one| !one.is_loopback() && is_meant(one));
        all.map(Listener::to_string).collect::<Vec<_>>().join(", ")
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
            ("http://127.0.0.1:1,http://0.0.0.0:2", Some("http://0.0.0.0:2 ")),
            ("http://:1,http://[::]:2", Some("http://0.0.0.0:1, http://[::]:2 ")),
        ] {
            for (method, of_exposure) in [("NONE", true), ("BASIC", false), ("BEARER", false)] {
                let flags = [
                    ("listeners", listeners),
                    ("authentication-method", method),
                    ("authentication-password-file", "f"),
                ];
                let flags = flags.map(|(name, value)| (name.to_owned(), value.to_owned()));
                let settings = load(None, &Environment::default(), &flags).unwrap().settings;
                let warnings = [settings.exposure_warning(), settings.readable_credentials_warning()];
                let [wanted, other] = if of_exposure { [0, 1] } else { [1, 0] };
                assert_eq!(warnings[other], None, "{listeners} {method}");
                assert_eq!(warnings[wanted].is_some(), told.is_some(), "{listeners} {method}");
                let starts = |line: &String| line.starts_with(told.unwrap_or_default());
                assert!(warnings[wanted].as_ref().is_none_or(starts), "{listeners} {method}: {warnings:?}");
            }
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
