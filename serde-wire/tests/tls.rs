//! TLS to a server of this process, with its certificates and those of clients, by each library that is compiled in.
#![cfg(any(feature = "rustls-aws-lc", feature = "rustls-ring"))]

use serde_wire::frame::SchemaId;
use serde_wire::registry::{
    ClientConfigError, HttpRegistryBuilder, RegistryClient, RetryPolicy, SchemaRegistry, TlsBackend,
};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
#[cfg(feature = "rustls-aws-lc")]
use tokio_rustls::rustls::crypto::aws_lc_rs as cryptography;
#[cfg(not(feature = "rustls-aws-lc"))]
use tokio_rustls::rustls::crypto::ring as cryptography;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, version};

const CA: &str = include_str!("tls/ca.pem");
const SERVER: &str = include_str!("tls/server.pem");
const CLIENT: &str = include_str!("tls/client.pem");

#[cfg(feature = "native-tls")]
const BACKENDS: &[TlsBackend] = &[TlsBackend::Rustls, TlsBackend::Native];
#[cfg(not(feature = "native-tls"))]
const BACKENDS: &[TlsBackend] = &[TlsBackend::Rustls];

/// A registry behind TLS that answers everything alike; with `mutual`, only those whom the test's authority vouches for.
async fn server(mutual: bool) -> String {
    let authority = CertificateDer::from_pem_slice(CA.as_bytes()).expect("a certificate");
    let mut roots = RootCertStore::empty();
    roots.add(authority).expect("an authority");
    let provider = Arc::new(cryptography::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .expect("versions");
    let config = if mutual {
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        config.with_client_cert_verifier(verifier.build().expect("roots"))
    } else {
        config.with_no_client_auth()
    };
    let chain =
        CertificateDer::pem_slice_iter(SERVER.as_bytes()).map(|one| one.expect("a certificate")).collect();
    let key = PrivateKeyDer::from_pem_slice(SERVER.as_bytes()).expect("a key");
    let acceptor = TlsAcceptor::from(Arc::new(config.with_single_cert(chain, key).expect("a certificate")));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(acceptor.clone(), stream));
        }
    });
    format!("https://localhost:{}", address.port())
}

async fn answer(acceptor: TlsAcceptor, stream: TcpStream) -> std::io::Result<()> {
    let mut stream = BufReader::new(acceptor.accept(stream).await?);
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        if line == "\r\n" {
            let body = r#"{"schema":"\"long\""}"#;
            let answer = format!("HTTP/1.1 200 x\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            stream.get_mut().write_all(answer.as_bytes()).await?;
            stream.get_mut().flush().await?;
        }
        line.clear();
    }
    Ok(())
}

fn builder(url: &str, backend: TlsBackend) -> HttpRegistryBuilder {
    let once = RetryPolicy::default().with_rounds(0);
    RegistryClient::builder([url]).retry(once).tls_backend(backend)
}

async fn asked(builder: HttpRegistryBuilder) -> Result<(), String> {
    let registry = builder.build_uncached().map_err(|error| error.to_string())?;
    let answer = registry.schema_by_id(SchemaId::new(1).expect("in range"), None).await;
    answer.map(drop).map_err(|error| error.to_string())
}

#[tokio::test]
async fn whom_the_settings_trust_is_trusted() {
    let url = server(false).await;
    for backend in BACKENDS.iter().copied() {
        let builder = || builder(&url, backend);
        asked(builder().root_certificates(CA)).await.unwrap();
        asked(builder().only_root_certificates(CA)).await.unwrap();
        let error = asked(builder()).await.unwrap_err();
        assert!(error.to_lowercase().contains("certificate"), "{backend:?}: {error}");
        // The client's certificate is not an authority that vouches for the server.
        let client = CLIENT.split("-----BEGIN PRIVATE").next().unwrap();
        assert!(asked(builder().only_root_certificates(client)).await.is_err(), "{backend:?}");
    }
}

#[tokio::test]
async fn a_client_proves_who_it_is() {
    let url = server(true).await;
    for backend in BACKENDS.iter().copied() {
        let builder = || builder(&url, backend).only_root_certificates(CA);
        asked(builder().client_certificate(CLIENT)).await.unwrap();
        assert!(asked(builder()).await.is_err(), "{backend:?}: nobody in particular");
    }
}

