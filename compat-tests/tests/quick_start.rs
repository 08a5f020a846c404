//! The quick start of serde-wire does what its guide says, on the cluster that librdkafka brings along for tests and a real registry.

#[path = "registry/server.rs"]
mod server;

use rdkafka::mocking::MockCluster;
use server::Server;
use std::io::{BufRead, BufReader, Lines};
use std::process::{ChildStdout, Command, Stdio};

const GUIDE: &str = include_str!("../../serde-wire/docs/quick-start.md");

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
    let mut program = Command::new(env!("CARGO_BIN_EXE_quick-start"))
        .env("BROKERS", cluster.bootstrap_servers())
        .env("REGISTRY", &server.url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let id = program.id().to_string();
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
    tokio::task::spawn_blocking(read).await.unwrap();
    assert!(program.wait().unwrap().success());
}
