//! The quick start of serde-wire does what its guide says, on the cluster that librdkafka brings along for tests and a real registry.

#[path = "registry/server.rs"]
mod server;

use rdkafka::mocking::MockCluster;
use server::Server;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;
use tokio::time::timeout;

const GUIDE: &str = include_str!("../../serde-wire/docs/quick-start.md");

/// What takes longer than this will never come.
const LIMIT: Duration = Duration::from_secs(180);

/// A program that does not outlive its test, whatever becomes of that.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // They fail where it has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the guide says that is printed: the blocks of text.
fn promised() -> Vec<Vec<String>> {
    let blocks = GUIDE.split("```text\n").skip(1).filter_map(|block| block.split_once("```"));
    blocks.map(|(text, _)| text.lines().map(str::to_owned).collect()).collect()
}

fn next(lines: &mut Lines<BufReader<ChildStdout>>) -> String {
    lines.next().expect("the program goes on").expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_of_the_guide_prints_what_the_guide_says() {
    let cluster = MockCluster::new(1).unwrap();
    cluster.create_topic("ratings", 3, 1).unwrap();
    let server = Server::start().await;
    let program = Command::new(env!("CARGO_BIN_EXE_quick-start"))
        .env("BROKERS", cluster.bootstrap_servers())
        .env("REGISTRY", &server.url)
        .stdout(Stdio::piped())
        .spawn();
    let mut program = Program(program.unwrap());
    let mut lines = BufReader::new(program.0.stdout.take().unwrap()).lines();
    let id = program.0.id().to_string();
    let read = move || {
        let [started, ended] = promised().try_into().expect("two blocks");
        let mut printed: Vec<_> = started.iter().map(|_| next(&mut lines)).collect();
        // As Ctrl-C does.
        let stopped = Command::new("kill").args(["-INT", &id]).status().expect("a signal");
        assert!(stopped.success());
        let last: Vec<_> = lines.map(|line| line.expect("text")).collect();
        // Ratings of several partitions come in any order.
        let ratings = started.iter().position(|line| line.starts_with("customer")).expect("ratings");
        printed[ratings..].sort();
        assert_eq!((printed, last), (started, ended));
    };
    let reading = timeout(LIMIT, tokio::task::spawn_blocking(read)).await;
    let Ok(read) = reading else {
        // The reader comes to an end with it.
        drop(program);
        panic!("the program did not print everything within {LIMIT:?}");
    };
    read.unwrap();
    // It closed its output before, which is the last that it does.
    assert!(program.0.wait().unwrap().success());
}
