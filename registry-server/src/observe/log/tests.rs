//! The request log in files.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::observe::{Answered, Route, Sender};

const READ: Route = Route::new("getSchema", "GET", "/schemas/ids/{id}", RouteKind::Read);
const WRITE: Route = Route::new("register", "POST", "/subjects/{subject}/versions", RouteKind::Change);
const PROBE: Route = Route::new("getReadiness", "GET", "/health/ready", RouteKind::Probe);

fn outcome(route: Route, status: u16) -> Outcome<'static> {
    Outcome {
        duration: Duration::from_micros(1234),
        method: route.method,
        path: "/a",
        sender: Some(Sender::new("r-1".to_owned(), "User:alice".to_owned(), Some("10.0.0.7".to_owned()))),
        route: Some(route),
        subject: Some("s".into()),
        status,
        error_code: (status >= 400).then_some(40403),
        answered: Answered::new(Some(7), Some(2)),
        refusal: None,
        bytes: Some(15),
    }
}

fn to_file(path: &std::path::Path, logged: Logged) -> LogOptions {
    let file = LogFile::new(path.to_owned(), u64::MAX, Duration::MAX, 3);
    LogOptions { logged, file: Some(file), ..LogOptions::default() }
}

#[tokio::test]
async fn which_requests_are_logged_is_a_setting() {
    let requests = [(READ, 200), (READ, 404), (READ, 403), (WRITE, 200), (WRITE, 409), (PROBE, 200)];
    for (logged, with_probes, told) in [
        (Logged::Writes, false, &[403, 200, 409][..]),
        (Logged::Failures, false, &[404, 403, 200, 409]),
        (Logged::All, false, &[200, 404, 403, 200, 409]),
        (Logged::All, true, &[200, 404, 403, 200, 409, 200]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("requests.log");
        let log = RequestLog::open(&LogOptions { with_probes, ..to_file(&path, logged) }).unwrap().unwrap();
        for (route, status) in requests {
            log.tell(&outcome(route, status)).await;
        }
        log.flush().await;
        let text = std::fs::read_to_string(&path).unwrap();
        let statuses =
            text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["status"].clone());
        assert_eq!(statuses.collect::<Vec<_>>(), told, "{logged:?} {with_probes}");
    }
    assert!(RequestLog::open(&LogOptions::default()).unwrap().is_none());
}

#[test]
fn a_line_tells_all_that_is_known() {
    let line = line::of(LineFormat::Json, &outcome(READ, 404));
    let mut line: Value = serde_json::from_str(&line).unwrap();
    let time = line["time"].take();
    assert!(time.as_str().unwrap().ends_with('Z') && time.as_str().unwrap().len() > 20, "{time}");
    let told = serde_json::json!({
        "time": null, "request_id": "r-1", "principal": "User:alice", "client": "10.0.0.7", "method": "GET", "path": "/a",
        "operation": "getSchema", "subject": "s", "status": 404, "error_code": 40403, "id": 7, "version": 2, "bytes": 15,
        "duration_ms": 1.234,
    });
    assert_eq!(line, told);
}

#[test]
fn whatever_a_client_sends_a_line_is_one_line() {
    let forged = "a\n2026-01-01T00:00:00Z 200 GET /\u{1b}[2J\u{2028}\u{7f}\"x\" b=c";
    let refusal = Some(Cow::Borrowed("wrong\r\npassword"));
    let outcome = Outcome { path: forged, subject: Some(forged.into()), refusal, ..outcome(READ, 200) };
    let json = line::of(LineFormat::Json, &outcome);
    let text = line::of(LineFormat::Text, &outcome);
    for line in [&json, &text] {
        assert_eq!(line.matches(['\n', '\r', '\u{1b}']).count(), 1, "{line}");
        assert!(line.ends_with('\n'), "{line}");
    }
    let read: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&read["path"], &read["subject"]), (&Value::from(forged), &Value::from(forged)));
    assert!(text.contains(" duration_ms=1.234") && text.contains(" principal=User:alice "), "{text}");
}

#[tokio::test]
async fn a_file_gives_way_to_another_and_so_many_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.log");
    let file = LogFile::new(path.clone(), 1, Duration::MAX, 2);
    let options = LogOptions { file: Some(file), ..to_file(&path, Logged::All) };
    let log = RequestLog::open(&options).unwrap().unwrap();
    for status in [201, 202, 203, 204] {
        log.tell(&outcome(READ, status)).await;
        log.flush().await;
    }
    let status = |name: &str| {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["status"].clone()
    };
    assert_eq!([status("requests.log"), status("requests.log.1"), status("requests.log.2")], [204, 203, 202]);
    assert!(!folder.path().join("requests.log.3").exists());
}

#[tokio::test]
async fn a_file_that_was_moved_away_is_made_again_when_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (path, moved) = (folder.path().join("requests.log"), folder.path().join("moved"));
    let log = RequestLog::open(&to_file(&path, Logged::All)).unwrap().unwrap();
    log.tell(&outcome(READ, 201)).await;
    log.flush().await;
    std::fs::rename(&path, &moved).unwrap();
    log.tell(&outcome(READ, 202)).await;
    log.reopen().await;
    log.tell(&outcome(READ, 203)).await;
    log.flush().await;
    let lines = |path| std::fs::read_to_string(path).unwrap().lines().count();
    assert_eq!((lines(&moved), lines(&path)), (2, 1));
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    assert!(RequestLog::open(&to_file(folder.path(), Logged::All)).is_err());
}
