//! Listings.

use super::Fixture;
use crate::domain::{Config, SubjectFilter};
use crate::store::{Page, VersionQuery, Visibility};

async fn subjects(fixture: &Fixture, filter: &str, visibility: Visibility) -> Vec<String> {
    let subjects = fixture.reads().subjects(&SubjectFilter::parse(filter), visibility).await.unwrap();
    subjects.iter().map(ToString::to_string).collect()
}

pub(super) async fn subjects_by_prefix(fixture: &Fixture) {
    for subject in ["b", "a_1", "ab", "a%", "B", "-", ":.d:ab", ":.c:x", "\u{e9}", "a\u{10ffff}"] {
        fixture.register(subject, "t").await;
    }
    for (filter, expected) in [
        ("", &["-", "B", "a%", "a_1", "ab", "a\u{10ffff}", "b", "\u{e9}"][..]),
        (":*:", &["-", ":.c:x", ":.d:ab", "B", "a%", "a_1", "ab", "a\u{10ffff}", "b", "\u{e9}"]),
        ("a", &["a%", "a_1", "ab", "a\u{10ffff}"]),
        ("a_", &["a_1"]),
        ("a%", &["a%"]),
        (":*:a", &[":.d:ab", "a%", "a_1", "ab", "a\u{10ffff}"]),
        (":.c:", &[":.c:x"]),
        (":.d:a", &[":.d:ab"]),
        (":.e:", &[]),
        ("a\u{10ffff}", &["a\u{10ffff}"]),
    ] {
        assert_eq!(subjects(fixture, filter, Visibility::Active).await, expected, "{filter:?}");
    }
}

pub(super) async fn subjects_by_visibility(fixture: &Fixture) {
    for subject in ["active", "partly", "deleted"] {
        fixture.register(subject, "a").await;
        fixture.register(subject, "b").await;
    }
    fixture.delete("partly", 2).await;
    fixture.delete_subject("deleted").await;
    for (visibility, expected) in [
        (Visibility::Active, &["active", "partly"][..]),
        (Visibility::All, &["active", "deleted", "partly"]),
        (Visibility::DeletedOnly, &["deleted"]),
    ] {
        assert_eq!(subjects(fixture, ":*:", visibility).await, expected, "{visibility:?}");
    }
}

pub(super) async fn versions_by_page(fixture: &Fixture) {
    for (subject, texts) in [("b", &["1", "2", "3"][..]), (":.c:x", &["1"]), ("a", &["1", "2"])] {
        for text in texts {
            fixture.register(subject, text).await;
        }
    }
    fixture.delete("b", 3).await;
    fixture.delete(":.c:x", 1).await;
    let list = |filter: &'static str, visibility, latest_only, offset, limit| async move {
        let query = VersionQuery {
            filter: SubjectFilter::parse(filter),
            visibility,
            latest_only,
            page: Page { offset, limit },
        };
        let versions = fixture.reads().versions(&query).await.unwrap();
        versions.iter().map(|stored| format!("{}/{}", stored.subject, stored.version)).collect::<Vec<_>>()
    };
    use Visibility::{Active, All, DeletedOnly};
    assert_eq!(list(":*:", Active, false, 0, None).await, ["a/1", "a/2", "b/1", "b/2"]);
    assert_eq!(list(":*:", All, false, 0, None).await, [":.c:x/1", "a/1", "a/2", "b/1", "b/2", "b/3"]);
    assert_eq!(list(":*:", All, true, 0, None).await, [":.c:x/1", "a/2", "b/3"]);
    assert_eq!(list(":*:", Active, true, 0, None).await, ["a/2", "b/2"]);
    assert_eq!(list(":*:", DeletedOnly, true, 0, None).await, [":.c:x/1", "b/3"]);
    assert_eq!(list("b", Active, false, 0, None).await, ["b/1", "b/2"]);
    assert_eq!(list(":*:", All, false, 1, Some(2)).await, ["a/1", "a/2"]);
    assert_eq!(list(":*:", All, false, 5, Some(9)).await, ["b/3"]);
    assert_eq!(list(":*:", All, false, 9, None).await, [""; 0]);
}

pub(super) async fn aliases_by_prefix(fixture: &Fixture) {
    let to = |target: &str| Config { alias: Some(target.to_owned()), ..Config::default() };
    fixture.put_config("b", Some(&to("target"))).await;
    fixture.put_config("a", Some(&to(":.c:target"))).await;
    fixture.put_config(":.c:a", Some(&to("x"))).await;
    fixture.put_config("none", Some(&to(""))).await;
    fixture.put_config("gone", Some(&to("y"))).await;
    fixture.put_config("gone", None).await;
    for (filter, expected) in [
        ("", &["a=:.c:target", "b=target"][..]),
        (":*:a", &[":.c:a=x", "a=:.c:target"]),
        (":.c:", &[":.c:a=x"]),
    ] {
        let aliases = fixture.reads().aliases(&SubjectFilter::parse(filter)).await.unwrap();
        let shown: Vec<String> =
            aliases.iter().map(|(subject, alias)| format!("{subject}={alias}")).collect();
        assert_eq!(shown, expected, "{filter:?}");
    }
}
