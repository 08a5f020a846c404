//! A registry that the pipeline starts itself, so that it can kill it.

use crate::Result;
use serde_wire::frame::SchemaId;
use serde_wire::registry::{HttpRegistry, RetryPolicy, SchemaRegistry};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Building it may be part of the command.
const START_LIMIT: Duration = Duration::from_secs(600);

/// A running registry; it ends with this value.
pub(crate) struct RegistryProcess {
    command: String,
    url: String,
    child: Child,
}

impl RegistryProcess {
    /// Starts it and waits until it answers.
    pub(crate) async fn start(command: &str, url: &str) -> Result<Self> {
        let child = spawn(command)?;
        let mut process = Self { command: command.to_owned(), url: url.to_owned(), child };
        process.answers().await?;
        Ok(process)
    }

    /// Kills it with a signal that it cannot see coming.
    pub(crate) fn kill(&mut self) -> Result<()> {
        // The group, since the command may have started the registry as a child of its own.
        let group = format!("-{}", self.child.id());
        Command::new("kill").args(["-9", "--", &group]).status()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again and waits until it answers.
    pub(crate) async fn restart(&mut self) -> Result<()> {
        self.child = spawn(&self.command)?;
        self.answers().await
    }

    async fn answers(&mut self) -> Result<()> {
        let retry = RetryPolicy::default().with_rounds(0);
        let registry = HttpRegistry::builder([&self.url]).retry(retry).build_uncached()?;
        let probe = SchemaId::new(i32::MAX.unsigned_abs()).ok_or("no such id")?;
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the registry ended with {status}: {}", self.command).into());
            }
            match registry.schema_by_id(probe, None).await {
                Err(error) if error.is_retriable() && since.elapsed() < START_LIMIT => {
                    sleep(Duration::from_millis(100)).await;
                }
                Err(error) if error.is_retriable() => return Err(error.into()),
                // An answer, and be it that there is no such schema.
                Ok(_) | Err(_) => return Ok(()),
            }
        }
    }
}

impl Drop for RegistryProcess {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // Nothing is left to be done about a failure here.
            let _ = self.kill();
        }
    }
}

/// Starts the command, as a shell reads it, in a process group of its own.
fn spawn(command: &str) -> Result<Child> {
    Ok(Command::new("sh").arg("-c").arg(format!("exec {command}")).process_group(0).spawn()?)
}
