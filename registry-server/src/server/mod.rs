//! The running server: store, listeners, and the way down.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

mod activity;
mod connections;
#[cfg(test)]
mod connections_tests;
mod descriptors;
mod entrance;
mod front;
mod over_tls;
mod request_log;
mod sent;
mod supervisor;
#[cfg(test)]
mod tls_tests;
mod users_and_keys;

use self::connections::Connections;
use self::entrance::Entrance;
use self::front::Front;
use crate::cache::Cached;
use crate::config::{Listener, Settings};
use crate::http;
use crate::reload::Reloads;
use crate::security::authorization::RulesError;
use crate::security::{AuthenticationError, Authorizer};
use crate::store::sql::{OpenOptions, SqlStore};
use crate::store::{OpenError, Store, shown_url};
use crate::tls::{ListenerTls, TlsError, Watch};

/// Connections of those who ask for metrics on listeners of their own, at most.
const WATCHERS: usize = 16;

/// Why the server did not start, or stopped by itself. Each message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// Clients cannot be asked who they are.
    #[error(transparent)]
    Authentication(#[from] AuthenticationError),
    /// An address cannot be listened on.
    #[error("cannot listen on {listener}: {}", listen_reason(.error))]
    Listen {
        /// The address.
        listener: Listener,
        /// Why.
        error: io::Error,
    },
    /// The rules of who may do what cannot be read.
    #[error("not started: {0}")]
    Rules(#[from] RulesError),
    /// The file of the request log cannot be opened.
    #[error("cannot open the request log {file}: {error}; name another file with --request-log-file")]
    RequestLog {
        /// The file.
        file: String,
        /// Why.
        error: io::Error,
    },
    /// The keys or certificates of a listener cannot be used.
    #[error("cannot serve {listener}: {error}")]
    Tls {
        /// The address.
        listener: Listener,
        /// Why.
        error: Box<TlsError>,
    },
    /// The system refused something that a server needs.
    #[error("the server failed: {0}")]
    System(io::Error),
}

impl From<io::Error> for ServerError {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

fn listen_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another process uses the port; stop it, or choose another with --listeners http://HOST:PORT"
                .to_owned()
        }
        io::ErrorKind::PermissionDenied => "the port needs more rights; choose one above 1023".to_owned(),
        _ => error.to_string(),
    }
}

/// Opens the store, serves until the process is told to stop, and lets requests in flight finish. What is read again while
/// it serves is added to `reloads`.
///
/// # Errors
/// [`ServerError`] when the server cannot start.
pub async fn run(settings: Settings, reloads: &Reloads) -> Result<(), ServerError> {
    // What cannot be decided by its rules is not served. The requests are decided by a reading of their own.
    Authorizer::open(&settings)?;
    let tls = |listener: &Listener| tls_of(listener, &settings, reloads);
    let of_metrics = settings.observation.metrics_listeners.iter().map(tls).collect::<Result<Vec<_>, _>>()?;
    let tls = settings.listeners.iter().map(tls).collect::<Result<Vec<_>, _>>()?;
    // The ports come before the database: a second server by mistake should hear of the port, not of the database lock.
    let sockets = bind(&settings.listeners).await?;
    let metrics_sockets = bind(&settings.observation.metrics_listeners).await?;
    let log = request_log::open(&settings)?;
    let authenticator = users_and_keys::load(&settings.authentication, reloads)?;
    let mut stopping = stop_signal()?;
    tokio::spawn(supervisor::keep_telling());
    let front = Front::default();
    let room = descriptors::room_for_clients(&settings);
    let connections = Arc::new(Connections::new(front.clone(), room, settings.idle_timeout));
    let addresses = sockets.iter().map(TcpListener::local_addr).collect::<io::Result<Vec<SocketAddr>>>()?;
    let http2 = settings.http2;
    let entrance = |listener: &Listener, tls| Entrance {
        name: listener.name.clone().unwrap_or_else(|| listener.to_string()).into(),
        tls,
        http2,
    };
    // Those who ask after the health hear while the database is waited for.
    let (closing, closed) = watch::channel(false);
    let mut servers = JoinSet::new();
    for ((socket, listener), tls) in sockets.into_iter().zip(&settings.listeners).zip(tls) {
        servers.spawn(Arc::clone(&connections).serve(socket, entrance(listener, tls), closed.clone()));
    }
    tracing::info!(listeners = ?urls(&settings, &addresses), "listening; the database is being opened");
    // Those who watch have places of their own, so that clients cannot take them.
    let metrics_front = Front::default();
    let watchers = Arc::new(Connections::new(metrics_front.clone(), WATCHERS, settings.idle_timeout));
    let of_metrics = settings.observation.metrics_listeners.iter().zip(of_metrics);
    for (socket, (listener, tls)) in metrics_sockets.into_iter().zip(of_metrics) {
        tracing::info!(address = %socket.local_addr()?, "listening for those who ask for metrics");
        servers.spawn(Arc::clone(&watchers).serve(socket, entrance(listener, tls), closed.clone()));
    }
    let database = tokio::select! {
        opened = SqlStore::open(&settings.database_url, settings.open_options()) => opened?,
        // It may be waited for for minutes.
        _ = stopping.wait_for(|stop| *stop) => {
            tracing::info!("stopped before the database was open");
            return Ok(());
        }
    };
    let store = store_of(Cached::with_capacity(database, settings.cache_size));
    let (grace, drain) = (settings.shutdown_timeout, settings.shutdown_drain);
    let (router, metrics_router) =
        http::routers_until(store.clone(), settings.clone(), authenticator, log.clone(), stopping.clone());
    metrics_front.open(metrics_router);
    front.open(router);
    // Who waits for these lines finds it ready.
    announce(&settings, &addresses);
    supervisor::tell(NotifyState::Ready);

    // An error here means that the signal handler is gone, which is a reason to stop as well.
    let _ = stopping.wait_for(|stop| *stop).await;
    supervisor::tell(NotifyState::Stopping);
    if !drain.is_zero() {
        tracing::info!(?drain, "stopping: not ready any more, serving until those who route have noticed");
        tokio::time::sleep(drain).await;
    }
    tracing::info!("stopping: no new connections, waiting for requests in flight");
    let _ = closing.send(true);
    finish(servers, grace).await;
    if let Some(log) = log {
        log.flush().await;
    }
    store.close().await;
    Ok(())
}

