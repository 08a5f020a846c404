//! The change log.

use super::Fixture;
use super::fixture::{actor, content};
use crate::domain::{Config, Mode, Subject};

pub(super) async fn every_write_leaves_a_row(fixture: &Fixture) {
    fixture.register(":.c:s", "a").await;
    fixture.put_config(":.c:s", Some(&Config { normalize: Some(true), ..Config::default() })).await;
    fixture.put_mode(":.c:", Some(Mode::ReadWrite)).await;
    fixture.put_mode(":.c:", None).await;
    fixture.delete(":.c:s", 1).await;
    let token = fixture.token(":.c:s").await;
    let subject = Subject::parse(":.c:s");
    fixture.writes().restore_version(&token, &subject, super::fixture::v(1), &actor()).await.unwrap();
    let changes = fixture.reads().changes(0, 100).await.unwrap();
    let shown: Vec<String> = changes
        .iter()
        .map(|change| {
            let value =
                |value: &Option<serde_json::Value>| value.as_ref().map_or("-".into(), ToString::to_string);
            let number = change.version.map_or(0, crate::domain::Version::get);
            format!(
                "{} {}/{}/{number} {} -> {}",
                change.kind.as_str(),
                change.context,
                change.subject,
                value(&change.before),
                value(&change.after)
            )
        })
        .collect();
    let guid = content("a").guid;
    assert_eq!(
        shown,
        [
            "context .c//0 - -> true".to_owned(),
            format!("register .c/s/1 - -> \"{guid}\""),
            "config .c/s/0 - -> {\"normalize\":true}".to_owned(),
            "mode .c//0 - -> \"READWRITE\"".to_owned(),
            "mode .c//0 \"READWRITE\" -> -".to_owned(),
            "delete .c/s/1 false -> true".to_owned(),
            "restore .c/s/1 true -> false".to_owned(),
        ]
    );
    assert!(changes.iter().all(|change| change.actor.as_deref() == Some("tester") && change.ts > 0));
    let after = fixture.reads().changes(changes[2].seq, 2).await.unwrap();
    assert_eq!(after, changes[3..5]);
}

pub(super) async fn a_purge_keeps_all_of_a_version(fixture: &Fixture) {
    fixture.register("s", "precious").await;
    fixture.put_mode("s", Some(Mode::ReadWrite)).await;
    fixture.delete("s", 1).await;
    let stored = fixture.state("s").await.versions[0].clone();
    fixture.purge("s", 1).await;
    let changes = fixture.reads().changes(0, 100).await.unwrap();
    let purge = changes.iter().find(|change| change.kind.as_str() == "purge").unwrap();
    let before = purge.before.as_ref().unwrap();
    assert_eq!(before["content"], serde_json::to_value(&*stored.content).unwrap());
    assert_eq!(before["createdTs"], stored.created_ts);
    assert_eq!(before["id"], stored.id.get());
    let settings = changes.last().unwrap();
    assert_eq!(
        (settings.kind.as_str(), &settings.after),
        ("mode", &None),
        "settings that went with it are told"
    );
}
