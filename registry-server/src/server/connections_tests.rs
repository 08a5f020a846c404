//! Clients that say nothing, half of it, or do not listen, over real sockets.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::routing::{get, post};
use axum::{Extension, Router};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::connections::Connections;
use super::entrance::Entrance;
use super::front::Front;
use crate::http::Peer;

/// No test waits longer for what must happen.
const BOUND: Duration = Duration::from_secs(120);
/// Longer than a test takes: what ends meanwhile ends for another reason.
const LONG: Duration = Duration::from_secs(3600);

struct Served {
    address: std::net::SocketAddr,
    connections: Arc<Connections>,
    stop: watch::Sender<bool>,
    serving: tokio::task::JoinHandle<()>,
}

async fn serve(router: Router, most: usize, idle: Duration) -> Served {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let front = Front::default();
    front.open(router);
    let connections = Arc::new(Connections::new(front, most, idle));
    let (stop, stopping) = watch::channel(false);
    let entrance = Entrance { name: "http://127.0.0.1:0".into(), tls: None, http2: true };
    let serving = tokio::spawn(Arc::clone(&connections).serve(socket, entrance, stopping));
    Served { address, connections, stop, serving }
}

fn router() -> Router {
    Router::new()
        .route("/", get(|| async { "there" }))
        .route("/length", post(|body: Bytes| async move { body.len().to_string() }))
}

impl Served {
    async fn sent(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    async fn asked(&self) -> String {
        read(self.sent("GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await).await
    }
}

/// All that comes until the connection is closed.
async fn read(mut stream: TcpStream) -> String {
    let mut all = Vec::new();
    // A reset is an end as well.
    let _ = timeout(BOUND, stream.read_to_end(&mut all)).await.expect("the connection is closed");
    String::from_utf8(all).unwrap()
}

#[tokio::test]
async fn who_falls_silent_is_let_go() {
    let served = serve(router(), 10, Duration::from_millis(200)).await;
    for (sent, told) in [
        ("", ""),
        ("GE", ""),
        ("GET / HTTP/1.1\r\nhos", ""),
        ("GET / HTTP/1.1\r\nhost: h\r\n", ""),
        // One request, and then nothing.
        ("GET / HTTP/1.1\r\nhost: h\r\n\r\n", "there"),
        ("GET / HTTP/1.1\r\nhost: h\r\n\r\nGET", "there"),
    ] {
        let answer = read(served.sent(sent).await).await;
        assert_eq!(answer.is_empty(), told.is_empty(), "{sent:?}: {answer}");
        assert!(answer.ends_with(told), "{sent:?}: {answer}");
    }
}

#[tokio::test]
async fn an_answer_that_nobody_takes_does_not_stay() {
    let large = Router::new().route("/", get(|| async { vec![b'x'; 64 << 20] }));
    let served = serve(large, 10, Duration::from_millis(200)).await;
    let stream = served.sent("GET / HTTP/1.1\r\nhost: h\r\n\r\n").await;
    stream.readable().await.unwrap();
    let freed = async {
        // One is kept for who comes next.
        while served.connections.free_places() < 9 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(BOUND, freed).await.expect("its place is free again");
}

#[tokio::test]
async fn nobody_holds_all_places_by_saying_nothing() {
    for sent in [
        "",
        "GET / HT",
        "GET / HTTP/1.1\r\nhost: h\r\n",
        "POST /length HTTP/1.1\r\ncontent-length: 9\r\n\r\nhalf",
    ] {
        let served = serve(router(), 8, LONG).await;
        let mut silent = Vec::new();
        for _ in 0..40 {
            silent.push(served.sent(sent).await);
        }
        let answer = timeout(BOUND, served.asked()).await.expect("an answer");
        assert!(answer.ends_with("there"), "{sent:?}: {answer}");
    }
}

#[tokio::test]
async fn who_waits_for_an_answer_gets_it_before_the_place_is_given_away() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (begun, go_on) = (begun.clone(), go_on.clone());
        get(move || async move {
            begun.notify_one();
            go_on.notified().await;
            "slow"
        })
    };
    let served = serve(router().route("/slow", slow), 1, LONG).await;
    let waiting = served.sent("GET /slow HTTP/1.1\r\nhost: h\r\n\r\n").await;
    begun.notified().await;
    let mut other = Box::pin(served.asked());
    // Several times as long as one that is silent may stay.
    assert!(timeout(Duration::from_secs(2), &mut other).await.is_err(), "there is no place yet");
    go_on.notify_one();
    assert!(read(waiting).await.ends_with("slow"), "answered, and closed to make room");
    assert!(timeout(BOUND, other).await.expect("an answer").ends_with("there"));
}

#[tokio::test]
async fn a_server_that_stops_answers_what_was_sent_and_closes_what_is_idle() {
    let served = serve(router(), 10, LONG).await;
    let idle = served.sent("GET / HTTP/1.1\r\nhost: h\r\n\r\n").await;
    idle.readable().await.unwrap();
    let mut half = served.sent("POST /length HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n\r\nha").await;
    // It is being served by the time that another one is answered.
    served.asked().await;
    served.stop.send(true).unwrap();
    assert!(read(idle).await.ends_with("there"));
    half.write_all(b"lf").await.unwrap();
    assert!(read(half).await.ends_with("4"));
    timeout(BOUND, served.serving).await.expect("all is answered").unwrap();
    assert!(TcpStream::connect(served.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn each_request_knows_who_sent_it_and_by_which_listener() {
    let told = |Extension(peer): Extension<Peer>| async move {
        format!("{} by {}, TLS: {}", peer.address(), peer.listener(), peer.tls().is_some())
    };
    let served = serve(Router::new().route("/", get(told)), 10, LONG).await;
    for _ in 0..2 {
        let stream = served.sent("GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await;
        let expected = format!("{} by http://127.0.0.1:0, TLS: false", stream.local_addr().unwrap());
        let answer = read(stream).await;
        assert!(answer.ends_with(&expected), "{answer}");
    }
}
