//! What a node answers while nothing comes back from its Postgres, and afterwards. The times of it, and other outages, are
//! measured by `compat-tests/outages`.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use registry_server::http;
use registry_server::server::open_store;
use registry_server::store::sql::OpenOptions;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::support::{Answer, Api, postgres_schema, settings};

/// The way to a server, which can be closed: then bytes go neither way, and connections stay.
struct Way {
    is_open: Arc<watch::Sender<bool>>,
    url: String,
}

impl Way {
    /// A way to the server of a URL, and the URL that takes it.
    async fn to(url: &str) -> Self {
        let (before, after) = url.split_once('@').expect("the URL of a test names a user");
        let (server, path) = after.split_once('/').expect("and a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let here = listener.local_addr().expect("it has an address");
        let (server, is_open) = (server.to_owned(), Arc::new(watch::Sender::new(true)));
        tokio::spawn({
            let is_open = is_open.clone();
            async move {
                while let Ok((near, _)) = listener.accept().await {
                    let Ok(far) = TcpStream::connect(&server).await else { continue };
                    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                    tokio::spawn(pass(near_in, far_out, is_open.subscribe()));
                    tokio::spawn(pass(far_in, near_out, is_open.subscribe()));
                }
            }
        });
        Self { is_open, url: format!("{before}@{here}/{path}") }
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut is_open: watch::Receiver<bool>) {
    let mut piece = vec![0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        if is_open.wait_for(|is_open| *is_open).await.is_err()
            || to.write_all(&piece[..length]).await.is_err()
        {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_change_is_told_while_the_database_is_silent() {
    let Some(url) = postgres_schema().await else { return };
    let way = Way::to(&url).await;
    let store = open_store(&way.url, OpenOptions::default()).await.expect("the database opens");
    let api = Api::of(http::router(store.clone(), settings(&[])).expect("nothing has to be read"));
    registered(&api, "s", "\"int\"").await;
    // What is kept before the log tells of this write is forgotten when it does.
    store.reads.catch_up(store.reads.known()).await.expect("the log is read");
    let latest = answered(&api, "/subjects/s/versions/latest").await.json();
    let lasting = [
        format!("/schemas/ids/{}", latest["id"]),
        format!("/schemas/ids/{}?fetchMaxId=false&subject=s", latest["id"]),
        format!("/schemas/ids/{}/schema?subject=s", latest["id"]),
        format!("/schemas/guids/{}", latest["guid"].as_str().expect("a GUID")),
    ];
    let others = [
        "/subjects/s/versions/latest",
        "/subjects/s/versions",
        "/subjects",
        "/config",
        "/mode/s?defaultToGlobal=true",
        "/contexts",
        "/schemas/ids/1/versions",
        "/schemas/ids/1?fetchMaxId=true",
        "/schemas/ids/1000",
        "/schemas/guids/00000000-0000-0000-0000-000000000000",
        "/associations/subjects/s",
    ];
    let mut before = Vec::new();
    for path in &lasting {
        let answer = answered(&api, path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        before.push(answer.text);
    }
    for path in others {
        answered(&api, path).await;
    }

    way.is_open.send_replace(false);
    // Longer than the staleness bound.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    for (path, before) in lasting.iter().zip(&before) {
        assert_eq!(api.get(path).await.text, *before, "{path}");
    }
    for (path, answer) in others.iter().zip(join_all(others.iter().map(|path| api.get(path))).await) {
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (503, Some("1")),
            "{path}: {}",
            answer.text
        );
        assert_eq!(answer.error().0, 503, "{path}");
    }
    let write = api.post("/subjects/t/versions", &serde_json::json!({ "schema": "\"long\"" })).await;
    assert_eq!(write.status, 503, "{}", write.text);
    assert_eq!(api.get("/").await.status, 200, "the registry is there");

    way.is_open.send_replace(true);
    answered(&api, "/subjects/s/versions/latest").await;
    registered(&api, "t", "\"long\"").await;
    store.close().await;
}

/// Asks until the database is there: a busy machine may keep it from answering in time, also before the outage.
async fn answered(api: &Api, path: &str) -> Answer {
    loop {
        let answer = api.get(path).await;
        if answer.status != 503 {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Registers a schema text, as soon as the database is there.
async fn registered(api: &Api, subject: &str, text: &str) {
    let body = serde_json::json!({ "schema": text });
    loop {
        let answer = api.post(&format!("/subjects/{subject}/versions"), &body).await;
        if answer.status != 503 {
            return assert_eq!(answer.status, 200, "{subject} {text}: {}", answer.text);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
