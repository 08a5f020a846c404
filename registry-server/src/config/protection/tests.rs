use std::collections::BTreeSet;

use super::catalog::PROTECTIONS;
use super::*;
use crate::config::{ConfigError, Environment, Loaded, load};

const ACKNOWLEDGED: &str = "ignored.protection.acknowledged";

/// A setting that protects, a value that does, and the values that do not in the original either.
const CASES: &[(&str, &str, &[&str])] = &[
    ("authentication.metod", "BASIC", &[""]),
    ("ssl.client.other", "x", &[""]),
    ("ssl.spire.enabled", "true", &["false", ""]),
    ("ssl.spire.trust.only.enabled", "true", &["false", ""]),
    // There is no listener of that name.
    ("listener.name.external.ssl.client.auth", "true", &["false"]),
    ("listener.name.external.ssl.client.authentication", "REQUESTED", &["NONE", ""]),
    ("inter.instance.protocol", "https", &["http", "HTTP", ""]),
    ("schema.registry.inter.instance.protocol", "https", &["http", ""]),
    ("csrf.prevention.enable", "true", &["false", ""]),
    ("nosniff.prevention.enable", "true", &["false", ""]),
    ("prefix.sni.check.enabled", "true", &["false", ""]),
    ("prefix.sni.prefix", "lsrc-", &[""]),
    ("expected.sni.headers", "registry.example.org", &[""]),
    ("rate.limit.enable", "true", &["false", ""]),
    ("network.traffic.rate.limit.enable", "true", &["false", ""]),
    ("dos.filter.enabled", "true", &["false", ""]),
    ("dos.filter.tenant.enabled", "true", &["false", ""]),
    ("reject.options.request", "true", &["false", ""]),
    ("enable.fips", "true", &["false", ""]),
    ("enable.fips.mode", "true", &["false", ""]),
    (
        "resource.extension.class",
        "com.example.Security",
        &["io.confluent.dekregistry.DekRegistryResourceExtension", ""],
    ),
    (
        "resource.extension.class",
        "io.confluent.dekregistry.DekRegistryResourceExtension,com.example.Security",
        &["io.confluent.kafka.schemaregistry.rulehandler.RuleSetResourceExtension, \
             io.confluent.dekregistry.DekRegistryResourceExtension"],
    ),
    ("resource.extension.classes", "com.example.Security", &[""]),
    ("schema.registry.resource.extension.class", "com.example.Security", &[""]),
    ("init.resource.extension.class", "com.example.Security", &[""]),
    ("rest.servlet.initializor.classes", "com.example.Handler", &[""]),
    ("websocket.servlet.initializor.classes", "com.example.Handler", &[""]),
    ("confluent.schema.registry.authorizer.class", "com.example.Authorizer", &[""]),
    ("confluent.schema.registry.auth.mechanism", "JETTY_AUTH", &[""]),
    ("confluent.schema.registry.acl.topic", "_acl", &[""]),
    ("public.key.path", "/etc/token.pem", &[""]),
];

fn from_file(lines: &[(&str, &str)]) -> Loaded {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text: String = lines.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    std::fs::write(file.path(), text).unwrap();
    load(Some(file.path()), &Environment::default(), &[]).unwrap()
}

fn from_environment(variables: &[(&str, &str)]) -> Loaded {
    let variable = |name: &str| format!("SCHEMA_REGISTRY_{}", name.to_uppercase().replace('.', "_"));
    let environment: Environment =
        variables.iter().map(|(name, value)| (variable(name), (*value).to_owned())).collect();
    load(None, &environment, &[]).unwrap()
}

fn stopped(loaded: Loaded) -> Vec<IgnoredProtection> {
    match loaded.to_serve().unwrap_err() {
        ConfigError::Unprotected { settings } => settings,
        other => panic!("another error: {other}"),
    }
}

