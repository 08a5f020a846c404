//! Settings of single listeners: `listener.name.NAME.ssl.keystore.location`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::catalog::{Setting, settings};
use super::protection::of_every_listener;
use super::{ConfigError, Origin, Settings};

/// The settings of TLS that one listener can have of its own, beside those that begin with `ssl.`.
const BESIDE_SSL: &[&str] = &["sni.check.enabled", "sni.host.check.enabled", "hsts.header.enable"];

/// Those that begin so and are one for all listeners. Who a certificate stands for cannot depend on where it is shown.
const OF_ALL: &[&str] = &["ssl.keystore.reload", "ssl.principal.mapping.rules"];

/// A setting as it was given: its whole name, its value and where.
type Given = (String, String, Origin);

/// The settings of single listeners that were given, by name.
#[derive(Debug, Default)]
pub(super) struct GivenOfListeners(BTreeMap<String, (String, Origin)>);

impl GivenOfListeners {
    /// Whether a name is that of a setting of one listener.
    pub(super) fn takes(&self, name: &str) -> bool {
        of_every_listener(name) != name && setting(name).is_some()
    }

    /// Notes a setting; a later source wins over an earlier one.
    pub(super) fn insert(&mut self, name: String, value: &str, origin: Origin) {
        self.0.insert(name, (value.to_owned(), origin));
    }

    /// Puts the settings into those of the listeners of their names, notes what each is in `values`, and gives those back
    /// that there is no listener for.
    pub(super) fn apply(
        self,
        settings: &mut Settings,
        values: &mut Vec<(Cow<'static, str>, String, Origin)>,
    ) -> Result<Vec<Given>, ConfigError> {
        let of_all = settings.tls.clone();
        let mut rest = Vec::new();
        for (name, (value, origin)) in self.0 {
            let named = settings.listeners.iter().filter_map(|listener| listener.name.clone()).find(|one| {
                name.strip_prefix("listener.name.").is_some_and(|rest| {
                    rest.strip_prefix(one.as_str()).is_some_and(|rest| rest.starts_with('.'))
                })
            });
            let (Some(listener), Some(setting)) = (named, setting(&name)) else {
                rest.push((name, value, origin));
                continue;
            };
            // A setting puts its value where that of all listeners stands.
            settings.tls = settings.listener_tls.get(&listener).unwrap_or(&of_all).clone();
            (setting.apply)(settings, &value).map_err(|reason| ConfigError::Value {
                origin: origin.clone(),
                name: name.clone(),
                reason,
            })?;
            let own = std::mem::replace(&mut settings.tls, of_all.clone());
            settings.listener_tls.insert(listener, own);
            values.push((name.into(), value, origin));
        }
        Ok(rest)
    }
}

/// The setting that a name of one listener stands for.
fn setting(name: &str) -> Option<&'static Setting> {
    let name = of_every_listener(name);
    let is_meant = name.starts_with("ssl.") && !OF_ALL.contains(&name) || BESIDE_SSL.contains(&name);
    settings().find(|setting| is_meant && setting.name == name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{ClientAuthentication, Environment, Loaded, load};
    use crate::store::Secret;

    fn loaded(text: &str, variables: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        load(Some(file.path()), &Environment::from_iter(variables), &[])
    }

    const TWO: &str = "listener.protocol.map=INTERNAL:https,EXTERNAL:https\n\
                       listeners=INTERNAL://127.0.0.1:1,EXTERNAL://127.0.0.1:2,http://127.0.0.1:3\n\
                       ssl.keystore.location=/of-all\nssl.keystore.password=all\n";

    #[test]
    fn a_listener_has_what_is_its_own_before_what_is_of_all() {
        let text = format!(
            "{TWO}listener.name.external.ssl.keystore.location=/external\n\
             listener.name.external.ssl.client.authentication=REQUIRED\n"
        );
        let variable = [("SCHEMA_REGISTRY_LISTENER_NAME_EXTERNAL_SSL_KEY_PASSWORD", "s3cret")];
        let loaded = loaded(&text, &variable).unwrap();
        let settings = &loaded.settings;
        let [internal, external, plain] = &settings.listeners[..] else { panic!("three listeners") };
        let (internal, external) = (settings.tls_of(internal).unwrap(), settings.tls_of(external).unwrap());
        assert_eq!(settings.tls_of(plain), None);
        assert_eq!(internal, &settings.tls);
        assert_eq!(internal.client_authentication(), ClientAuthentication::None);
        assert_eq!(internal.keystore.location.as_deref(), Some(Path::new("/of-all")));
        assert_eq!(external.keystore.location.as_deref(), Some(Path::new("/external")));
        assert_eq!(external.keystore.password, internal.keystore.password);
        assert_eq!(external.key_password.as_ref().map(Secret::text), Some("s3cret"));
        assert_eq!(external.client_authentication(), ClientAuthentication::Required);
        let shown = loaded.describe();
        assert!(shown.contains("listener.name.external.ssl.keystore.location"), "{shown}");
        assert!(!shown.contains("s3cret"), "{shown}");
        assert!(loaded.to_serve().is_ok());
    }

    #[test]
    fn mistakes_are_told_by_the_whole_name() {
        let text = format!("{TWO}listener.name.external.ssl.keystore.type=DER\n");
        let message = loaded(&text, &[]).unwrap_err().to_string();
        assert!(
            message.contains("listener.name.external.ssl.keystore.type: 'DER' is not allowed"),
            "{message}"
        );
        let text = format!("{TWO}listener.name.extrenal.ssl.keystore.type=PEM\n");
        let warnings = loaded(&text, &[]).unwrap().warnings;
        assert!(warnings[0].contains("no listener has that name"), "{warnings:?}");
        let text = format!("{TWO}listener.name.extrenal.ssl.client.authentication=REQUIRED\n");
        let message = loaded(&text, &[]).unwrap().to_serve().unwrap_err().to_string();
        assert!(message.contains("listener.name.extrenal.ssl.client.authentication"), "{message}");
    }
}
