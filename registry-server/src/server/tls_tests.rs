//! Real clients of TLS and of HTTP/2 over real sockets, with certificates that are made for each test.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Version as HttpVersion};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http_body_util::BodyExt as _;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::connections::Connections;
use super::entrance::Entrance;
use super::front::Front;
use crate::config::{Environment, load};
use crate::http::Peer;
use crate::reload::Reloads;
use crate::tls::{ListenerTls, Watch};

/// No test waits longer for what must happen.
const BOUND: Duration = Duration::from_secs(120);
/// Longer than a test takes: what ends meanwhile ends for another reason.
const LONG: Duration = Duration::from_secs(3600);
/// What every test but those of one version of TLS speaks.
const BOTH: &[&SupportedProtocolVersion] = rustls::ALL_VERSIONS;

/// An authority that issues certificates.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A certificate and its key.
struct Issued {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("keys can be made");
        let pem = params.self_signed(&key).expect("it signs").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    fn issue(&self, name: &str) -> Issued {
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        let key = KeyPair::generate().expect("keys can be made");
        Issued { certificate: params.signed_by(&key, &self.issuer).expect("it signs"), key }
    }

    /// A client that trusts this authority alone.
    fn client(
        &self,
        shown: Option<&Issued>,
        versions: &[&'static SupportedProtocolVersion],
        protocols: &[&str],
    ) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        let (_, pem) = x509_parser::pem::parse_x509_pem(self.pem.as_bytes()).expect("a certificate");
        roots.add(pem.contents.into()).expect("a certificate");
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(versions)
            .expect("versions that there are")
            .with_root_certificates(roots);
        let mut config = match shown {
            None => builder.with_no_client_auth(),
            Some(Issued { certificate, key }) => {
                let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
                builder.with_client_auth_cert(vec![certificate.der().clone()], key).expect("a key")
            }
        };
        config.alpn_protocols = protocols.iter().map(|one| one.as_bytes().to_vec()).collect();
        config
    }
}

struct Served {
    address: SocketAddr,
    connections: Arc<Connections>,
    tls: Arc<ListenerTls>,
    authority: Authority,
    folder: tempfile::TempDir,
    reloads: Reloads,
    stop: watch::Sender<bool>,
    serving: tokio::task::JoinHandle<()>,
}

async fn serve(flags: &[(&str, &str)], most: usize, idle: Duration) -> Served {
    serve_with(router(), flags, most, idle).await
}

async fn serve_with(router: Router, flags: &[(&str, &str)], most: usize, idle: Duration) -> Served {
    let (authority, folder) = (Authority::new("Authority"), tempfile::tempdir().expect("a folder"));
    let keystore = write_keystore(&folder, &authority.issue("localhost"));
    let truststore = folder.path().join("trust.pem");
    std::fs::write(&truststore, &authority.pem).expect("a file");
    let mut all = vec![
        ("listeners", "https://127.0.0.1:0".to_owned()),
        ("ssl.keystore.location", keystore.display().to_string()),
        ("ssl.truststore.location", truststore.display().to_string()),
    ];
    all.extend(flags.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let all: Vec<_> = all.into_iter().map(|(name, value)| (name.replace('.', "-"), value)).collect();
    let settings = load(None, &Environment::default(), &all).expect("settings").to_serve().expect("settings");
    let reloads = Reloads::default();
    let watch = Watch { reloads: &reloads, when_they_change: true };
    let listener = &settings.listeners[0];
    let of_listener = settings.tls_of(listener).expect("it has TLS");
    let tls = ListenerTls::load(listener, of_listener, settings.http2, watch).expect("certificates");
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = socket.local_addr().expect("a port");
    let front = Front::default();
    front.open(router);
    let connections = Arc::new(Connections::new(front, most, idle));
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let entrance = Entrance { name: "secure".into(), tls: Some(Arc::clone(&tls)), http2: settings.http2 };
    let serving = tokio::spawn(Arc::clone(&connections).serve(socket, entrance, stopping));
    Served { address, connections, tls, authority, folder, reloads, stop, serving }
}

fn write_keystore(folder: &tempfile::TempDir, issued: &Issued) -> PathBuf {
    let path = folder.path().join("server.pem");
    std::fs::write(&path, issued.key.serialize_pem() + &issued.certificate.pem()).expect("a file");
    path
}

fn router() -> Router {
    Router::new()
        .route(
            "/",
            get(|Extension(peer): Extension<Peer>| async move {
                let tls = peer.tls().expect("it came over TLS");
                let name = tls.server_name.clone().unwrap_or_default();
                format!("{} {name} {}", peer.listener(), tls.client_certificates.len())
            }),
        )
        .route("/length", post(|body: axum::body::Bytes| async move { body.len().to_string() }))
}

impl Served {
    async fn connect(&self, client: ClientConfig) -> io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.address).await?;
        let name = ServerName::try_from("localhost").expect("a name");
        TlsConnector::from(Arc::new(client)).connect(name, stream).await
    }

    /// A connection of a client that shows nothing.
    async fn plain(&self, protocols: &[&str]) -> TlsStream<TcpStream> {
        self.connect(self.authority.client(None, BOTH, protocols)).await.expect("a connection")
    }

    /// The answer to a request by HTTP/1, or why there is none.
    async fn ask(&self, client: ClientConfig, host: &str) -> io::Result<String> {
        let mut stream = self.connect(client).await?;
        stream
            .write_all(format!("GET / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").as_bytes())
            .await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }
}

