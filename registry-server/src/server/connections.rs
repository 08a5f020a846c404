//! Connections of clients: how many, how long one may be silent, and which one goes when there are too many.
//!
//! A connection ends when nothing comes for the idle time where a request should begin or go on, or when an answer is not
//! taken off it for so long. When all places are taken, the older half is told to leave: what is silent or half-sent goes
//! within [`PATIENCE`], what waits for an answer gets it first. So nobody can hold all places by saying nothing.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until, timeout};

use self::Stay::{Leaving, Staying, Stopping};
use super::activity::{Activity, Noted};
use super::entrance::{Entered, Entrance, Version};
use super::front::Front;
use super::over_tls::OverTls;
use super::sent::Progress;
use crate::http::Peer;
use crate::observe::meters::{Held, METERS};

/// How long a connection that was told to leave may take to send the rest of its request.
const PATIENCE: Duration = Duration::from_millis(500);

/// The pause after a failure to accept that is not the client's, such as too many open files.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// The most bytes of the head of a request: the longest request line that is read, and headers several times as long.
const MAX_HEAD: usize = 64 * 1024;

/// The most requests at a time on one connection of HTTP/2.
const MAX_STREAMS: u32 = 100;

/// The most bytes of bodies that a connection of HTTP/2 sends ahead of their being read, of one request and of all.
const AHEAD: (u32, u32) = (64 * 1024, 256 * 1024);

/// The most bytes of one answer that wait to be sent on a connection of HTTP/2.
const BEHIND: usize = 64 * 1024;

/// The connections of all listeners.
#[derive(Debug)]
pub(super) struct Connections {
    front: Front,
    places: Arc<Semaphore>,
    idle: Duration,
    /// The number of the next connection.
    next: AtomicU64,
    /// The numbers of those that are open and were not told to leave.
    staying: Mutex<BTreeSet<u64>>,
    /// Those up to this number are to leave.
    leaving: watch::Sender<u64>,
}

