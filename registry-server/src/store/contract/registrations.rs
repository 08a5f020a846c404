//! Adding versions.

use super::Fixture;
use super::fixture::{content, v};
use crate::domain::{CompatibilityLevel, Config, Mode, Subject};
use crate::store::{Insertion, NewVersion, Placement};

pub(super) async fn versions_are_dense(fixture: &Fixture) {
    for number in 1..=3 {
        let before = fixture.token("s").await;
        assert_eq!(fixture.register("s", &format!("text {number}")).await, (number, number));
        assert_ne!(before, fixture.token("s").await);
    }
    assert_eq!(fixture.versions("s").await, ["1:1", "2:2", "3:3"]);
    fixture.delete("s", 3).await;
    assert_eq!(fixture.register("s", "text 4").await, (4, 4), "a soft-deleted row still counts");
}

pub(super) async fn a_stale_token_is_refused(fixture: &Fixture) {
    let stale = fixture.token("s").await;
    let new = fixture.next("s", content("mine"), &[]).await;
    fixture.register("s", "theirs").await;
    assert_eq!(fixture.insert(&stale, &new).await, Insertion::Conflict);
    let wrong = NewVersion { placement: Placement::Next(v(3)), ..new };
    assert_eq!(fixture.insert(&fixture.token("s").await, &wrong).await, Insertion::Conflict);
    assert_eq!(fixture.versions("s").await, ["1:1"]);
    assert_eq!(
        fixture.register("s", "next").await,
        (2, 2),
        "a refused write leaves nothing, not even a used id"
    );
}

pub(super) async fn every_setting_in_scope_counts(fixture: &Fixture) {
    let config = Config { compatibility_level: Some(CompatibilityLevel::Full), ..Config::default() };
    for (key, counts) in [
        (":.c:s", true),
        (":.c:", true),
        ("", true),
        (":.__GLOBAL:", true),
        (":.c:other", false),
        (":.other:", false),
        (":.other:s", false),
        ("s", false),
    ] {
        for setting in ["config", "mode"] {
            let token = fixture.token(":.c:s").await;
            let new = fixture.next(":.c:s", content(&format!("{key} {setting}")), &[]).await;
            match setting {
                "config" => fixture.put_config(key, Some(&config)).await,
                _ => fixture.put_mode(key, Some(Mode::ReadWrite)).await,
            }
            let refused = fixture.insert(&token, &new).await == Insertion::Conflict;
            assert_eq!(refused, counts, "{setting} of {key}");
        }
    }
}

pub(super) async fn superseded_versions_go(fixture: &Fixture) {
    fixture.register("s", "a").await;
    fixture.register("s", "b").await;
    fixture.delete("s", 1).await;
    assert_eq!(fixture.register("s", "a").await, (1, 3), "the same id under a new number");
    assert_eq!(fixture.versions("s").await, ["2:2", "3:1"]);
}

pub(super) async fn superseded_versions_stay_when_referred_to(fixture: &Fixture) {
    fixture.register("s", "a").await;
    fixture.register_with("r", content("refers"), &[("s", 1)]).await;
    fixture.delete("r", 1).await;
    fixture.delete("s", 1).await;
    assert_eq!(fixture.register("s", "a").await, (1, 2));
    assert_eq!(fixture.versions("s").await, ["-1:1", "2:1"], "a soft-deleted referrer counts as well");
    let store = fixture.store();
    let holders = store.reads.holders(Subject::parse("s").context(), super::fixture::i(1)).await.unwrap();
    assert!(holders.versions[0].written < holders.versions[1].written);
}
