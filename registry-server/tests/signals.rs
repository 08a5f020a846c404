//! The running server as a supervisor meets it: questions after its health, and signals.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// No test waits longer for what must happen.
const BOUND: Duration = Duration::from_secs(120);

struct Server {
    child: Child,
    address: String,
    folder: tempfile::TempDir,
}

impl Server {
    /// A server with these settings in its file.
    fn start(settings: &str) -> Self {
        Self::start_below(settings, &[])
    }

    /// A server with these settings in its file and these variables of its supervisor.
    fn start_below(settings: &str, supervisor: &[(&str, &str)]) -> Self {
        Self::start_with("http://127.0.0.1:0", settings, supervisor)
    }

    /// The same on another listener.
    fn start_with(listener: &str, settings: &str, supervisor: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("the parts of a test work");
        let file = folder.path().join("registry.properties");
        write(&file, settings);
        let log = std::fs::File::create(folder.path().join("log")).expect("the parts of a test work");
        let url = format!("sqlite:{}", folder.path().join("registry.db").display());
        let mut child = Command::new(env!("CARGO_BIN_EXE_registry-server"))
            .arg(&file)
            .args(["--listeners", listener, "--database-url", &url])
            .current_dir(folder.path())
            .env_clear()
            .envs(supervisor.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the parts of a test work");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("the parts of a test work"))
            .read_line(&mut line)
            .expect("the parts of a test work");
        let address = line.trim().rsplit_once("://").expect("the first line names the address").1.to_owned();
        assert!(
            line.contains(&format!("{}://{address}", listener.split(':').next().expect("a scheme"))),
            "{line}"
        );
        Self { child, address, folder }
    }

    /// Status and body of an answer; `None` from a server that is gone.
    fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.set_read_timeout(Some(BOUND)).expect("the parts of a test work");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        let status = text.split(' ').nth(1)?.parse().ok()?;
        Some((status, text.split_once("\r\n\r\n")?.1.to_owned()))
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status()
            .expect("the parts of a test work");
        assert!(sent.success());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).expect("the parts of a test work")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(file: &Path, text: &str) {
    std::fs::write(file, text).expect("the parts of a test work");
}

/// Waits for what must come.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < BOUND, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_health_is_told_to_whoever_asks() {
    let server = Server::start("");
    for path in ["/health/live", "/health/ready", "/health/startup"] {
        let (status, body) = server.get(path).expect("an answer");
        assert_eq!(status, 200, "{path}: {body}");
        assert!(body.starts_with(r#"{"status":"UP","checks":["#), "{path}: {body}");
    }
    assert_eq!(server.get("/health").expect("an answer").0, 404);
}

#[test]
fn a_hangup_has_the_log_follow_its_setting_and_ends_nothing() {
    let server = Server::start("log.level=error\n");
    let file = server.folder.path().join("registry.properties");
    assert_eq!(server.log(), "");
    write(&file, "log.level=info\n");
    server.signal("HUP");
    until("the log follows", || server.log().contains("filter=\"info\""));
    // A mistake is told and changes nothing.
    write(&file, "log.level=info\nlog.lvl=debug\n");
    server.signal("HUP");
    until("the mistake is told", || server.log().contains("'log.lvl' is not a setting"));
    assert_eq!(server.get("/").expect("an answer").0, 200);
}

#[test]
fn a_supervisor_is_told_that_the_server_is_ready_lives_and_stops() {
    let folder = tempfile::tempdir().expect("the parts of a test work");
    let path = folder.path().join("notify").display().to_string();
    let socket = UnixDatagram::bind(&path).expect("the parts of a test work");
    socket.set_read_timeout(Some(BOUND)).expect("the parts of a test work");
    let told = || {
        let mut buffer = [0; 100];
        let length = socket.recv(&mut buffer).expect("it tells something");
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    };
    let until_told = |state: &str| {
        let mut before = Vec::new();
        loop {
            let told = told();
            if told == state {
                return before;
            }
            before.push(told);
        }
    };
    let mut server = Server::start_below("", &[("NOTIFY_SOCKET", &path), ("WATCHDOG_USEC", "20000")]);
    let lives = "WATCHDOG=1\n";
    assert!(until_told("READY=1\n").iter().all(|told| told == lives));
    for _ in 0..3 {
        assert_eq!(told(), lives);
    }
    server.signal("TERM");
    assert!(until_told("STOPPING=1\n").iter().all(|told| told == lives));
    assert!(server.child.wait().expect("the parts of a test work").success());

    // Where no such time is set, it has nothing to tell of its life.
    while socket.set_nonblocking(true).is_ok() && socket.recv(&mut [0; 100]).is_ok() {}
    socket.set_nonblocking(false).expect("the parts of a test work");
    let quiet = Server::start_below("", &[("NOTIFY_SOCKET", &path)]);
    assert_eq!(told(), "READY=1\n");
    quiet.signal("TERM");
    assert_eq!(told(), "STOPPING=1\n");
}

/// Asks after the health by the command: whether all is well, and what it says otherwise.
fn health(question: &str, listener: &str) -> (bool, String) {
    health_with(question, listener, &[])
}

/// The same with more settings of the server.
fn health_with(question: &str, listener: &str, settings: &[&str]) -> (bool, String) {
    let asked = Command::new(env!("CARGO_BIN_EXE_registry-server"))
        .args(["health", question, "--listeners", listener])
        .args(settings)
        .env_clear()
        .output()
        .expect("the parts of a test work");
    assert!(asked.stdout.is_empty());
    (asked.status.success(), String::from_utf8_lossy(&asked.stderr).into_owned())
}

#[test]
fn the_command_asks_a_server_of_this_machine_after_its_health() {
    let server = Server::start("shutdown.drain.ms=600000\n");
    let port = server.address.rsplit_once(':').expect("an address with a port").1;
    let listener = format!("http://0.0.0.0:{port}");
    for question in ["live", "ready", "startup"] {
        assert_eq!(health(question, &listener), (true, String::new()), "{question}");
    }
    server.signal("TERM");
    until("it is not ready", || !health("ready", &listener).0);
    let told = format!(
        "registry-server: http://127.0.0.1:{port}/health/ready answered 503 Service Unavailable: server: it was told to stop\n"
    );
    assert_eq!(health("ready", &listener), (false, told));
    assert_eq!(health("live", &listener), (true, String::new()));
    drop(server);
    let (well, told) = health("live", &listener);
    assert!(!well && told.contains("cannot be asked") && told.contains("is the server running"), "{told}");
}

#[test]
fn who_is_told_to_stop_is_not_ready_first_and_serves_until_that_is_known() {
    let server = Server::start("shutdown.drain.ms=600000\n");
    assert_eq!(server.get("/health/ready").expect("an answer").0, 200);
    server.signal("TERM");
    until("it is not ready", || server.get("/health/ready").expect("an answer").0 == 503);
    assert!(server.get("/health/ready").expect("an answer").1.contains("it was told to stop"));
    for path in ["/subjects", "/health/live"] {
        assert_eq!(server.get(path).expect("an answer").0, 200, "{path}");
    }
    // Without such a time it ends at once.
    let mut prompt = Server::start("");
    prompt.signal("TERM");
    let ended = prompt.child.wait().expect("the parts of a test work");
    assert!(ended.success(), "{ended}");
}

#[test]
fn while_the_database_is_waited_for_the_health_is_told_and_a_signal_ends_it() {
    // A port that is taken, and on which nobody answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("the parts of a test work");
    let url = format!(
        "postgres://127.0.0.1:{}/none",
        silent.local_addr().expect("the parts of a test work").port()
    );
    let folder = tempfile::tempdir().expect("the parts of a test work");
    let log = folder.path().join("log");
    let child = Command::new(env!("CARGO_BIN_EXE_registry-server"))
        .args(["--listeners", "http://127.0.0.1:0", "--database-url", &url, "--database-wait-ms", "600000"])
        .env_clear()
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&log).expect("the parts of a test work"))
        .spawn()
        .expect("the parts of a test work");
    let mut server = Server { child, address: String::new(), folder };
    until("it listens", || {
        let log = server.log();
        let address = log.split_once("listeners=[\"http://").and_then(|(_, rest)| rest.split_once('"'));
        server.address = address.map(|(address, _)| address.to_owned()).unwrap_or_default();
        !server.address.is_empty()
    });
    for (path, status) in [("/health/live", 200), ("/health/ready", 503), ("/health/startup", 503)] {
        assert_eq!(server.get(path).expect("an answer").0, status, "{path}");
    }
    server.signal("TERM");
    until("it ends", || server.child.try_wait().expect("the parts of a test work").is_some());
    assert!(server.log().contains("stopped before the database was open"), "{}", server.log());
}