impl Connections {
    /// Connections to `front`, `most` at a time, each silent for `idle` at most.
    pub(super) fn new(front: Front, most: usize, idle: Duration) -> Self {
        Self {
            front,
            places: Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))),
            idle,
            next: AtomicU64::new(1),
            staying: Mutex::default(),
            leaving: watch::Sender::new(0),
        }
    }

    /// Serves a listener until `stopping` is true and all its requests are answered.
    pub(super) async fn serve(
        self: Arc<Self>,
        socket: TcpListener,
        entrance: Entrance,
        stopping: watch::Receiver<bool>,
    ) {
        let mut open = JoinSet::new();
        let mut stop = pin!({
            let mut stopping = stopping.clone();
            async move {
                // An error means that who tells is gone, which is a reason to stop as well.
                let _ = stopping.wait_for(|stop| *stop).await;
            }
        });
        loop {
            let accepted = async {
                let place = self.place().await;
                (accept(&socket).await, place)
            };
            tokio::select! {
                () = &mut stop => break,
                ((stream, address), place) = accepted => {
                    let peer = Peer::new(address, Arc::clone(&entrance.name));
                    open.spawn(Arc::clone(&self).admit(stream, entrance.clone(), peer, place, stopping.clone()));
                }
            }
            while open.try_join_next().is_some() {}
        }
        drop(socket);
        while open.join_next().await.is_some() {}
    }

    /// How many more there may be.
    #[cfg(test)]
    pub(super) fn free_places(&self) -> usize {
        self.places.available_permits()
    }

    /// Waits for a place; if there is none, others are told to leave.
    async fn place(&self) -> OwnedSemaphorePermit {
        loop {
            if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
                return place;
            }
            self.make_room();
            if let Ok(Ok(place)) = timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await {
                return place;
            }
        }
    }

    /// Tells the older half of the connections to leave.
    fn make_room(&self) {
        let mut staying = self.staying.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(last) = staying.iter().nth(staying.len() / 2).copied() else { return };
        let kept = staying.split_off(&(last + 1));
        tracing::debug!(
            told = staying.len(),
            kept = kept.len(),
            "all connections are taken: older ones are told to leave"
        );
        METERS.connections_told_to_leave.inc_by(staying.len() as u64);
        *staying = kept;
        drop(staying);
        self.leaving.send_replace(last);
    }

    /// Serves one connection, from its first byte on.
    async fn admit(
        self: Arc<Self>,
        stream: TcpStream,
        entrance: Entrance,
        peer: Peer,
        place: OwnedSemaphorePermit,
        mut stopping: watch::Receiver<bool>,
    ) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        METERS.connections_accepted.inc();
        let _open = Held::of(&METERS.connections_open);
        self.staying.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
        // Answers are small and written at once: waiting for more to send only delays them.
        let _ = stream.set_nodelay(true);
        let mut leaving = self.leaving.subscribe();
        let entered = tokio::select! {
            // What has come already counts before a reason to go.
            biased;
            entered = entrance.enter(stream, self.idle) => entered,
            _ = stopping.wait_for(|stop| *stop) => Err(io::ErrorKind::ConnectionAborted.into()),
            () = async {
                let _ = leaving.wait_for(|last| number <= *last).await;
                sleep(PATIENCE).await;
            } => Err(io::ErrorKind::TimedOut.into()),
        };
        match entered {
            Ok(entered) => {
                let peer = entered.peer(peer);
                match entered {
                    Entered::Plain(stream, version) => {
                        self.answer(stream, version, number, &peer, None, stopping).await;
                    }
                    Entered::Tls(stream, version, over_tls) => {
                        self.answer(*stream, version, number, &peer, Some(over_tls), stopping).await;
                    }
                }
            }
            Err(error) => {
                tracing::debug!(%error, client = %peer.address(), listener = peer.listener(), "a connection did not come about");
            }
        }
        self.staying.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
        drop(place);
    }

    /// Answers the requests of one connection.
    async fn answer<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        &self,
        stream: S,
        version: Version,
        number: u64,
        peer: &Peer,
        over_tls: Option<OverTls>,
        stopping: watch::Receiver<bool>,
    ) {
        let progress = Arc::new(Progress::default());
        let service = service_fn(|request: Request<Incoming>| {
            let (mut head, body) = request.into_parts();
            head.extensions.insert(peer.clone());
            let (answering, body) = progress.answering(body);
            let request = Request::from_parts(head, Body::new(body));
            let (front, over_tls) = (self.front.clone(), over_tls.clone());
            let peer = peer.clone();
            async move {
                let response = match over_tls.as_ref().map(|rules| (rules, rules.refusal(&request, &peer))) {
                    None => front.answer(request).await,
                    Some((rules, refusal)) => {
                        let mut response = match refusal {
                            Some(refusal) => refusal,
                            None => match front.answer(request).await {
                                Ok(response) => response,
                                Err(never) => match never {},
                            },
                        };
                        rules.finish(&mut response);
                        Ok(response)
                    }
                };
                drop(answering);
                response
            }
        });
        match version {
            Version::One => {
                let mut http = http1::Builder::new();
                http.timer(TokioTimer::new()).header_read_timeout(self.idle).max_buf_size(MAX_HEAD);
                let serving = http.serve_connection(TokioIo::new(stream), service);
                // The time-outs of HTTP/1 and of what is written are enough.
                self.stay(serving, number, &progress, stopping, std::future::pending()).await;
            }
            Version::Two => {
                let activity = Activity::begin();
                let mut http = http2::Builder::new(TokioExecutor::new());
                http.timer(TokioTimer::new())
                    .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
                    .max_concurrent_streams(MAX_STREAMS)
                    .initial_stream_window_size(AHEAD.0)
                    .initial_connection_window_size(AHEAD.1)
                    .max_send_buf_size(BEHIND);
                let stream = TokioIo::new(Noted::new(stream, activity.clone()));
                let serving = http.serve_connection(stream, service);
                let silent = silence(activity, Arc::clone(&progress), self.idle);
                self.stay(serving, number, &progress, stopping, silent).await;
            }
        }
    }

    /// Lets a connection be served until it ends by itself, is told to, or was silent for too long.
    async fn stay(
        &self,
        serving: impl GracefulConnection,
        number: u64,
        progress: &Progress,
        mut stopping: watch::Receiver<bool>,
        silent: impl Future<Output = ()>,
    ) {
        let (mut serving, mut silent) = (pin!(serving), pin!(silent));
        let mut leaving = self.leaving.subscribe();
        let mut state = Staying;
        loop {
            state = tokio::select! {
                // A client that went away, or sent no HTTP, is not worth a line.
                _ = serving.as_mut() => break,
                () = silent.as_mut() => break,
                _ = stopping.wait_for(|stop| *stop), if state != Stopping => Stopping,
                _ = leaving.wait_for(|last| number <= *last), if state == Staying => Leaving,
                () = sleep(PATIENCE), if state == Leaving => {
                    if progress.is_answering() { Leaving } else { break }
                }
            };
            serving.as_mut().graceful_shutdown();
        }
    }
}

/// Ends when no byte came or went for the idle time, while no request waited for its answer.
async fn silence(activity: Activity, progress: Arc<Progress>, idle: Duration) {
    let mut end = activity.last() + idle;
    loop {
        sleep_until(end).await;
        if progress.has_requests() {
            end = tokio::time::Instant::now() + idle;
        } else if activity.last() + idle > end {
            end = activity.last() + idle;
        } else {
            return;
        }
    }
}

/// How long a connection stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stay {
    /// As long as the client likes.
    Staying,
    /// Until what it has sent is answered; others want the place.
    Leaving,
    /// Until what it has sent, or still sends, is answered: the server stops.
    Stopping,
}

/// The next connection, and the address of its other end.
async fn accept(socket: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match socket.accept().await {
            Ok(accepted) => return accepted,
            // The client is gone before it was met.
            Err(error) if is_of_client(&error) => {}
            Err(error) => {
                METERS.connections_failed.inc();
                tracing::error!(%error, "cannot accept a connection");
                sleep(ACCEPT_AGAIN).await;
            }
        }
    }
}

fn is_of_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
