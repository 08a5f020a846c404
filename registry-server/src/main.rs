//! The registry server's command.

mod log;

use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use registry_server::admin::{self, Task};
use registry_server::command_line::{self, Action};
use registry_server::config::{self, ConfigError, Environment, Loaded, Settings};
use registry_server::reload::{Reloads, Seen};
use registry_server::token_command::{self, TokenCommand};
use registry_server::{passwd, probe, server};
use tokio::runtime::{self, Runtime};

/// An error, whichever part of the server tells it.
type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    let invocation = match command_line::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(error) => error.exit(),
    };
    if let Action::Describe(description) = &invocation.action {
        return finished(description.write().map_err(Failure::from));
    }
    if let Action::SetPassword { file, user, groups } = &invocation.action {
        return finished(passwd::run(file, user, groups.as_deref()).map_err(Failure::from));
    }
    if let Action::Tokens(command) = &invocation.action {
        return finished(change_tokens(command));
    }
    let environment = Environment::of_process();
    let loaded = match config::load(invocation.file.as_deref(), &environment, &invocation.flags) {
        Ok(loaded) => loaded,
        Err(error) => return failed(&error),
    };
    let done = match &invocation.action {
        Action::Describe(_) => Ok(()),
        Action::Probe { question } => ask(question, &loaded.settings),
        Action::ShowConfig => show(&loaded),
        Action::Administer(task) => administer(task, &loaded.settings),
        // Done above, for want of settings.
        Action::SetPassword { .. } | Action::Tokens(_) => Ok(()),
        Action::Serve => serve(loaded, {
            let (file, flags) = (invocation.file.clone(), invocation.flags.clone());
            move || config::load(file.as_deref(), &environment, &flags)
        }),
    };
    finished(done)
}

fn finished(done: Result<(), Failure>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(error.as_ref()),
    }
}

/// Asks a running server for tokens.
fn change_tokens(command: &TokenCommand) -> Result<(), Failure> {
    Ok(runtime()?.block_on(token_command::run(command))?)
}

/// Asks the running server after its health.
fn ask(question: &str, settings: &Settings) -> Result<(), Failure> {
    Ok(runtime()?.block_on(probe::ask(settings, question))?)
}

/// Prints the settings, and on standard error what a server with them would say or refuse.
fn show(loaded: &Loaded) -> Result<(), Failure> {
    print!("{}", loaded.describe());
    let of_settings = loaded.settings.warnings();
    for warning in loaded.warnings.iter().chain(&of_settings) {
        eprintln!("registry-server: {warning}");
    }
    Ok(loaded.check_protections()?)
}

fn administer(task: &Task, settings: &Settings) -> Result<(), Failure> {
    Ok(runtime()?.block_on(admin::run(task, settings))?)
}

/// Serves with the settings that were read; `read` reads them again.
fn serve(
    mut loaded: Loaded,
    read: impl Fn() -> Result<Loaded, ConfigError> + Send + Sync + 'static,
) -> Result<(), Failure> {
    let warnings = std::mem::take(&mut loaded.warnings);
    let settings = loaded.to_serve()?;
    let filter = log::start(&settings);
    for warning in warnings.iter().chain(&settings.warnings()) {
        tracing::warn!("{warning}");
    }
    let reloads = Reloads::default();
    reloads.add(Arc::new(filter.following(read)), Seen::default());
    runtime()?.block_on(async {
        let reading_again = tokio::spawn(reloads.follow()?);
        let served = server::run(settings, &reloads).await;
        reading_again.abort();
        Ok(served?)
    })
}

fn runtime() -> io::Result<Runtime> {
    runtime::Builder::new_multi_thread().enable_all().build()
}

/// One line on standard error, whatever went wrong.
fn failed(error: &dyn Error) -> ExitCode {
    let line = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    eprintln!("registry-server: {line}");
    ExitCode::FAILURE
}
