//! The registry server's command.

use std::error::Error;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

use registry_server::admin::{self, Task};
use registry_server::command_line::{self, Action};
use registry_server::config::{self, Environment, Loaded, LogFormat, Settings};
use registry_server::server;
use tokio::runtime::{self, Runtime};
use tracing_subscriber::EnvFilter;

/// An error, whichever part of the server tells it.
type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    let invocation = match command_line::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(error) => error.exit(),
    };
    let environment = Environment::of_process();
    let loaded = match config::load(invocation.file.as_deref(), &environment, &invocation.flags) {
        Ok(loaded) => loaded,
        Err(error) => return failed(&error),
    };
    let done = match &invocation.action {
        Action::ShowConfig => show(&loaded),
        Action::Administer(task) => administer(task, &loaded.settings),
        Action::Serve => serve(loaded),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(error.as_ref()),
    }
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

fn serve(mut loaded: Loaded) -> Result<(), Failure> {
    let warnings = std::mem::take(&mut loaded.warnings);
    let settings = loaded.to_serve()?;
    start_log(&settings);
    for warning in warnings.iter().chain(&settings.warnings()) {
        tracing::warn!("{warning}");
    }
    Ok(runtime()?.block_on(server::run(settings))?)
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

fn start_log(settings: &Settings) {
    // The filter was checked when the settings were read.
    let filter = EnvFilter::new(&settings.log_level);
    // A line that cannot be written, as on a disk that is full, is lost; told on standard error it would end the request.
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .log_internal_errors(false);
    match settings.log_format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().init(),
    }
}
