//! A registry on a socket that answers what a test says and remembers what it was asked.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query, still escaped.
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    /// `GET /path?query`.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value.as_str())
    }
}

/// A behaviour that a test lets the server show.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Closes the connection without a byte.
    HangUp,
    /// Keeps the connection open and says nothing.
    Silence,
    /// Begins an answer that it never ends, a byte of the body each second.
    Trickle,
}

impl Reply {
    pub(crate) fn json(status: u16, body: impl Into<String>) -> Self {
        Self::Answer { status, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }

    /// The error body of a registry.
    pub(crate) fn error(status: u16, code: i32, message: &str) -> Self {
        Self::json(status, format!(r#"{{"error_code":{code},"message":"{message}"}}"#))
    }
}

type BoxedReply = Pin<Box<dyn Future<Output = Reply> + Send>>;
type Script = Arc<dyn Fn(usize, Request) -> BoxedReply + Send + Sync>;

/// The server; it ends with this value.
pub(crate) struct FakeRegistry {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

impl FakeRegistry {
    /// Answers request number `n` (from 0) with what `script(n, request)` becomes.
    pub(crate) async fn scripted<F, R>(script: F) -> Self
    where
        F: Fn(usize, Request) -> R + Send + Sync + 'static,
        R: Future<Output = Reply> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let script: Script = Arc::new(move |n, request| Box::pin(script(n, request)));
        let task = tokio::spawn(accept(listener, Arc::clone(&seen), script));
        Self { url, seen, task }
    }

    /// Answers with these in turn, and with the last one from there on.
    pub(crate) async fn replies(replies: impl Into<Vec<Reply>>) -> Self {
        let replies = replies.into();
        Self::scripted(move |n, _| std::future::ready(replies[n.min(replies.len() - 1)].clone())).await
    }

    /// All requests so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.lock().expect("no panic").clone()
    }

    /// The request lines so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.requests().iter().map(Request::line).collect()
    }
}

impl Drop for FakeRegistry {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A URL at which nobody listens.
pub(crate) async fn dead_url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

async fn accept(listener: TcpListener, seen: Arc<Mutex<Vec<Request>>>, script: Script) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, Arc::clone(&seen), Arc::clone(&script)));
    }
}

async fn serve(stream: TcpStream, seen: Arc<Mutex<Vec<Request>>>, script: Script) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await? {
        let n = {
            let mut seen = seen.lock().expect("no panic");
            seen.push(request.clone());
            seen.len() - 1
        };
        match script(n, request).await {
            Reply::HangUp => return Ok(()),
            Reply::Silence => std::future::pending().await,
            Reply::Trickle => {
                stream.get_mut().write_all(b"HTTP/1.1 200 x\r\ncontent-length: 1000000\r\n\r\n{").await?;
                loop {
                    stream.get_mut().write_all(b" ").await?;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
            Reply::Answer { status, headers, body } => {
                let headers: String =
                    headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
                let answer =
                    format!("HTTP/1.1 {status} x\r\n{headers}content-length: {}\r\n\r\n{body}", body.len());
                stream.get_mut().write_all(answer.as_bytes()).await?;
            }
        }
    }
    Ok(())
}

async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ').map(str::to_owned);
    let mut request = Request {
        method: words.next().unwrap_or_default(),
        target: words.next().unwrap_or_default(),
        ..Request::default()
    };
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        request.headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = request.header("content-length").map_or(0, |length| length.parse().expect("a number"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    request.body = String::from_utf8(body).expect("JSON");
    Ok(Some(request))
}
