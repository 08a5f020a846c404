//! What stands between the consumer and the registry: one request for each connection.

use crate::Result;
use crate::fault::Fault;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Longer than the consumer's deadline for a message.
const SLOW: Duration = Duration::from_secs(2);

/// A running proxy.
pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    registry: String,
    fault: Mutex<Fault>,
    requests: AtomicUsize,
    /// Those for the schema of an id.
    by_id: AtomicUsize,
    /// Requests that came since the fault was set.
    since: AtomicUsize,
    /// Requests that a fault met.
    spoilt: AtomicUsize,
}

impl Proxy {
    /// A proxy before the registry of that URL.
    pub(crate) async fn start(registry: &str) -> Result<Self> {
        let registry = registry.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let state = Arc::new(State {
            registry,
            fault: Mutex::new(Fault::None),
            requests: AtomicUsize::new(0),
            by_id: AtomicUsize::new(0),
            since: AtomicUsize::new(0),
            spoilt: AtomicUsize::new(0),
        });
        let (address, shared) = (listener.local_addr()?, Arc::clone(&state));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                tokio::spawn(async move { state.serve(client).await });
            }
        });
        Ok(Self { address, state })
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on it has that fault.
    pub(crate) fn set(&self, fault: Fault) {
        self.state.since.store(0, Ordering::SeqCst);
        *self.state.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// How many requests came so far.
    pub(crate) fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }

    /// How many of them were for the schema of an id.
    pub(crate) fn by_id(&self) -> usize {
        self.state.by_id.load(Ordering::SeqCst)
    }

    /// How many of them a fault met.
    pub(crate) fn spoilt(&self) -> usize {
        self.state.spoilt.load(Ordering::SeqCst)
    }
}

impl State {
    async fn serve(&self, mut client: TcpStream) -> io::Result<()> {
        let request = head(&mut client).await?;
        if request.is_empty() {
            return Ok(());
        }
        self.requests.fetch_add(1, Ordering::SeqCst);
        if request.starts_with("GET /schemas/ids/") {
            self.by_id.fetch_add(1, Ordering::SeqCst);
        }
        let fault = *self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        let is_even = self.since.fetch_add(1, Ordering::SeqCst).is_multiple_of(2);
        if fault != Fault::None && (fault != Fault::Flapping || is_even) {
            self.spoilt.fetch_add(1, Ordering::SeqCst);
        }
        if fault == Fault::Down || (fault == Fault::Flapping && is_even) {
            return Ok(());
        }
        if fault == Fault::Slow {
            tokio::time::sleep(SLOW).await;
        }
        if let Some(answer) = fault.answer() {
            return client.write_all(answer.as_bytes()).await;
        }
        let mut answer = self.forward(&request).await?;
        if fault == Fault::Truncated {
            answer.truncate(answer.len().saturating_sub(20));
        }
        client.write_all(&answer).await
    }

    async fn forward(&self, request: &str) -> io::Result<Vec<u8>> {
        let mut server = TcpStream::connect(&self.registry).await?;
        let (line, headers) = request.split_once("\r\n").unwrap_or((request, "\r\n"));
        server.write_all(format!("{line}\r\nConnection: close\r\n{headers}").as_bytes()).await?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).await?;
        Ok(answer)
    }
}

/// A request without a body, up to its empty line.
async fn head(client: &mut TcpStream) -> io::Result<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let Ok(byte) = client.read_u8().await else { break };
        bytes.push(byte);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
