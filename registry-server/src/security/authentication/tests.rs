//! What is read again while the server runs, and certificates.

use std::fs;
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::config::{Environment, load};
use crate::store::Store;
use crate::store::sql::SqlStore;

fn settings(set: &[(&str, &str)]) -> Authentication {
    let flags: Vec<(String, String)> =
        set.iter().map(|(name, value)| (name.replace('.', "-"), (*value).to_owned())).collect();
    load(None, &Environment::from_iter([]), &flags).expect("the settings are right").settings.authentication
}

async fn store() -> Store {
    Store::of(SqlStore::in_memory().await.expect("it opens"))
}

async fn told(
    authenticator: &Authenticator,
    credentials: Option<&str>,
    certificate: Option<&[u8]>,
) -> Result<String, Refusal> {
    let store = store().await;
    let mut headers = HeaderMap::new();
    if let Some(text) = credentials {
        let text = format!("Basic {}", STANDARD.encode(text));
        headers.insert(AUTHORIZATION, text.parse().expect("a header"));
    }
    let sender = Sender { headers: &headers, address: None, certificate };
    let principal = authenticator.principal(sender, (&store.reads, &store.writes)).await?;
    Ok(principal.to_string())
}

#[tokio::test]
async fn what_is_read_again_counts_at_once_and_mistakes_change_nothing() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let write = |text: &str| fs::write(file.path(), text).unwrap();
    let hash = |password: &str| bcrypt::hash(password, 4).unwrap();
    write(&format!("alice:{}\n", hash("old")));
    let path = file.path().to_str().unwrap();
    let settings = settings(&[("authentication.method", "BASIC"), ("authentication.password.file", path)]);
    let authenticator = Authenticator::load(&settings).unwrap();
    let alice = Ok("User:alice".to_owned());
    assert_eq!(told(&authenticator, Some("alice:old"), None).await, alice);
    write("alice:broken\n");
    assert!(authenticator.reload().unwrap_err().to_string().contains("line 1 has no hash"));
    assert_eq!(told(&authenticator, Some("alice:old"), None).await, alice);
    write(&format!("alice:{}\n", hash("new")));
    authenticator.reload().unwrap();
    assert_eq!(told(&authenticator, Some("alice:new"), None).await, alice);
    let refused = Err(Refusal::Unproved(Reason::WrongPassword));
    assert_eq!(told(&authenticator, Some("alice:old"), None).await, refused, "not remembered either");
}

/// A certificate with a subject, as DER.
fn certificate(subject: rcgen::DistinguishedName) -> Vec<u8> {
    let mut parameters = rcgen::CertificateParams::default();
    parameters.distinguished_name = subject;
    let key = rcgen::KeyPair::generate().expect("a key");
    parameters.self_signed(&key).expect("a certificate").der().to_vec()
}

#[tokio::test]
async fn a_certificate_names_its_principal_as_java_writes_it() {
    use rcgen::DnType;

    // As `new X500Principal(…).getName()` of Java 17 has them.
    for (attributes, written) in [
        (
            vec![
                (DnType::CountryName, "US"),
                (DnType::OrganizationName, "Example, Inc."),
                (DnType::OrganizationalUnitName, "Services"),
                (DnType::CommonName, "orders"),
            ],
            "CN=orders,OU=Services,O=Example\\, Inc.,C=US",
        ),
        (vec![(DnType::CommonName, "a=b#c")], "CN=a\\=b\\#c"),
        (vec![(DnType::CommonName, "a+b;d<e>f\\g\"h")], "CN=a\\+b\\;d\\<e\\>f\\\\g\\\"h"),
        (vec![(DnType::CommonName, "é")], "CN=é"),
        (vec![(DnType::CustomDnType(vec![2, 5, 4, 12]), "t")], "2.5.4.12=#0c0174"),
        (vec![(DnType::StateOrProvinceName, "st"), (DnType::LocalityName, "l")], "L=l,ST=st"),
    ] {
        let mut subject = rcgen::DistinguishedName::new();
        for (kind, text) in attributes {
            subject.push(kind, text);
        }
        let der = certificate(subject);
        assert_eq!(certificate::distinguished_name(&der).as_deref(), Some(written));
    }
    assert_eq!(certificate::distinguished_name(b"no certificate"), None);
}

#[tokio::test]
async fn a_certificate_is_enough_where_it_is_among_the_methods_or_nobody_is_asked() {
    let mut subject = rcgen::DistinguishedName::new();
    subject.push(rcgen::DnType::CommonName, "Orders");
    let der: Arc<[u8]> = certificate(subject).into();
    const RULES: (&str, &str) = ("ssl.principal.mapping.rules", "RULE:^CN=(.*)$/$1/L");
    const OTHERS: (&str, &str) = ("ssl.principal.mapping.rules", "RULE:^OU=(.*)$/$1/");
    let named = |name: &str| Ok(name.to_owned());
    for (set, with, without) in [
        (&[][..], named("User:CN=Orders"), named("User:ANONYMOUS")),
        (&[RULES], named("User:orders"), named("User:ANONYMOUS")),
        (&[OTHERS], Err(Reason::NoMappingRule.into()), named("User:ANONYMOUS")),
        (
            &[("authentication.method", "CERTIFICATE"), RULES],
            named("User:orders"),
            Err(Reason::NothingShown.into()),
        ),
        (
            &[("authentication.method", "BEARER"), RULES],
            Err(Reason::NothingShown.into()),
            Err(Reason::NothingShown.into()),
        ),
        (
            &[("authentication.method", "CERTIFICATE"), ("authentication.roles", "admins"), RULES],
            Err(Refusal::WithoutRole),
            Err(Reason::NothingShown.into()),
        ),
    ] {
        let authenticator = Authenticator::load(&settings(set)).unwrap();
        for _ in 0..2 {
            assert_eq!(told(&authenticator, None, Some(&der)).await, with, "{set:?}");
        }
        assert_eq!(told(&authenticator, None, None).await, without, "{set:?}");
    }
}
