//! A registry with an address of its own, which can be killed.

use registry_server::config::{Environment, load};
use registry_server::server::run;
use serde_wire::registry::reqwest;
use std::net::TcpListener;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// A running registry; it is gone with this value, connections and all.
pub(crate) struct Server {
    pub(crate) url: String,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", socket.local_addr().expect("an address"));
        drop(socket);
        let flags = [("listeners", url.as_str()), ("database-url", "sqlite::memory:")];
        let flags = flags.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = load(None, &Environment::from_iter([]), &flags).expect("good settings").settings;
        let (kill, killed) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            let runtime =
                Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
            runtime.block_on(async {
                tokio::select! {
                    ended = run(settings) => panic!("the registry ended: {ended:?}"),
                    _ = killed => {}
                }
            });
            // With its connections, as when a process is killed.
            runtime.shutdown_background();
        });
        let ready = format!("{url}/health/ready");
        while !is_ready(&ready).await {
            assert!(!thread.is_finished(), "the registry ended at once");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Self { url, running: Some((kill, thread)) }
    }

    /// Ends it as a killed process ends: nothing is finished, and nobody listens any more.
    pub(crate) fn kill(&mut self) {
        if let Some((kill, thread)) = self.running.take() {
            // It fails only where it ended by itself, which the thread tells.
            let _ = kill.send(());
            thread.join().expect("the registry ran until it was killed");
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

async fn is_ready(url: &str) -> bool {
    reqwest::get(url).await.is_ok_and(|answer| answer.status().is_success())
}
