//! Keystores of every kind, as keytool and openssl make them (`tests/keystores/make.sh`).

use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use super::certificate::{CertificateExpiry, CertificateUse};
use super::server_config::{server_config, versions};
use super::*;
use crate::config::{Environment, TlsSettings, load};
use crate::reload::Reloads;

fn keystore(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/keystores");
    folder.join(name).display().to_string()
}

/// The settings of TLS that these flags are.
fn settings(flags: &[(&str, String)]) -> TlsSettings {
    let flags: Vec<_> = flags.iter().map(|(name, value)| (name.replace('.', "-"), value.clone())).collect();
    load(None, &Environment::default(), &flags).unwrap().settings.tls
}

#[test]
fn the_key_and_its_chain_are_read_of_every_format() {
    let reference = std::fs::read(keystore("pkcs8.pem")).unwrap();
    let reference = keystore::Keystore::read(&reference, None).unwrap();
    let (Some(keystore::Key::Plain(key)), chain) = reference.key(None).unwrap() else { panic!("no key") };
    assert_eq!(chain.len(), 2);
    for (file, store_password, key_password) in [
        ("pkcs8.pem", "", ""),
        ("sec1.pem", "", ""),
        ("encrypted-aes.pem", "", "keypass1"),
        ("encrypted-aes.pem", "keypass1", ""),
        ("encrypted-des3.pem", "", "keypass1"),
        ("java.jks", "changeit", "keypass1"),
        ("java.p12", "changeit", ""),
        ("openssl.p12", "changeit", ""),
        ("legacy.p12", "changeit", ""),
        ("legacy.p12", "changeit", "another, which PKCS12 does not know"),
    ] {
        let settings = settings(&[
            ("ssl.keystore.location", keystore(file)),
            ("ssl.keystore.password", store_password.to_owned()),
            ("ssl.key.password", key_password.to_owned()),
        ]);
        let read = identity::identity(&settings).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(read.chain.iter().map(|one| one.to_vec()).collect::<Vec<_>>(), chain, "{file}");
        if file != "sec1.pem" {
            assert_eq!(read.key.secret_der(), key, "{file}");
        }
        server_config(&settings, true, read, &[]).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
    // Another key and certificate, as RSA in the older form.
    let settings = settings(&[("ssl.keystore.location", keystore("pkcs1.pem"))]);
    let read = identity::identity(&settings).unwrap();
    assert_eq!(read.chain.len(), 1);
    server_config(&settings, true, read, &[]).unwrap();
}

#[test]
fn key_and_certificates_may_stand_apart_or_in_settings() {
    let text = |file: &str| std::fs::read_to_string(keystore(file)).unwrap();
    let on_one_line = |text: String| text.replace('\n', " ");
    let with_escapes = |text: String| text.replace('\n', "\\n");
    for settings in [
        settings(&[
            ("ssl.keystore.location", keystore("chain.pem")),
            ("ssl.keystore.key.location", keystore("key-alone.pem")),
        ]),
        settings(&[
            ("ssl.keystore.certificate.chain", text("chain.pem")),
            ("ssl.keystore.key", text("key-alone.pem")),
        ]),
        settings(&[
            ("ssl.keystore.certificate.chain", on_one_line(text("chain.pem"))),
            ("ssl.keystore.key", with_escapes(text("encrypted-aes.pem"))),
            ("ssl.key.password", "keypass1".to_owned()),
        ]),
    ] {
        let read = identity::identity(&settings).unwrap();
        assert_eq!(read.chain.len(), 2);
        server_config(&settings, true, read, &[]).unwrap();
    }
}

#[test]
fn trusted_certificates_are_read_of_every_format() {
    let authority =
        identity::trusted(&settings(&[("ssl.truststore.location", keystore("trust.pem"))])).unwrap();
    assert_eq!(authority.len(), 1);
    for (file, password) in [
        ("trust.p12", "changeit"),
        ("trust.jks", "changeit"),
        // Java as well reads it without.
        ("trust.jks", ""),
        ("trust-openssl.p12", "changeit"),
    ] {
        let settings = settings(&[
            ("ssl.truststore.location", keystore(file)),
            ("ssl.truststore.password", password.to_owned()),
        ]);
        assert_eq!(identity::trusted(&settings).unwrap(), authority, "{file}");
    }
    let text = std::fs::read_to_string(keystore("trust.pem")).unwrap();
    let inline = settings(&[("ssl.truststore.certificates", text)]);
    assert_eq!(identity::trusted(&inline).unwrap(), authority);
    assert!(identity::trusted(&TlsSettings::default()).unwrap().is_empty());
}

#[test]
fn what_cannot_be_used_says_where_why_and_what_to_do() {
    let location = |file: &str| ("ssl.keystore.location", keystore(file));
    let password = |text: &str| ("ssl.keystore.password", text.to_owned());
    for (flags, parts) in [
        (vec![], &["ssl.keystore.location to a JKS, PKCS12 or PEM"][..]),
        (vec![location("none.pem")], &["ssl.keystore.location: cannot read", "none.pem", "No such file"]),
        (
            vec![location("java.p12"), password("wrong")],
            &["java.p12 (ssl.keystore.location)", "password is wrong"],
        ),
        (vec![location("java.p12")], &["password is wrong"]),
        (vec![location("legacy.p12"), password("wrong")], &["password is wrong"]),
        (vec![location("java.jks"), password("wrong")], &["java.jks", "password is wrong"]),
        (vec![location("java.jks"), password("changeit")], &["password of the key is wrong"]),
        (vec![location("trust.jks"), password("changeit")], &["no private key", "ssl.keystore.key.location"]),
        (vec![location("trust.p12"), password("changeit")], &["no private key"]),
        (vec![location("chain.pem")], &["no private key"]),
        (vec![location("key-alone.pem")], &["no certificate"]),
        (vec![location("trust.jceks"), password("changeit")], &["JCEKS", "keytool -importkeystore"]),
        (vec![location("make.sh")], &["make.sh", "PKCS#12"]),
        (vec![location("encrypted-aes.pem")], &["ssl.key.password"]),
        (
            vec![location("encrypted-aes.pem"), password("wrong")],
            &["cannot be decrypted", "ssl.key.password"],
        ),
        (vec![location("encrypted-old.pem"), password("keypass1")], &["old way", "openssl pkcs8 -topk8"]),
    ] {
        let error = identity::identity(&settings(&flags)).err().unwrap().to_string();
        for part in parts {
            assert!(error.contains(part), "{flags:?}: {error}");
        }
    }
    let empty = settings(&[("ssl.truststore.location", keystore("java.jks"))]);
    let error = identity::trusted(&empty).unwrap_err().to_string();
    assert!(error.contains("no certificate to trust"), "{error}");
}

#[test]
fn a_damaged_keystore_is_an_error_wherever_it_is_cut_or_changed() {
    for (file, password) in [("java.jks", "changeit"), ("trust.jks", "changeit"), ("java.p12", "changeit")] {
        let whole = std::fs::read(keystore(file)).unwrap();
        for length in 0..whole.len() {
            let cut = keystore::Keystore::read(&whole[..length], Some(password));
            assert!(cut.is_err(), "{file} to {length}");
            // Without its password nothing tells that a JKS was changed, and it must do no harm.
            let mut changed = whole.clone();
            changed[length] ^= 0xFF;
            if file.ends_with("jks")
                && let Ok(read) = keystore::Keystore::read(&changed, None)
            {
                let _ = read.key(Some("keypass1"));
                let _ = read.trusted();
            }
        }
    }
}

#[test]
fn versions_and_cipher_suites_are_those_of_the_settings() {
    let read = |flags: &[(&str, &str)]| {
        let mut all = vec![("ssl.keystore.location", keystore("pkcs8.pem"))];
        all.extend(flags.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let settings = settings(&all);
        let config = server_config(&settings, true, identity::identity(&settings).unwrap(), &[])?;
        let provider = config.crypto_provider();
        let older = versions(&settings, provider).contains(&&rustls::version::TLS12);
        Ok::<_, TlsError>((older, provider.cipher_suites.len()))
    };
    let (both, all) = read(&[]).unwrap();
    assert!(both && all > 5);
    for (name, value, older, suites) in [
        ("ssl.enabled.protocols", "TLSv1.3", false, all),
        ("ssl.enabled.protocols", "TLSv1.1,TLSv1.2,TLSv1.3", true, all),
        ("ssl.cipher.suites", "TLS_AES_128_GCM_SHA256,TLS_NO_SUCH_SUITE", false, 1),
        ("ssl.cipher.suites", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", true, 1),
    ] {
        assert_eq!(read(&[(name, value)]).unwrap(), (older, suites), "{value}");
    }
    let none = [("ssl.enabled.protocols", "TLSv1.2"), ("ssl.cipher.suites", "TLS_AES_128_GCM_SHA256")];
    for flags in [&none[..], &[("ssl.cipher.suites", "TLS_RSA_WITH_AES_128_CBC_SHA")]] {
        let error = read(flags).unwrap_err().to_string();
        assert!(error.contains("served are TLS_AES_256_GCM_SHA384, "), "{error}");
    }
}

#[test]
fn clients_are_not_asked_for_certificates_that_nobody_would_trust() {
    let all = [
        ("ssl.keystore.location", keystore("pkcs8.pem")),
        ("ssl.client.authentication", "REQUESTED".to_owned()),
    ];
    let settings = settings(&all);
    let read = identity::identity(&settings).unwrap();
    let error = server_config(&settings, true, read, &[]).unwrap_err().to_string();
    assert!(error.contains("ssl.truststore.location"), "{error}");
}

#[test]
fn the_days_of_each_certificate_are_counted_and_the_last_ones_warned_of() {
    let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2030, 1, 1);
    params.not_after = rcgen::date_time_ymd(2030, 2, 1);
    let certificate = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
    let expiry = CertificateExpiry::of("https://h:1", CertificateUse::Server, certificate.der()).unwrap();
    // The seconds of 1 February 2030.
    assert_eq!(expiry.not_after, UNIX_EPOCH + Duration::from_secs(1_896_134_400));
    assert_eq!(expiry.subject, "CN=rcgen self signed cert");
    for (days, warned) in [
        (31.0, None),
        (14.5, None),
        (13.5, Some("ends in 13.5 days")),
        (0.5, Some("ends in 0.5 days")),
        (-2.0, Some("ended 2.0 days ago")),
    ] {
        let now = UNIX_EPOCH + Duration::from_secs_f64(1_896_134_400.0 - days * 86_400.0);
        assert!((expiry.days_left(now) - days).abs() < 1e-6);
        let warning = expiry.warning(now);
        assert_eq!(warning.is_some(), warned.is_some(), "{days}: {warning:?}");
        assert!(warning.is_none_or(|line| line.contains(warned.unwrap())), "{days}");
    }
}

#[test]
fn all_certificates_of_all_listeners_are_told() {
    let settings = settings(&[
        ("ssl.keystore.location", keystore("java.p12")),
        ("ssl.keystore.password", "changeit".to_owned()),
        ("ssl.truststore.location", keystore("trust.pem")),
    ]);
    let reloads = Reloads::default();
    let watch = Watch { reloads: &reloads, when_they_change: true };
    let listeners = ["https://127.0.0.1:1", "https://127.0.0.1:2"].map(|url| url.parse().unwrap());
    let certificates: Certificates = listeners
        .iter()
        .map(|listener| ListenerTls::load(listener, &settings, true, watch).unwrap())
        .collect();
    let told: Vec<_> =
        certificates.expiries().into_iter().map(|one| (one.listener, one.of.as_str(), one.subject)).collect();
    let expected = |listener: &str| {
        [("server", "CN=localhost"), ("server", "CN=Test authority"), ("trusted", "CN=Test authority")]
            .map(|(of, subject)| (listener.to_owned(), of, subject.to_owned()))
    };
    assert_eq!(told, [expected("https://127.0.0.1:1"), expected("https://127.0.0.1:2")].concat());
}
