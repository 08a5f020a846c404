//! A registry with an address of its own, which can be killed.

use registry_server::config::{Environment, load};
use registry_server::reload::Reloads;
use registry_server::server::{ServerError, run};
use serde_wire::registry::reqwest;
use std::net::TcpListener;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// A server that is not there by then never will be.
const START: Duration = Duration::from_secs(120);
/// An answer to a question on this machine, even where it is busy.
const ANSWER: Duration = Duration::from_secs(10);

/// A running registry; it is gone with this value, connections and all.
pub(crate) struct Server {
    pub(crate) url: String,
    running: Option<(oneshot::Sender<()>, JoinHandle<Ended>)>,
}

/// What became of a server.
enum Ended {
    Killed,
    /// Somebody else took the port that was free a moment before.
    PortTaken,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let started = async {
            loop {
                if let Some(server) = Self::try_start().await {
                    return server;
                }
            }
        };
        timeout(START, started).await.expect("the registry is ready in time")
    }

    /// None when the port is somebody else's.
    async fn try_start() -> Option<Self> {
        static STARTED: AtomicU32 = AtomicU32::new(0);

        let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", socket.local_addr().expect("an address"));
        drop(socket);
        // By its name it is told from another test's server that was faster.
        let name = format!("test-{}-{}", process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let flags = [
            ("listeners", url.as_str()),
            ("database-url", "sqlite::memory:"),
            ("schema-registry-group-id", &name),
        ];
        let flags = flags.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = load(None, &Environment::from_iter([]), &flags).expect("good settings").settings;
        let (kill, killed) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            let runtime =
                Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
            // Nobody tells it to read anything again.
            let reloads = Reloads::default();
            let ended = runtime.block_on(async {
                tokio::select! {
                    ended = run(settings, &reloads) => match ended {
                        Err(ServerError::Listen { .. }) => Ended::PortTaken,
                        ended => panic!("the registry ended: {ended:?}"),
                    },
                    _ = killed => Ended::Killed,
                }
            });
            // With its connections, as when a process is killed.
            runtime.shutdown_background();
            ended
        });
        let client = reqwest::Client::builder().timeout(ANSWER).build().expect("a client");
        while !is_ready(&client, &url, &name).await {
            if thread.is_finished() {
                let ended = thread.join().expect("the registry did not fail");
                assert!(matches!(ended, Ended::PortTaken), "nobody killed it");
                return None;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Some(Self { url, running: Some((kill, thread)) })
    }

    /// Ends it as a killed process ends: nothing is finished, and nobody listens any more.
    pub(crate) fn kill(&mut self) {
        if let Some((kill, thread)) = self.running.take() {
            // It fails only where it ended by itself, which the thread tells.
            let _ = kill.send(());
            let ended = thread.join().expect("the registry ran until it was killed");
            assert!(matches!(ended, Ended::Killed), "it listened");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !thread::panicking() {
            self.kill();
        }
    }
}

/// Whether the server of that name is ready there.
async fn is_ready(client: &reqwest::Client, url: &str, name: &str) -> bool {
    let get =
        async |path: &str| client.get(format!("{url}{path}")).send().await?.error_for_status()?.text().await;
    get("/health/ready").await.is_ok()
        && get("/v1/metadata/id").await.is_ok_and(|text| text.contains(&format!("\"{name}\"")))
}
