//! The registry server's command.

use std::io::IsTerminal;
use std::process::ExitCode;

use registry_server::config::{self, Action, Environment, LogFormat, Settings};
use registry_server::{admin, server};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let invocation = match config::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(error) => error.exit(),
    };
    let environment = Environment::of_process();
    let loaded = match config::load(invocation.file.as_deref(), &environment, &invocation.flags) {
        Ok(loaded) => loaded,
        Err(error) => return failed(&error),
    };
    if invocation.action == Action::ShowConfig {
        print!("{}", loaded.describe());
        for warning in &loaded.warnings {
            eprintln!("registry-server: {warning}");
        }
        return ExitCode::SUCCESS;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    if let Action::Administer(task) = &invocation.action {
        return match runtime.block_on(admin::run(task, &loaded.settings)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error),
        };
    }
    start_log(&loaded.settings);
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    match runtime.block_on(server::run(loaded.settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// One line on standard error, whatever went wrong.
fn failed(error: &dyn std::error::Error) -> ExitCode {
    let line = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    eprintln!("registry-server: {line}");
    ExitCode::FAILURE
}

fn start_log(settings: &Settings) {
    // The filter was checked when the settings were read.
    let filter = EnvFilter::new(&settings.log_level);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().init(),
    }
}
