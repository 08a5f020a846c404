//! The programs of the load bench (`compat-tests/load/bench.py`): bare routes to compare the registry with, a generator of
//! requests, and a line to the database on which every round trip takes longer.
//!
//! All of them use 127.0.0.1 alone.

mod bare;
mod delay;
mod drive;
mod reply;

use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use clap::Parser;
use tokio::runtime::{Builder, Runtime};

/// The address of everything here.
const HOST: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// What is to be run.
#[derive(Parser)]
#[command(version, about)]
enum Command {
    /// Serves routes that do nothing but answer.
    Bare {
        /// The port.
        #[arg(long)]
        port: u16,
        /// A file with the answers.
        #[arg(long)]
        answers: PathBuf,
    },
    /// Sends one kind of request over some connections, and tells in JSON how many were answered how fast.
    Drive {
        /// The port of the server.
        #[arg(long)]
        port: u16,
        /// Connections, each with one request at a time.
        #[arg(long)]
        connections: usize,
        /// Seconds of sending.
        #[arg(long)]
        seconds: f64,
        /// A file with the request.
        #[arg(long)]
        request: PathBuf,
    },
    /// Passes connections on to another port, and holds back what the client sends.
    Delay {
        /// The port to listen on.
        #[arg(long)]
        port: u16,
        /// The port to pass on to.
        #[arg(long)]
        to: u16,
        /// Milliseconds for which everything is held back.
        #[arg(long)]
        milliseconds: u64,
    },
}

fn main() -> io::Result<()> {
    match Command::parse() {
        // The runtime of the registry.
        Command::Bare { port, answers } => {
            runtime(&mut Builder::new_multi_thread())?.block_on(bare::serve(port, &answers))
        }
        // One thread: the generator is to leave the machine to the server.
        Command::Drive { port, connections, seconds, request } => {
            runtime(&mut Builder::new_current_thread())?.block_on(drive::run(
                port,
                connections,
                seconds,
                &request,
            ))
        }
        Command::Delay { port, to, milliseconds } => {
            runtime(&mut Builder::new_current_thread())?.block_on(delay::serve(port, to, milliseconds))
        }
    }
}

fn runtime(builder: &mut Builder) -> io::Result<Runtime> {
    builder.enable_all().build()
}