/// A client of HTTP/2 on a connection.
async fn http2<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S) -> SendRequest<Body> {
    let (client, connection) =
        handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2 is spoken");
    tokio::spawn(connection);
    client
}

async fn answer(client: &mut SendRequest<Body>, request: Request<Body>) -> Result<String, hyper::Error> {
    let response = client.send_request(request).await?;
    assert_eq!(response.version(), HttpVersion::HTTP_2);
    let body = response.into_body().collect().await?.to_bytes();
    Ok(String::from_utf8(body.to_vec()).expect("a text"))
}

fn request(path: &str) -> Request<Body> {
    Request::get(format!("https://localhost{path}")).body(Body::empty()).expect("a request")
}

#[tokio::test]
async fn certificates_of_clients_are_asked_for_as_the_settings_say() {
    let foreign = Authority::new("Another authority").issue("client");
    for (flag, none, trusted, untrusted) in [
        (("ssl.client.authentication", "NONE"), Some(0), Some(0), Some(0)),
        (("ssl.client.authentication", "REQUESTED"), Some(0), Some(1), None),
        (("ssl.client.authentication", "REQUIRED"), None, Some(1), None),
        (("ssl.client.auth", "true"), None, Some(1), None),
        (("ssl.client.auth", "false"), Some(0), Some(0), Some(0)),
    ] {
        let served = serve(&[flag], 10, LONG).await;
        let own = served.authority.issue("client");
        for versions in [&[&rustls::version::TLS12][..], &[&rustls::version::TLS13]] {
            for (shown, certificates) in [(None, none), (Some(&own), trusted), (Some(&foreign), untrusted)] {
                let client = served.authority.client(shown, versions, &[]);
                let answer = timeout(BOUND, served.ask(client, "localhost")).await.expect("an end");
                match certificates {
                    Some(number) => {
                        let answer = answer.unwrap();
                        assert!(
                            answer.ends_with(&format!("secure localhost {number}")),
                            "{flag:?}: {answer}"
                        );
                    }
                    None => assert!(answer.is_err(), "{flag:?}: {answer:?}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn only_the_versions_of_the_settings_are_spoken() {
    let (old, new) = (&[&rustls::version::TLS12][..], &[&rustls::version::TLS13][..]);
    for (protocols, with_old, with_new) in [
        ("", true, true),
        ("TLSv1.3", false, true),
        ("TLSv1.2", true, false),
        ("TLSv1.2,TLSv1.3", true, true),
    ] {
        let served = serve(&[("ssl.enabled.protocols", protocols)], 10, LONG).await;
        for (versions, expected) in [(old, with_old), (new, with_new)] {
            let answer = served.ask(served.authority.client(None, versions, &[]), "localhost").await;
            assert_eq!(answer.is_ok(), expected, "{protocols}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn hosts_are_checked_and_browsers_told_where_the_settings_say_so() {
    for (flags, host, status, is_strict) in [
        (&[][..], "other", 200, false),
        (&[("hsts.header.enable", "true")], "localhost", 200, true),
        (&[("sni.check.enabled", "true")], "localhost:8081", 200, false),
        (&[("sni.check.enabled", "true")], "other", 421, false),
        (&[("sni.host.check.enabled", "true")], "localhost", 200, false),
        (&[("sni.host.check.enabled", "true"), ("hsts.header.enable", "true")], "other:8081", 400, true),
    ] {
        let served = serve(flags, 10, LONG).await;
        let answer = served.ask(served.authority.client(None, BOTH, &[]), host).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{flags:?} {host}: {answer}");
        let strict = answer.contains("strict-transport-security: max-age=31536000; includeSubDomains");
        assert_eq!(strict, is_strict, "{flags:?} {host}: {answer}");
    }
}

#[tokio::test]
async fn new_certificates_are_for_new_connections_and_bad_ones_for_none() {
    let served = serve(&[], 10, LONG).await;
    let shown = |stream: &TlsStream<TcpStream>| {
        let (_, session) = stream.get_ref();
        session.peer_certificates().expect("the server shows one")[0].to_vec()
    };
    let mut open = served.plain(&[]).await;
    let first = shown(&open);

    let renewed = served.authority.issue("localhost");
    let keystore = write_keystore(&served.folder, &renewed);
    served.reloads.look();
    let second = shown(&served.plain(&[]).await);
    assert_ne!(first, second);
    assert_eq!(second, renewed.certificate.der().to_vec());

    // A certificate of another key, half a file, and none.
    let other = served.authority.issue("localhost");
    let mixed = renewed.key.serialize_pem() + &other.certificate.pem();
    for bad in [Some(mixed.as_str()), Some(&mixed[..mixed.len() / 2]), None] {
        match bad {
            Some(text) => std::fs::write(&keystore, text).unwrap(),
            None => std::fs::remove_file(&keystore).unwrap(),
        }
        served.reloads.look();
        assert_eq!(shown(&served.plain(&[]).await), second, "{bad:?}");
    }
    write_keystore(&served.folder, &other);
    served.reloads.reload_all();
    assert_eq!(shown(&served.plain(&[]).await), other.certificate.der().to_vec());
    assert_eq!(served.tls.in_force().config.alpn_protocols.len(), 2);

    // What was open all the while still is.
    open.write_all(b"GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    open.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("secure localhost 0"), "{answer}");
}

#[tokio::test]
async fn many_requests_share_a_connection_of_http2() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (begun, go_on) = (begun.clone(), go_on.clone());
        get(move || async move {
            begun.notify_one();
            go_on.notified().await;
            "slow"
        })
    };
    let served = serve_with(router().route("/slow", slow), &[], 10, LONG).await;
    let stream = served.plain(&["h2", "http/1.1"]).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let mut client = http2(stream).await;
    let mut waiting = client.clone();
    let waiting = tokio::spawn(async move { answer(&mut waiting, request("/slow")).await });
    begun.notified().await;
    let mut quick = client.clone();
    assert_eq!(answer(&mut quick, request("/")).await.unwrap(), "secure localhost 0");
    let long = Body::from(vec![b'x'; 1 << 20]);
    let post = Request::post("https://localhost/length").body(long).unwrap();
    assert_eq!(answer(&mut client, post).await.unwrap(), (1 << 20).to_string());
    // A server that stops answers what it has got, and takes no more.
    served.stop.send(true).unwrap();
    go_on.notify_one();
    assert_eq!(waiting.await.unwrap().unwrap(), "slow");
    timeout(BOUND, served.serving).await.expect("all is answered").unwrap();
}

#[tokio::test]
async fn http2_is_agreed_on_only_where_it_is_on() {
    for (flag, expected) in [("true", &b"h2"[..]), ("false", b"http/1.1")] {
        let served = serve(&[("http2.enabled", flag)], 10, LONG).await;
        let stream = served.plain(&["h2", "http/1.1"]).await;
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(expected), "{flag}");
    }
}

#[tokio::test]
async fn http2_without_tls_is_told_by_how_it_begins() {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let front = Front::default();
    front.open(
        Router::new().route("/length", post(|body: axum::body::Bytes| async move { body.len().to_string() })),
    );
    let connections = Arc::new(Connections::new(front, 10, LONG));
    let (_stop, stopping) = watch::channel(false);
    let entrance = Entrance { name: "plain".into(), tls: None, http2: true };
    tokio::spawn(connections.serve(socket, entrance, stopping));
    let post = || Request::post(format!("http://{address}/length")).body(Body::from("four")).unwrap();
    let mut client = http2(TcpStream::connect(address).await.unwrap()).await;
    assert_eq!(answer(&mut client, post()).await.unwrap(), "4");
    // Methods of HTTP/1 begin with the same letter, and may come letter by letter.
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for byte in
        "POST /length HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\nconnection: close\r\n\r\nfour".bytes()
    {
        stream.write_all(&[byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("\r\n\r\n4"), "{answer}");
}

#[tokio::test]
async fn who_does_not_come_to_terms_is_let_go() {
    let served = serve(&[], 10, Duration::from_millis(200)).await;
    for sent in ["", "\x16\x03\x01", "GET / HTTP/1.1\r\nhost: h\r\n\r\n"] {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut all = Vec::new();
        let _ = timeout(BOUND, stream.read_to_end(&mut all)).await.expect("the connection is closed");
    }
    // A connection of HTTP/2 on which nothing happens, from the start or after a request.
    for asks in [false, true] {
        let mut client = http2(served.plain(&["h2"]).await).await;
        if asks {
            answer(&mut client, request("/")).await.unwrap();
        }
        let ended = async {
            while !client.is_closed() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(BOUND, ended).await.expect("the connection is closed");
    }
}

#[tokio::test]
async fn nobody_holds_all_places_by_never_coming_to_terms() {
    for sent in ["", "\x16\x03\x01\x02\x00"] {
        let served = serve(&[], 8, LONG).await;
        let mut silent = Vec::new();
        for _ in 0..40 {
            let mut stream = TcpStream::connect(served.address).await.unwrap();
            stream.write_all(sent.as_bytes()).await.unwrap();
            silent.push(stream);
        }
        let client = served.authority.client(None, BOTH, &[]);
        let answer = timeout(BOUND, served.ask(client, "localhost")).await.expect("an answer").unwrap();
        assert!(answer.ends_with("secure localhost 0"), "{sent:?}: {answer}");
        drop(silent);
    }
    // Nor with connections of HTTP/2 that say nothing.
    let served = serve(&[], 4, LONG).await;
    let mut silent = Vec::new();
    for _ in 0..12 {
        silent.push(http2(served.plain(&["h2"]).await).await);
    }
    assert!(served.connections.free_places() <= 4);
    let mut client = http2(served.plain(&["h2"]).await).await;
    assert_eq!(
        timeout(BOUND, answer(&mut client, request("/"))).await.expect("an answer").unwrap(),
        "secure localhost 0"
    );
}

#[tokio::test]
async fn an_answer_that_nobody_takes_does_not_stay_with_http2_either() {
    let large = Router::new().route("/", get(|| async { vec![b'x'; 64 << 20] }));
    let served = serve_with(large, &[], 10, Duration::from_millis(200)).await;
    let mut client = http2(served.plain(&["h2"]).await).await;
    // The head is taken, and of the body what is sent ahead.
    let response = client.send_request(request("/")).await.unwrap();
    let freed = async {
        // One is kept for who comes next.
        while served.connections.free_places() < 9 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(BOUND, freed).await.expect("its place is free again");
    drop(response);
}
