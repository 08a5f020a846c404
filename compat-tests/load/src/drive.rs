//! The generator: a fixed number of connections, each of which sends a request as soon as it has the answer to the last.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};
use std::{fs, io};

use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::{JoinSet, LocalSet};

use crate::HOST;
use crate::reply::Replies;

/// The request that is sent again and again. In path and body `{connection}` stands for the number of the connection and
/// `{n}` for that of its request.
#[derive(Deserialize)]
struct Request {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Option<String>,
    /// The status that every answer must have.
    status: u16,
    /// The body that every answer must have; any one if none is given.
    answer: Option<String>,
}

/// What came of it.
#[derive(Serialize)]
struct Summary {
    requests: usize,
    seconds: f64,
    p50_us: u32,
    p99_us: u32,
    /// Answers that were others than they must be, and what the first of them was.
    wrong: usize,
    first_wrong: Option<String>,
}

/// What one connection saw.
#[derive(Default)]
struct Seen {
    microseconds: Vec<u32>,
    wrong: usize,
    first_wrong: Option<String>,
}

/// Sends for some seconds and prints the summary.
pub(crate) async fn run(port: u16, connections: usize, seconds: f64, request: &Path) -> io::Result<()> {
    let request: Rc<Request> = Rc::new(serde_json::from_str(&fs::read_to_string(request)?)?);
    let local = LocalSet::new();
    let summary = local.run_until(send_all(port, connections, seconds, request)).await?;
    println!("{}", serde_json::to_string(&summary)?);
    Ok(())
}

async fn send_all(port: u16, connections: usize, seconds: f64, request: Rc<Request>) -> io::Result<Summary> {
    let mut streams = Vec::with_capacity(connections);
    for _ in 0..connections {
        let stream = TcpStream::connect((HOST, port)).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let begin = Instant::now();
    let end = begin + Duration::from_secs_f64(seconds);
    let mut tasks = JoinSet::new();
    for (number, stream) in streams.into_iter().enumerate() {
        tasks.spawn_local(send(stream, number, end, request.clone()));
    }
    let mut all = Seen::default();
    while let Some(seen) = tasks.join_next().await {
        let seen = seen.map_err(io::Error::other)??;
        all.microseconds.extend(seen.microseconds);
        all.wrong += seen.wrong;
        all.first_wrong = all.first_wrong.or(seen.first_wrong);
    }
    let seconds = begin.elapsed().as_secs_f64();
    let Seen { mut microseconds, wrong, first_wrong } = all;
    microseconds.sort_unstable();
    let share = |percent: usize| microseconds.get(microseconds.len() * percent / 100).copied().unwrap_or(0);
    let (p50_us, p99_us) = (share(50), share(99));
    Ok(Summary { requests: microseconds.len(), seconds, p50_us, p99_us, wrong, first_wrong })
}

async fn send(
    mut stream: TcpStream,
    connection: usize,
    end: Instant,
    request: Rc<Request>,
) -> io::Result<Seen> {
    let (mut seen, mut replies) = (Seen::default(), Replies::default());
    let varies = request.varies();
    let mut bytes = request.bytes(connection, 0);
    for n in 1.. {
        let begin = Instant::now();
        if begin >= end {
            break;
        }
        stream.write_all(&bytes).await?;
        let reply = replies.next(&mut stream).await?;
        seen.microseconds.push(u32::try_from(begin.elapsed().as_micros()).unwrap_or(u32::MAX));
        let right_body = request.answer.as_ref().is_none_or(|answer| answer.as_bytes() == reply.body);
        if reply.status != request.status || !right_body {
            seen.wrong += 1;
            let text = || format!("{} {}", reply.status, String::from_utf8_lossy(reply.body));
            seen.first_wrong.get_or_insert_with(text);
        }
        if varies {
            bytes = request.bytes(connection, n);
        }
    }
    Ok(seen)
}

impl Request {
    /// Whether one request is another than the one before.
    fn varies(&self) -> bool {
        self.path.contains("{n}") || self.body.as_ref().is_some_and(|body| body.contains("{n}"))
    }

    /// One request as it is sent.
    fn bytes(&self, connection: usize, n: usize) -> Vec<u8> {
        let fill =
            |text: &str| text.replace("{connection}", &connection.to_string()).replace("{n}", &n.to_string());
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, fill(&self.path));
        for (name, value) in &self.headers {
            text += &format!("{name}: {value}\r\n");
        }
        match &self.body {
            Some(body) => {
                let body = fill(body);
                text += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
            }
            None => text += "\r\n",
        }
        text.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_filled_in() {
        for (path, body, varies, bytes) in [
            ("/a", None, false, "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"),
            ("/a/{connection}", None, false, "GET /a/3 HTTP/1.1\r\nHost: h\r\n\r\n"),
            ("/a", Some("{n}{n}"), true, "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n1212"),
        ] {
            let request = Request {
                method: "GET".to_owned(),
                path: path.to_owned(),
                headers: [("Host".to_owned(), "h".to_owned())].into(),
                body: body.map(str::to_owned),
                status: 200,
                answer: None,
            };
            assert_eq!(
                (request.varies(), request.bytes(3, 12)),
                (varies, bytes.as_bytes().to_vec()),
                "{path}"
            );
        }
    }
}
