//! Listings.

use super::Fixture;
use super::fixture::content;
use crate::domain::{Config, Content, Rule, RuleSet, SubjectFilter};
use crate::store::{AliasQuery, Page, SubjectQuery, VersionQuery, Visibility};

async fn subjects(fixture: &Fixture, filter: &str, visibility: Visibility) -> Vec<String> {
    page_of_subjects(fixture, filter, visibility, Page::default()).await
}

async fn page_of_subjects(
    fixture: &Fixture,
    filter: &str,
    visibility: Visibility,
    page: Page,
) -> Vec<String> {
    let filter = SubjectFilter::parse(filter);
    let query = SubjectQuery { filter, visibility, with_rules: false, page };
    let subjects = fixture.reads().subjects(&query).await.unwrap();
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

/// Pages are cut out of the whole list, whatever the filter.
pub(super) async fn subjects_by_page(fixture: &Fixture) {
    for subject in ["b", "a", ":.a:x", ":.a.b:a", ":.a-b:a", ":x", ";", ":.:a:", "z", ":.a:a"] {
        fixture.register(subject, "1").await;
        fixture.register(subject, "2").await;
    }
    fixture.delete_subject("b").await;
    fixture.delete_subject(":.a:x").await;
    fixture.delete("z", 1).await;
    use Visibility::{Active, All, DeletedOnly};
    let all = [":.a-b:a", ":.a.b:a", ":.a:a", ":.a:x", ":x", ";", "a", "a:", "b", "z"];
    assert_eq!(subjects(fixture, ":*:", All).await, all);
    assert_eq!(subjects(fixture, ":*:", DeletedOnly).await, [":.a:x", "b"]);
    for filter in [":*:", "", "a", ":.a:", ":*:a", ":*:x", ":.none:"] {
        for visibility in [Active, All, DeletedOnly] {
            let whole = subjects(fixture, filter, visibility).await;
            for offset in 0..5 {
                for limit in [None, Some(1), Some(2), Some(3)] {
                    let told = page_of_subjects(fixture, filter, visibility, Page { offset, limit }).await;
                    let (offset, limit) = (offset as usize, limit.map_or(usize::MAX, |limit| limit as usize));
                    let expected: Vec<_> = whole.iter().skip(offset).take(limit).cloned().collect();
                    assert_eq!(told, expected, "{filter:?} {visibility:?} {offset} {limit}");
                }
            }
            for latest_only in [false, true] {
                let list = async |page| {
                    let filter = SubjectFilter::parse(filter);
                    let query = VersionQuery { filter, visibility, latest_only, page };
                    let versions = fixture.reads().versions(&query).await.unwrap();
                    versions.iter().map(|one| format!("{}/{}", one.subject, one.version)).collect::<Vec<_>>()
                };
                let whole = list(Page::default()).await;
                if visibility != DeletedOnly {
                    let mut named: Vec<_> =
                        whole.iter().map(|one| one.rsplit_once('/').unwrap().0.to_owned()).collect();
                    named.dedup();
                    assert_eq!(
                        named,
                        subjects(fixture, filter, visibility).await,
                        "{filter:?} {visibility:?}"
                    );
                }
                for (offset, limit) in [(0, 1), (0, 3), (1, 1), (2, 5), (7, 2), (9, 30)] {
                    let told = list(Page { offset, limit: Some(limit) }).await;
                    let (offset, limit) = (offset as usize, limit as usize);
                    let expected: Vec<_> = whole.iter().skip(offset).take(limit).cloned().collect();
                    assert_eq!(told, expected, "{filter:?} {visibility:?} {latest_only} {offset} {limit}");
                }
            }
        }
    }
}

/// Subjects of whose versions one has rules, whoever else holds the same id.
pub(super) async fn subjects_with_rules(fixture: &Fixture) {
    for subject in ["none", "one", "two"] {
        fixture.register(subject, "plain").await;
    }
    let rule = Rule { expr: Some("true".to_owned()), ..Rule::default() };
    let rule_set = Some(RuleSet { domain_rules: vec![rule], ..RuleSet::default() });
    for subject in ["two", ":.c:three", "gone", "one"] {
        let content = Content { rule_set: rule_set.clone(), ..content("ruled") };
        fixture.register_with(subject, content, &[]).await;
    }
    fixture.delete_subject("gone").await;
    let list = async |filter: &str, visibility| {
        let filter = SubjectFilter::parse(filter);
        let query = SubjectQuery { with_rules: true, ..SubjectQuery::of(filter, visibility) };
        let subjects = fixture.reads().subjects(&query).await.unwrap();
        subjects.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(list(":*:", Visibility::Active).await, [":.c:three", "one", "two"]);
    assert_eq!(list(":*:", Visibility::All).await, [":.c:three", "gone", "one", "two"]);
    assert_eq!(list("t", Visibility::Active).await, ["two"]);
    assert_eq!(list(":*:", Visibility::DeletedOnly).await, ["gone"]);
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
    // What comes before and behind the colon of a context's name.
    for subject in ["#", "~", ":.c:", ":.c:B", ":.c-d:a"] {
        fixture.put_config(subject, Some(&to("y"))).await;
    }
    for (filter, expected) in [
        ("", "#=y a=:.c:target b=target ~=y"),
        (":*:a", ":.c-d:a=y :.c:a=x a=:.c:target"),
        (":.c:", ":.c:=y :.c:B=y :.c:a=x"),
        (":*:", "#=y :.c-d:a=y :.c:=y :.c:B=y :.c:a=x a=:.c:target b=target ~=y"),
    ] {
        for of_contexts in [true, false] {
            let is_listed = |one: &&str| of_contexts || !one.starts_with(":.c:=");
            let all: Vec<&str> = expected.split(' ').filter(is_listed).collect();
            for (offset, limit) in
                [(0, None), (0, Some(1)), (1, Some(2)), (2, None), (3, Some(9)), (9, Some(1))]
            {
                let filter = SubjectFilter::parse(filter);
                let query = AliasQuery { filter, of_contexts, page: Page { offset, limit } };
                let aliases = fixture.reads().aliases(&query).await.unwrap();
                let shown: Vec<String> =
                    aliases.iter().map(|(subject, alias)| format!("{subject}={alias}")).collect();
                let most = limit.map_or(usize::MAX, |limit| limit.try_into().unwrap());
                let page: Vec<&str> =
                    all.iter().copied().skip(offset.try_into().unwrap()).take(most).collect();
                assert_eq!(shown, page, "{query:?}");
            }
        }
    }
}