/// Listens on addresses.
async fn bind(listeners: &[Listener]) -> Result<Vec<TcpListener>, ServerError> {
    let mut sockets = Vec::with_capacity(listeners.len());
    for listener in listeners {
        let socket = TcpListener::bind((listener.host.as_str(), listener.port))
            .await
            .map_err(|error| ServerError::Listen { listener: listener.clone(), error })?;
        sockets.push(socket);
    }
    Ok(sockets)
}

/// Opens the database of a URL, `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, creates an SQLite file with its folder
/// where there is none, and brings the tables up to date. What is read is remembered, see [`cache`](crate::cache).
///
/// ```
/// use registry_server::domain::Subject;
/// use registry_server::server::open_store;
/// use registry_server::store::sql::OpenOptions;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let store = open_store("sqlite::memory:", OpenOptions::default()).await?;
/// assert!(store.reads.subject(&Subject::parse("orders-value")).await?.versions.is_empty());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// # Errors
/// [`OpenError`], whose message is one line that says what to do.
///
/// # Panics
/// Outside of a tokio runtime.
pub async fn open_store(url: &str, options: OpenOptions) -> Result<Store, OpenError> {
    Ok(cached(SqlStore::open(url, options).await?))
}

/// A store over a database whose reads are remembered.
///
/// # Panics
/// Outside of a tokio runtime.
#[must_use]
pub fn cached(database: SqlStore) -> Store {
    store_of(Cached::new(database))
}

fn store_of(Cached { reads, writes }: Cached) -> Store {
    Store { reads: Arc::new(reads), writes }
}

async fn finish(mut servers: JoinSet<()>, grace: Duration) {
    let all = async { while servers.join_next().await.is_some() {} };
    if tokio::time::timeout(grace, all).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

/// Becomes true when the process is asked to stop, by Ctrl-C or by its supervisor.
fn stop_signal() -> io::Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        let _ = sender.send(true);
    });
    Ok(receiver)
}

fn urls(settings: &Settings, addresses: &[SocketAddr]) -> Vec<String> {
    let schemes = settings.listeners.iter().map(Listener::scheme);
    schemes.zip(addresses).map(|(scheme, address)| format!("{scheme}://{address}")).collect()
}

/// TLS of a listener, if it has it.
fn tls_of(
    listener: &Listener,
    settings: &Settings,
    reloads: &Reloads,
) -> Result<Option<Arc<ListenerTls>>, ServerError> {
    let Some(tls) = settings.tls_of(listener) else { return Ok(None) };
    let watch = Watch { reloads, when_they_change: settings.watches_keystores };
    let loaded = ListenerTls::load(listener, tls, settings.http2, watch);
    loaded.map(Some).map_err(|error| ServerError::Tls { listener: listener.clone(), error: error.into() })
}

/// Tells a person at a terminal what runs, where its data is and how to use it.
fn announce(settings: &Settings, addresses: &[SocketAddr]) {
    let urls = urls(settings, addresses);
    let scheme = settings.listeners.first().map_or("http", Listener::scheme);
    let port = addresses.first().map_or(8081, SocketAddr::port);
    println!("registry-server {} on {}", env!("CARGO_PKG_VERSION"), urls.join(", "));
    println!("data: {}", shown_url(&settings.database_url));
    println!("register a schema:");
    println!(
        "  curl -H 'Content-Type: application/vnd.schemaregistry.v1+json' --data '{{\"schema\": \"\\\"string\\\"\"}}' \
         {scheme}://localhost:{port}/subjects/greetings-value/versions"
    );
    tracing::info!(listeners = ?urls, database = %shown_url(&settings.database_url), "serving");
}
