//! A registry in memory that takes schemas and gives them back, as far as the commands ask.

use avro_model::json::Json;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A registry, which is there until the process ends.
pub(crate) struct Registry {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    subjects: BTreeMap<String, Vec<Version>>,
    /// JSON by subject; that of the empty one is for all.
    configs: BTreeMap<String, String>,
    /// Subjects that stand for others.
    aliases: BTreeMap<String, String>,
    ids: Vec<(String, String)>,
}

struct Version {
    schema: String,
    references: String,
    metadata: String,
    id: usize,
}

impl Registry {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let of_server = Arc::clone(&state);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                serve(connection, &of_server);
            }
        });
        Self { url, state }
    }

    /// Adds a version with metadata, which is JSON.
    pub(crate) fn put(&self, subject: &str, schema: &str, metadata: &str) {
        self.state.lock().unwrap().put(subject, schema, "[]", metadata);
    }

    /// Sets the config of a subject, or of all.
    pub(crate) fn configure(&self, subject: &str, config: &str) {
        self.state.lock().unwrap().configs.insert(subject.to_owned(), config.to_owned());
    }

    /// Has a subject stand for another one.
    pub(crate) fn alias(&self, alias: &str, target: &str) {
        self.state.lock().unwrap().aliases.insert(alias.to_owned(), target.to_owned());
    }
}

impl State {
    fn put(&mut self, subject: &str, schema: &str, references: &str, metadata: &str) -> usize {
        let content = (schema.to_owned(), references.to_owned());
        let known = self.ids.iter().position(|known| *known == content);
        let id = known.unwrap_or_else(|| {
            self.ids.push(content);
            self.ids.len() - 1
        }) + 1;
        let (schema, references, metadata) = (schema.to_owned(), references.to_owned(), metadata.to_owned());
        let version = Version { schema, references, metadata, id };
        self.subjects.entry(subject.to_owned()).or_default().push(version);
        id
    }

    fn answer(&mut self, method: &str, path: &[String], body: &str) -> (u16, String) {
        let mut path: Vec<&str> = path.iter().map(String::as_str).collect();
        if let ["subjects", subject, ..] = &mut path[..]
            && let Some(target) = self.aliases.get(*subject)
        {
            *subject = target;
        }
        let path: Vec<String> = path.into_iter().map(str::to_owned).collect();
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let sent = Json::parse(body).ok();
        let text = |key: &str| sent.as_ref().and_then(|body| body.get(key)).cloned();
        let schema = text("schema").and_then(|schema| schema.as_str().map(str::to_owned));
        let references =
            text("references").map_or_else(|| "[]".to_owned(), |references| references.to_string());
        match (method, &parts[..]) {
            ("GET", ["config", subject]) => match self.configs.get(*subject).or(self.configs.get("")) {
                Some(config) => (200, config.clone()),
                None => (200, r#"{"compatibilityLevel":"BACKWARD"}"#.to_owned()),
            },
            ("POST", ["compatibility", ..]) => (200, r#"{"is_compatible":true}"#.to_owned()),
            ("POST", ["subjects", subject, "versions"]) => {
                let id = self.put(subject, &schema.unwrap(), &references, "null");
                (200, format!(r#"{{"id":{id}}}"#))
            }
            ("POST", ["subjects", subject]) => {
                let versions = self.subjects.get(*subject).map_or(&[][..], Vec::as_slice);
                let same = |version: &Version| {
                    Some(&version.schema) == schema.as_ref() && version.references == references
                };
                match versions.iter().position(same) {
                    Some(index) => (200, shown(subject, index, &versions[index])),
                    None => (404, r#"{"error_code":40403,"message":"Schema not found"}"#.to_owned()),
                }
            }
            ("GET", ["subjects", subject, "versions", rest @ ..]) => {
                let versions = self.subjects.get(*subject).map_or(&[][..], Vec::as_slice);
                let number = match rest {
                    [] if !versions.is_empty() => {
                        let numbers = (1..=versions.len()).map(|number| number.to_string());
                        return (200, format!("[{}]", numbers.collect::<Vec<_>>().join(",")));
                    }
                    ["latest"] => versions.len(),
                    [number] => number.parse().unwrap(),
                    _ => 0,
                };
                match number.checked_sub(1).and_then(|index| Some((index, versions.get(index)?))) {
                    Some((index, version)) => (200, shown(subject, index, version)),
                    None => (404, r#"{"error_code":40401,"message":"Subject not found"}"#.to_owned()),
                }
            }
            other => panic!("{other:?}"),
        }
    }
}

fn shown(subject: &str, index: usize, version: &Version) -> String {
    let Version { schema, references, metadata, id } = version;
    let (subject, schema) = (Json::String(subject.to_owned()), Json::String(schema.clone()));
    format!(
        r#"{{"subject":{subject},"version":{},"id":{id},"schema":{schema},"references":{references},"metadata":{metadata}}}"#,
        index + 1
    )
}

fn serve(mut connection: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok().map(|_| line.trim_end().to_owned()).unwrap_or_default()
    };
    let first = line();
    let mut length = 0;
    loop {
        let header = line().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let mut words = first.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return };
    let path = target.split('?').next().unwrap_or_default();
    let path: Vec<String> = path.split('/').skip(1).map(decoded).collect();
    let (status, answer) = state.lock().unwrap().answer(method, &path, &String::from_utf8(body).unwrap());
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        answer.len()
    );
    // Whoever asked may be gone.
    drop(connection.write_all((head + &answer).as_bytes()));
}

fn decoded(part: &str) -> String {
    let mut bytes = part.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digits: Vec<u8> = bytes.by_ref().take(2).collect();
        decoded.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
    }
    String::from_utf8(decoded).unwrap()
}
