//! Groups that were carried out, and whose answers never came.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::Connection as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{decided, insert_all, store};
use crate::domain::Metadata;
use crate::store::contract::fixture::postgres_schema;
use crate::store::{Insertion, ReadStore as _, StoreError};

/// The end of what Postgres sends before it waits: "ready for query", without the state that is its last byte.
const READY: [u8; 5] = [b'Z', 0, 0, 0, 5];

/// A way to the database on which the answer to one registration is lost, once that is asked for.
struct LosingLine {
    url: String,
    loses: Arc<AtomicBool>,
}

impl LosingLine {
    /// `meanwhile` is run between the commit and the end of the connection.
    async fn new(url: &str, meanwhile: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (before, rest) = url.split_once('@').unwrap();
        let (target, database) = rest.split_once('/').unwrap();
        let loses = Arc::<AtomicBool>::default();
        let line = Self { url: format!("{before}@127.0.0.1:{port}/{database}"), loses: loses.clone() };
        let (target, url) = (target.to_owned(), url.to_owned());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&target).await.unwrap();
                tokio::spawn(pass_on(client, server, loses.clone(), meanwhile.map(|sql| (url.clone(), sql))));
            }
        });
        line
    }
}

/// Passes on until either side ends, or until an answer is lost.
async fn pass_on(
    client: TcpStream,
    server: TcpStream,
    loses: Arc<AtomicBool>,
    meanwhile: Option<(String, &'static str)>,
) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = async {
        let mut answer = Vec::new();
        loop {
            if from_server.read_buf(&mut answer).await.unwrap_or(0) == 0 {
                return;
            }
            if loses.load(Ordering::SeqCst) {
                // Only a whole answer shows what it is.
                if answer.len() < 6 || answer[answer.len() - 6..answer.len() - 1] != READY {
                    continue;
                }
                if answer.windows(8).any(|part| part == b"inserted") {
                    loses.store(false, Ordering::SeqCst);
                    if let Some((url, sql)) = &meanwhile {
                        let mut direct = sqlx::PgConnection::connect(url).await.unwrap();
                        sqlx::query(*sql).execute(&mut direct).await.unwrap();
                    }
                    return;
                }
            }
            if to_client.write_all(&answer).await.is_err() {
                return;
            }
            answer.clear();
        }
    };
    tokio::select! {
        _ = tokio::io::copy(&mut from_client, &mut to_server) => {}
        () = back => {}
    }
}

#[tokio::test]
async fn a_registration_that_was_carried_out_is_told_as_unknown_or_found_again() {
    for meanwhile in [None, Some("DROP FUNCTION write_versions")] {
        for count in [1, 5] {
            let what = format!("{count}, {meanwhile:?}");
            let Some(url) = postgres_schema().await else { return };
            let line = LosingLine::new(&url, meanwhile).await;
            let store = store(&line.url).await;
            let mut registrations = Vec::new();
            for number in 0..count {
                let mut one = decided(&store, &format!("s{number}"), &format!("text {number}")).await;
                if number % 2 == 0 {
                    // Who asks for a number of its own gets a version even if there is one like it: decided again, it would
                    // be written twice.
                    let note = (Metadata::VERSION_NOTE.to_owned(), "1".to_owned());
                    one.1.content.metadata =
                        Some(Metadata { properties: BTreeMap::from([note]), ..Metadata::default() });
                }
                registrations.push(one);
            }
            line.loses.store(true, Ordering::SeqCst);
            let results = insert_all(&store, &registrations).await;
            assert!(!line.loses.load(Ordering::SeqCst), "{what}: an answer was lost");
            for (number, result) in results.iter().enumerate() {
                match result {
                    Err(StoreError::Unavailable(_)) if number % 2 == 0 || meanwhile.is_some() => {}
                    Ok(Insertion::Conflict) if number % 2 == 1 && meanwhile.is_none() => {}
                    other => panic!("{what}, number {number}: {other:?}"),
                }
            }
            for (_, new) in &registrations {
                assert_eq!(store.subject(&new.subject).await.unwrap().versions.len(), 1, "{what}");
            }
            store.close().await;
        }
    }
}