#[test]
fn the_request_log_has_a_line_for_each_request_and_follows_a_file_that_was_moved() {
    let mut server = Server::start(
        "request.log=all\nrequest.log.file=requests.log\nproxy.trusted.addresses=127.0.0.1\nmetrics.listeners=http://127.0.0.1:0\n",
    );
    let (file, moved) = (server.folder.path().join("requests.log"), server.folder.path().join("moved.log"));
    assert_eq!(server.get("/subjects").expect("an answer").0, 200);
    assert_eq!(server.get("/health/ready").expect("an answer").0, 200);
    until("the line is written", || std::fs::read_to_string(&file).is_ok_and(|text| text.ends_with("}\n")));
    std::fs::rename(&file, &moved).expect("the parts of a test work");
    server.signal("HUP");
    until("another file is there", || file.exists());
    let forwarded = "/schemas/ids/5 HTTP/1.1\r\nx-forwarded-for: 192.0.2.1\r\nx-request-id: mine\r\nx-rest:";
    assert_eq!(server.get(forwarded).expect("an answer").0, 404);
    server.signal("TERM");
    assert!(server.child.wait().expect("the parts of a test work").success());
    let lines = |path: &Path| std::fs::read_to_string(path).expect("the parts of a test work");
    let first = lines(&moved);
    assert!(
        first.contains(r#""method":"GET","path":"/subjects","operation":"list","status":200,"#),
        "{first}"
    );
    assert_eq!(first.lines().count(), 1, "the health is not logged: {first}");
    // What was told is written before the end.
    let last = lines(&file);
    for part in [
        r#""request_id":"mine","principal":"User:ANONYMOUS","client":"192.0.2.1","#,
        r#""path":"/schemas/ids/5","operation":"getSchema","status":404,"error_code":40403,"#,
    ] {
        assert!(last.contains(part), "{part} in {last}");
    }
    assert_eq!(last.lines().count(), 1, "{last}");
}

#[test]
fn who_sends_too_many_requests_is_told_to_come_later_and_hears_the_health() {
    let server = Server::start("request.rate.per.address=1\nrequest.log=writes\n");
    until("a request is refused", || server.get("/subjects").expect("an answer").0 == 429);
    assert_eq!(server.get("/health/live").expect("an answer").0, 200);
    until("it is told why", || {
        server.log().contains(r#""status":429,"error_code":429,"reason":"127.0.0.1 sends"#)
    });
    let answered = || server.get("/subjects").expect("an answer").0 == 200;
    until("it may come again", || {
        std::thread::sleep(Duration::from_secs(1));
        answered()
    });
}

/// The certificate that a server shows to a client that trusts these alone, and what it answers to a question after its health.
fn health_over_tls(server: &Server, trusted: &[&rcgen::Certificate]) -> std::io::Result<(Vec<u8>, String)> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in trusted {
        roots.add(certificate.der().clone()).expect("the parts of a test work");
    }
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the parts of a test work")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().expect("the parts of a test work");
    let session = rustls::ClientConnection::new(client.into(), name).expect("the parts of a test work");
    let mut stream = rustls::StreamOwned::new(session, TcpStream::connect(&server.address)?);
    write!(stream, "GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let shown = stream.conn.peer_certificates().expect("the server shows one")[0].to_vec();
    Ok((shown, answer))
}

#[test]
fn a_server_with_tls_shows_what_its_file_holds_when_that_changes_and_at_a_hangup() {
    let made =
        || rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("the parts of a test work");
    let [first, second, third] = [made(), made(), made()];
    let folder = tempfile::tempdir().expect("the parts of a test work");
    let file = folder.path().join("server.pem");
    let put = |one: &rcgen::CertifiedKey<rcgen::KeyPair>| {
        write(&file, &(one.signing_key.serialize_pem() + &one.cert.pem()));
    };
    let all = [&first.cert, &second.cert, &third.cert];
    for (watches, signal) in [(true, None), (false, Some("HUP"))] {
        put(&first);
        let settings = format!("ssl.keystore.location={}\nssl.keystore.reload={watches}\n", file.display());
        let server = Server::start_with("https://127.0.0.1:0", &settings, &[]);
        let (shown, answer) = health_over_tls(&server, &all).expect("an answer");
        assert_eq!(shown, first.cert.der().to_vec());
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(health_over_tls(&server, &[&second.cert]).is_err());
        let keys = ["--ssl-keystore-location", file.to_str().expect("the parts of a test work")];
        let asked = health_with("ready", &format!("https://{}", server.address), &keys);
        assert_eq!(asked, (true, String::new()));

        write(&file, "half a file");
        if let Some(signal) = signal {
            server.signal(signal);
        }
        until("the mistake is told", || server.log().contains("what was in force before stays: the keys"));
        assert_eq!(health_over_tls(&server, &all).expect("an answer").0, first.cert.der().to_vec());

        let new = if watches { &second } else { &third };
        put(new);
        if let Some(signal) = signal {
            server.signal(signal);
        }
        until("the new one is shown", || {
            health_over_tls(&server, &all).expect("an answer").0 == new.cert.der().to_vec()
        });
    }
}
