//! Messages whose schemas a registry has, which is played here: it answers a few paths, each on a connection of its own.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod groups;
mod idl;
mod memory;
mod recipes;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

const GUID: &str = "00010203-0405-0607-0809-0a0b0c0d0e0f";

/// The answer to a path, without its query.
fn answer(path: &str) -> (u16, String) {
    let found = |rest: &str| (200, format!("{{\"schema\":{rest}}}"));
    let version = |subject: &str, number: u32, rest: &str| {
        (200, format!(r#"{{"subject":"{subject}","version":{number},"schema":{rest}}}"#))
    };
    let order =
        r#""{\"type\":\"record\",\"name\":\"n.Order\",\"fields\":[{\"name\":\"id\",\"type\":\"Id\"}]}""#;
    let order = format!(
        r#"{order},"id":3,"guid":"{GUID}","references":[{{"name":"n.Id","subject":"ids","version":2}}]"#
    );
    if let Some(number) = path.strip_prefix("/subjects/many/versions/") {
        let number = number.parse().unwrap_or(5);
        let enumeration = format!(r#""{{\"type\":\"enum\",\"name\":\"n.E\",\"symbols\":[\"S{number}\"]}}""#);
        return version("many", number, &format!(r#"{enumeration},"id":{}"#, 100 + number));
    }
    match path {
        "/schemas/ids/3" => found(&order),
        "/schemas/ids/4" => found(r#""\"int\"","schemaType":"PROTOBUF""#),
        "/schemas/ids/5" => found(
            r#""\"string\"","ruleSet":{"domainRules":[{"name":"hide","kind":"TRANSFORM","type":"ENCRYPT","mode":"WRITEREAD"}]}"#,
        ),
        "/subjects/secret/versions/latest" => version(
            "secret",
            1,
            r#""\"string\"","id":5,"ruleSet":{"domainRules":[{"name":"hide","kind":"TRANSFORM","type":"ENCRYPT","mode":"WRITEREAD"}]}"#,
        ),
        "/subjects/old/versions/latest" => version("old", 1, r#""\"string\"","id":6"#),
        "/subjects/orders/versions/latest" | "/subjects/orders/versions/7" => version("orders", 7, &order),
        "/subjects/ids/versions/2" => {
            version("ids", 2, r#""{\"type\":\"fixed\",\"name\":\"n.Id\",\"size\":2}","id":1"#)
        }
        "/subjects/old%402/versions/latest" => version("old@2", 1, r#""\"string\"","id":6"#),
        "/subjects/ids/versions/latest" => {
            version("ids", 2, r#""{\"type\":\"fixed\",\"name\":\"n.Id\",\"size\":3}","id":1"#)
        }
        path if path == format!("/schemas/guids/{GUID}") => found(&order),
        path if path.starts_with("/schemas") => {
            (404, r#"{"error_code":40403,"message":"Schema not found"}"#.to_owned())
        }
        _ => (404, r#"{"error_code":40401,"message":"Subject not found"}"#.to_owned()),
    }
}

/// The URL of the registry, which is there until the process ends.
fn registry() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for connection in listener.incoming() {
            let Ok(mut connection) = connection else { continue };
            let mut lines = BufReader::new(connection.try_clone().unwrap()).lines().map_while(Result::ok);
            let first = lines.next().unwrap_or_default();
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let path = first.split(' ').nth(1).unwrap_or_default();
            let (status, body) = answer(path.split('?').next().unwrap_or_default());
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            // Whoever asked may be gone.
            drop(connection.write_all((head + &body).as_bytes()));
        }
    });
    url
}

fn avro_gen(folder: &Path, arguments: &str, url: Option<&str>) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_avro-gen"));
    command.args(arguments.split(' ')).current_dir(folder).stdin(Stdio::null());
    for variable in
        ["AVRO_GEN_REGISTRY", "AVRO_GEN_USER", "AVRO_GEN_TOKEN", "AVRO_GEN_CA", "AVRO_GEN_CLIENT_CERT"]
    {
        command.env_remove(variable);
    }
    if let Some(url) = url {
        command.env("AVRO_GEN_REGISTRY", url);
    }
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("order.json", r#"{"id":"ab"}"#);
    write(
        "reader.avsc",
        r#"{"type":"record","name":"n.Order","fields":[{"name":"x","type":"int","default":1}]}"#,
    );
    write(
        "order.avsc",
        r#"{"type":"record","name":"n.Order","fields":[{"name":"id","type":{"type":"fixed","name":"Id","size":2}}]}"#,
    );
    folder
}

#[test]
fn messages_have_the_schemas_that_a_registry_gives() {
    let (folder, url) = (folder(), registry());
    let folder = folder.path();
    let guid = GUID.replace('-', "");
    let (by_id, by_guid) = ("00000000036162".to_owned(), format!("01{guid}6162"));
    for (options, message) in [
        ("--subject orders", &by_id),
        ("--subject orders@7", &by_id),
        ("--subject orders --guid", &by_guid),
        ("--id 3", &by_id),
        (format!("--id {GUID}").as_str(), &by_guid),
        ("--subject orders --frame bare", &"6162".to_owned()),
    ] {
        let encode = format!("encode order.json --to hex --registry {url} {options}");
        assert_eq!(avro_gen(folder, &encode, None), (0, format!("{message}\n"), String::new()), "{encode}");
        // The variable does what the option does.
        let encode = format!("encode order.json --to hex {options}");
        assert_eq!(
            avro_gen(folder, &encode, Some(&url)),
            (0, format!("{message}\n"), String::new()),
            "{encode}"
        );
    }
    fs::write(folder.join("id.hex"), &by_id).unwrap();
    fs::write(folder.join("guid.hex"), &by_guid).unwrap();
    fs::write(folder.join("bare.hex"), "6162").unwrap();
    fs::write(folder.join("many.hex"), format!("{by_id}\n{by_id}\n{by_guid}\n")).unwrap();
    let (order, id, guid) = ("{\"id\":\"ab\"}\n", "schema id 3\n", format!("schema GUID {GUID}\n"));
    for (options, printed, said) in [
        ("id.hex", order.to_owned(), id.to_owned()),
        ("guid.hex", order.to_owned(), guid.clone()),
        ("bare.hex --id 3", order.to_owned(), id.to_owned()),
        ("id.hex --schema reader.avsc", "{\"x\":1}\n".to_owned(), id.to_owned()),
        ("id.hex --reader reader.avsc", "{\"x\":1}\n".to_owned(), id.to_owned()),
        ("many.hex --many", order.repeat(3), format!("{id}{guid}")),
        ("id.hex --format json", "{\"id\":3,\"value\":{\"id\":\"ab\"}}\n".to_owned(), String::new()),
    ] {
        let decode = format!("decode --from hex --registry {url} {options}");
        assert_eq!(avro_gen(folder, &decode, None), (0, printed, said), "{decode}");
    }
    // A schema of files is taken before the registry that only the environment names.
    let decode = "decode --from hex --frame registry -s order.avsc id.hex";
    assert_eq!(avro_gen(folder, decode, Some("http://127.0.0.1:9")), (0, order.to_owned(), id.to_owned()));
    let file = format!("encode order.json --registry {url} --subject orders --container -o orders.avro");
    assert_eq!(avro_gen(folder, &file, None), (0, String::new(), String::new()));
    // What the schema refers to is in the file.
    assert_eq!(avro_gen(folder, "decode orders.avro", None), (0, order.to_owned(), String::new()));
    let random = format!("random --registry {url} --subject orders --to hex --count 3");
    let (status, printed, _) = avro_gen(folder, &random, None);
    assert_eq!(
        (status, printed.lines().filter(|line| line.len() == 14 && line.starts_with("0000000003")).count()),
        (0, 3)
    );
}

#[test]
fn what_a_registry_does_not_give_is_told() {
    let (folder, url) = (folder(), registry());
    let folder = folder.path();
    for (name, message) in [
        ("missing", "000000000900"),
        ("proto", "000000000400"),
        ("rules", "00000000050261"),
        ("bare", "6162"),
    ] {
        fs::write(folder.join(format!("{name}.hex")), message).unwrap();
    }
    let help = "is the message of another registry, or --frame not what it begins with? --subject names a subject of its context";
    for (arguments, status, told) in [
        ("decode --from hex missing.hex", 1, vec!["schema id 9 in http://", "error code 40403", help]),
        (
            "decode --from hex proto.hex",
            1,
            vec!["schema id 4: it is of type PROTOBUF, and only AVRO is known here"],
        ),
        (
            "decode --from hex rules.hex",
            0,
            vec![
                "schema id 5 has rules that are not run here, so values may be encrypted: ENCRYPT rule \"hide\"",
            ],
        ),
        ("decode --from hex bare.hex", 1, vec!["the message has no frame of a registry"]),
        (
            "decode --from hex --frame bare bare.hex",
            2,
            vec!["a registry finds schemas by the frame of a registry, or by --id"],
        ),
        ("encode order.json --subject nobody", 1, vec!["the latest version of subject nobody: ", "40401"]),
        (
            "encode order.json --subject old --guid",
            1,
            vec!["the registry told no GUID of version 1 of subject old"],
        ),
        (
            "encode order.json --subject secret",
            1,
            vec![
                "version 1 of subject secret has rules that a producer runs on its data, and they are not run here: ENCRYPT rule \"hide\"",
            ],
        ),
        ("encode order.json", 2, vec!["--subject names its subject, or --id the schema itself"]),
        ("encode order.json -s order.avsc --subject orders", 2, vec!["leave one of them out"]),
    ] {
        let (found, _, message) = avro_gen(folder, &format!("{arguments} --registry {url}"), None);
        assert_eq!(found, status, "{arguments}: {message}");
        for part in told {
            assert!(message.contains(part), "{arguments}: {message}\nwithout {part}");
        }
    }
}

#[test]
fn each_subject_of_a_registry_that_is_named_is_compared() {
    let (folder, url) = (folder(), registry());
    let folder = folder.path();
    fs::write(folder.join("id.avsc"), r#"{"type":"fixed","name":"n.Id","size":2}"#).unwrap();
    fs::write(folder.join("same.avsc"), r#"{"type":"fixed","name":"n.Id","size":3}"#).unwrap();
    for (file, subjects, status, told) in [
        ("id.avsc", &["ids"][..], 1, "n.Id: readers with the new schema cannot read old data"),
        // They are not versions of one another, of which the latest would count.
        ("id.avsc", &["ids", "orders"], 1, "n.Id: readers with the new schema cannot read old data"),
        ("id.avsc", &["orders", "ids"], 1, "n.Id: readers with the new schema cannot read old data"),
        ("same.avsc", &["ids"], 0, ""),
        // What stands behind `#` is a subject, with what would end a password elsewhere.
        ("order.avsc", &["old@2"], 1, "#old@2"),
    ] {
        let against: String = subjects.iter().map(|subject| format!(" --against {url}#{subject}")).collect();
        let (found, output, message) =
            avro_gen(folder, &format!("check {file} --level BACKWARD{against}"), None);
        assert_eq!(found, status, "{file}{against}: {output}{message}");
        assert!(output.contains(told), "{file}{against}: {output}{message}");
    }
}

#[test]
fn versions_with_numbers_are_added_to_a_history() {
    let url = registry();
    // What was pulled before, what is pulled now, and the versions that are there then.
    for (before, now, expected) in [
        ("many@1 many@2", "many@3", &[1, 2, 3][..]),
        ("many@1 many@2 many@4", "many@3", &[1, 2, 3, 4]),
        ("many@1 many@2", "many@2", &[1, 2]),
        ("many@1 many@2 orders@7", "many@3 many@4", &[1, 2, 3, 4]),
        ("many@2 many@3 ids@2", "orders", &[2, 3]),
        // The one version of a subject is replaced, and the latest one replaces all.
        ("many@1", "many@2", &[2]),
        ("many@1 many@2", "many", &[5]),
        ("many@1 many@2", "many many@3", &[3, 5]),
    ] {
        let folder = folder();
        let folder = folder.path();
        for asked in [before, now] {
            let (status, _, message) =
                avro_gen(folder, &format!("pull {asked} --lock history/x.lock --output history"), Some(&url));
            assert_eq!((status, message.as_str()), (0, ""), "{before}, {asked}");
        }
        let lock = fs::read_to_string(folder.join("history/x.lock")).unwrap();
        let locked: Vec<u32> = lock
            .split("[[schema]]")
            .filter(|entry| entry.contains("subject = \"many\""))
            .map(|entry| entry.split("version = ").nth(1).unwrap().lines().next().unwrap().parse().unwrap())
            .collect();
        assert_eq!(locked, expected, "{before}, then {now}");
        // Each is in a file.
        let files = fs::read_dir(folder.join("history")).unwrap().map(|entry| entry.unwrap().path());
        let texts: Vec<String> = files.map(|path| fs::read_to_string(path).unwrap()).collect();
        for number in 1..=5 {
            let symbol = format!("\"S{number}\"");
            let is_there = texts.iter().any(|text| text.contains(&symbol));
            assert_eq!(is_there, expected.contains(&number), "{before}, then {now}: version {number}");
        }
    }
}
