//! The client, the serializers and the deserializers in code that is not async (feature `blocking`).
//!
//! There is no second set of types: [`Blocking::wait`] waits for what the async ones do. Once their schemas are known, they
//! do not wait at all, and neither does it: the future is done when it is first looked at, and no other thread is involved.
//!
//! ```no_run
//! use serde_wire::blocking::Blocking;
//! use serde_wire::registry::RegistryClient;
//! use serde_wire::subject::Role;
//! use serde_wire::{Deserializer, DeserializerOptions, Serializer, SerializerOptions};
//! use std::sync::Arc;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let blocking = Blocking::new()?; // one for the program
//! let registry = Arc::new(RegistryClient::builder(["http://localhost:8081"]).build()?);
//! let serializer = Serializer::new(registry.clone(), "names", Role::Value, &SerializerOptions::default())?;
//! let deserializer = Deserializer::new(registry, "names", Role::Value, &DeserializerOptions::default());
//!
//! let mut payload = Vec::new();
//! blocking.wait(serializer.serialize_into(&"Ada".to_owned(), &mut payload))?;
//! let read: String = blocking.wait(deserializer.deserialize(&payload))?;
//! # Ok(()) }
//! ```

use std::io;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;
use tokio::runtime::{Builder, Handle, Runtime};

/// A thread for the network, and what waits for it.
#[derive(Debug)]
pub struct Blocking {
    runtime: Runtime,
}

impl Blocking {
    /// Starts the thread. Dropping this ends it, which must not happen inside of async code.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new() -> io::Result<Self> {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("serde-wire").enable_all().build()?;
        Ok(Self { runtime })
    }

    /// What the future comes to. Inside of async code it works too, but holds up everything else on its thread.
    ///
    /// # Panics
    /// When the future panics.
    pub fn wait<F: Future + Send>(&self, future: F) -> F::Output
    where
        F::Output: Send,
    {
        let is_inside = Handle::try_current().is_ok();
        let mut future = pin!(future);
        {
            let _inside = self.runtime.enter();
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return output;
            }
        }
        if !is_inside {
            return self.runtime.block_on(future);
        }
        // A thread that runs async code may not wait for other async code; one of its own may.
        thread::scope(|scope| match scope.spawn(|| self.runtime.block_on(future)).join() {
            Ok(output) => output,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    }
}