/// A file of the tests.
fn file(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/tls").join(name).display().to_string()
}

#[tokio::test]
async fn properties_name_certificates_as_kafka_clients_do() {
    let url = server(true).await;
    let (trusted, own) = (file("ca.pem"), file("client.pem"));
    let (chain, key) = CLIENT.split_at(CLIENT.find("-----BEGIN PRIVATE").unwrap());
    let escaped = CA.replace('\n', "\\n");
    for properties in [
        vec![("truststore.location", trusted.as_str()), ("keystore.location", &own)],
        vec![
            ("truststore.location", &trusted),
            ("truststore.type", "pem"),
            ("keystore.location", &own),
            ("keystore.type", "PEM"),
        ],
        vec![("truststore.certificates", CA), ("keystore.certificate.chain", chain), ("keystore.key", key)],
        vec![("truststore.certificates", &escaped), ("keystore.location", &own)],
    ] {
        let properties: Vec<_> = properties
            .into_iter()
            .map(|(key, value)| (format!("schema.registry.ssl.{key}"), value))
            .collect();
        let all = properties.iter().map(|(key, value)| (key.as_str(), *value));
        let all = all.chain([("schema.registry.url", url.as_str())]);
        let builder = HttpRegistryBuilder::from_properties(all).unwrap();
        assert!(!format!("{builder:?}").contains("PRIVATE"), "{builder:?}");
        asked(builder).await.unwrap();
    }
}

#[test]
fn what_cannot_be_used_is_told_without_the_key() {
    let key = &CLIENT[CLIENT.find("-----BEGIN PRIVATE").unwrap()..];
    let encrypted = key.replace("BEGIN PRIVATE", "BEGIN ENCRYPTED PRIVATE");
    let of = |settings: fn(HttpRegistryBuilder, String) -> HttpRegistryBuilder, pem: &str| {
        settings(RegistryClient::builder(["https://h"]), pem.to_owned()).build().unwrap_err()
    };
    for (error, part) in [
        (
            of(HttpRegistryBuilder::root_certificates, "\u{fe}\u{ed}"),
            "stores of Java (JKS, PKCS12) are not read",
        ),
        (of(HttpRegistryBuilder::only_root_certificates, key), "there is none"),
        (of(HttpRegistryBuilder::client_certificate, &encrypted), "encrypted"),
        (of(HttpRegistryBuilder::client_certificate, key), "the client's certificate"),
        (of(HttpRegistryBuilder::client_certificate, CA), "the client's certificate"),
        (of(HttpRegistryBuilder::proxy, "http://u:PRIVATE@"), "proxy"),
    ] {
        let text = format!("{error} {error:?}");
        assert!(text.contains(part) && !text.contains("PRIVATE") && !text.contains("MIG"), "{part}: {text}");
    }
    let beside = RegistryClient::builder(["https://h"]).root_certificates(CA);
    let error = beside.http_client(serde_wire::registry::reqwest::Client::new()).build().unwrap_err();
    assert!(matches!(error, ClientConfigError::BesideClient(_)), "{error}");
    if !cfg!(feature = "native-tls") {
        let error =
            RegistryClient::builder(["http://h"]).tls_backend(TlsBackend::Native).build().unwrap_err();
        assert!(matches!(error, ClientConfigError::NoTls), "{error}");
    }

    let of = |key: &str, value: &str| {
        let key = format!("schema.registry.ssl.{key}");
        let all = [("schema.registry.url", "https://h"), (key.as_str(), value)];
        HttpRegistryBuilder::from_properties(all).map(|builder| builder.build().unwrap_err().to_string())
    };
    let missing = of("truststore.location", "/nowhere/trust.pem").unwrap();
    assert!(missing.contains("/nowhere/trust.pem"), "{missing}");
    for (key, value, part) in [
        ("truststore.type", "JKS", "stores of Java are not read"),
        ("keystore.type", "PKCS12", "stores of Java are not read"),
        ("keystore.key", "PRIVATE", "keystore.certificate.chain is missing"),
        ("keystore.certificate.chain", "x", "keystore.key is missing"),
        ("keystore.password", "PRIVATE", "in PEM"),
        ("key.password", "PRIVATE", "in PEM"),
    ] {
        let error = of(key, value).unwrap_err().to_string();
        assert!(error.contains(part) && !error.contains("PRIVATE"), "{error}");
    }
}