#[test]
fn every_protecting_setting_stops_the_start_unless_it_is_off_or_acknowledged() {
    for (name, on, off) in CASES {
        for read in [from_file, from_environment] {
            let settings = stopped(read(&[(name, on)]));
            assert_eq!(
                settings.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
                [*name],
                "{name}={on}"
            );

            for value in *off {
                let loaded = read(&[(name, value)]);
                assert_eq!(loaded.warnings.len(), 1, "{name}={value}: {:?}", loaded.warnings);
                assert!(loaded.warnings[0].ends_with("has no effect here"), "{}", loaded.warnings[0]);
                assert!(loaded.to_serve().is_ok(), "{name}={value}");
            }

            let loaded = read(&[(name, on), (ACKNOWLEDGED, name)]);
            assert_eq!(loaded.warnings.len(), 1, "{name}={on}: {:?}", loaded.warnings);
            assert!(loaded.warnings[0].starts_with(&format!("served without the protection of {name} (")));
            assert!(loaded.to_serve().is_ok(), "{name}={on}");

            let other = if *name == "public.key.path" { "csrf.prevention.enable" } else { "public.key.path" };
            assert!(read(&[(name, on), (ACKNOWLEDGED, other)]).to_serve().is_err(), "{name}={on}");
        }
    }
}

#[test]
fn no_protecting_setting_is_without_a_case() {
    let tried: BTreeSet<&str> =
        CASES.iter().filter_map(|(name, ..)| catalog::find(name)).map(|p| p.name).collect();
    let all: BTreeSet<&str> = PROTECTIONS.iter().map(|protection| protection.name).collect();
    assert_eq!(tried, all);
}

#[test]
fn the_error_tells_each_setting_its_place_its_purpose_and_the_way_out() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "\ncsrf.prevention.enable=true\nlisteners=http://127.0.0.1:0\n").unwrap();
    let environment =
        Environment::from_iter([("SCHEMA_REGISTRY_REJECT_OPTIONS_REQUEST".to_owned(), "true".to_owned())]);
    let message = load(Some(file.path()), &environment, &[]).unwrap().to_serve().unwrap_err().to_string();
    for part in [
        format!("csrf.prevention.enable asks browsers for a token against forged requests ({}:2)", file.path().display()),
        "reject.options.request refuses requests with the method OPTIONS (environment variable SCHEMA_REGISTRY_REJECT_OPTIONS_REQUEST)".to_owned(),
        "ignored.protection.acknowledged=csrf.prevention.enable,reject.options.request".to_owned(),
    ] {
        assert!(message.contains(&part), "{message}");
    }
}

#[test]
fn values_are_not_told() {
    let loaded = from_file(&[("confluent.schema.registry.auth.password", "s3cret")]);
    let message = loaded.to_serve().unwrap_err().to_string();
    assert!(
        message.contains("confluent.schema.registry.auth.password") && !message.contains("s3cret"),
        "{message}"
    );
}

#[test]
fn a_stronger_source_and_the_setting_that_rules_another_decide() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for (text, variable, starts) in [
        ("csrf.prevention.enable=true", ("CSRF_PREVENTION_ENABLE", "false"), true),
        ("csrf.prevention.enable=false", ("CSRF_PREVENTION_ENABLE", "true"), false),
        ("csrf.prevention.enable=false\ncsrf.prevention.enable=true", ("GROUP_ID", ""), false),
        ("prefix.sni.prefix=lsrc-", ("PREFIX_SNI_CHECK_ENABLED", "false"), true),
        ("ssl.spire.accepted.spiffe.id.patterns=.*", ("SSL_SPIRE_ENABLED", "false"), true),
        // This is of no listener that there is.
        ("listener.name.external.ssl.keystore.location=/k", ("GROUP_ID", ""), true),
        // The filter is off by default, and these only say how it works.
        ("dos.filter.delay.ms=50", ("GROUP_ID", ""), true),
        ("dos.filter.delay.ms=50", ("DOS_FILTER_ENABLED", "true"), false),
    ] {
        std::fs::write(file.path(), text).unwrap();
        let (name, value) = variable;
        let environment = Environment::from_iter([(format!("SCHEMA_REGISTRY_{name}"), value.to_owned())]);
        let loaded = load(Some(file.path()), &environment, &[]).unwrap();
        assert_eq!(loaded.to_serve().is_ok(), starts, "{text} {variable:?}");
    }
}

#[test]
fn only_names_of_protecting_settings_can_be_acknowledged() {
    for name in ["authentication", "authentication.", "listeners", "*"] {
        let flags =
            [("ignored-protection-acknowledged".to_owned(), format!("reject.options.request, {name}"))];
        let message = load(None, &Environment::default(), &flags).unwrap_err().to_string();
        assert!(message.contains(&format!("'{name}' is no setting that protects the original")), "{message}");
        assert!(message.contains("ssl.client.…, "), "{message}");
    }
}
