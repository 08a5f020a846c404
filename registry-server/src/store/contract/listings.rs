//! Listings.

use super::Fixture;
use super::fixture::content;
use crate::domain::{AssociationType, Config, Content, Lifecycle, Rule, RuleSet, SubjectFilter};
use crate::store::{
    AliasQuery, AssociationCondition, AssociationFilter, Page, StoredVersion, SubjectQuery, VersionQuery,
    Visibility,
};

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
    let query = SubjectQuery { filter, visibility, page };
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
                    let query = VersionQuery { latest_only, page, ..VersionQuery::of(filter, visibility) };
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

/// Texts of schemas, each followed by the type of its rule, if it has any. What else a rule has begins with another member each
/// time, and parameters look like types.
fn ruled_contents() -> Vec<Content> {
    let rule = |rule_type: &str| Rule { rule_type: Some(rule_type.to_owned()), ..Rule::default() };
    let params = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let text = |text: &str| Some(text.to_owned());
    let trap = "\"type\":\"CEL\",\"disabled\":";
    let rules = [
        rule("CEL"),
        Rule { tags: ["PII".to_owned()].into(), ..rule("CEL") },
        Rule { params: params(&[("type", "X"), ("a", "b")]), ..rule("CEL") },
        Rule { expr: text("true"), ..rule("CEL") },
        Rule { on_success: text("NONE"), ..rule("CEL") },
        Rule { on_failure: text("DLQ"), disabled: true, ..rule("CEL") },
        rule("CEL_FIELD"),
        rule("\"e\u{301}\\\0%_"),
        Rule { params: params(&[("disabled", "x"), ("type", "CEL"), ("typf", "y")]), ..rule("X") },
        Rule { params: params(&[("mode", "READ"), ("type", "CEL")]), rule_type: None, ..Rule::default() },
        Rule { params: params(&[("a\"type", "CEL"), ("disabled", "x")]), ..rule("X") },
        Rule { params: params(&[("a,\"type", "CEL"), ("expr", "x")]), ..rule("X") },
        Rule { name: text(trap), doc: text(trap), expr: text(trap), ..rule("X") },
    ];
    let of_rules = |(number, rule): (usize, Rule)| {
        let rule_set = match number % 3 {
            0 => RuleSet { domain_rules: vec![rule], ..RuleSet::default() },
            1 => RuleSet { migration_rules: vec![Rule::default(), rule], ..RuleSet::default() },
            _ => RuleSet { encoding_rules: vec![rule], enable_at: text(trap), ..RuleSet::default() },
        };
        Content { rule_set: Some(rule_set), ..content(&format!("ruled {number}")) }
    };
    rules.into_iter().enumerate().map(of_rules).chain([content("plain")]).collect()
}

fn has_rule(version: &StoredVersion, rule_type: &str) -> bool {
    let lists = version.content.rule_set.as_ref().map(RuleSet::lists).unwrap_or_default();
    lists.into_iter().flatten().any(|rule| rule.rule_type.as_deref() == Some(rule_type))
}

/// A filtered list is the list of which what does not pass was taken out, and pages are cut out of it, with the associations of
/// the subjects on them.
pub(super) async fn versions_by_rules_and_associations(fixture: &Fixture) {
    let contents = ruled_contents();
    let names = ["a", "b", "c", ":.c:a", ":.c:b", ":.d:ab", "d", "\u{e9}"];
    for (number, content) in contents.iter().enumerate() {
        for (step, name) in names.iter().enumerate() {
            // Not every subject has all of them, and some share ids.
            if (number + step) % 3 > 0 {
                fixture.register_with(name, content.clone(), &[]).await;
            }
        }
    }
    fixture.delete("a", 2).await;
    fixture.delete_subject("d").await;
    let last = fixture.state("b").await.versions.len();
    fixture.delete("b", i64::try_from(last).unwrap()).await;
    use AssociationType::{Key, Value};
    use Lifecycle::{Strong, Weak};
    for (subject, resource, kind, lifecycle) in [
        ("a", "r1", Key, Weak),
        ("a", "r2", Value, Weak),
        ("a", "r3", Value, Weak),
        (":.c:a", "r4", Value, Strong),
        (":.d:ab", "r5", Key, Weak),
        ("d", "r6", Value, Weak),
    ] {
        super::associations::associate(fixture, subject, resource, kind, lifecycle).await;
    }
    let condition = |resource_type: Option<&str>, types: &[AssociationType], lifecycles: &[_]| {
        let (resource_type, types) = (resource_type.map(str::to_owned), types.to_vec());
        Some(AssociationCondition { resource_type, types, lifecycles: lifecycles.to_vec() })
    };
    let conditions = [
        None,
        condition(Some("topic"), &[], &[]),
        condition(Some("topic"), &[Value], &[Some(Weak)]),
        condition(None, &[Value], &[]),
        condition(None, &[], &[Some(Strong)]),
        condition(None, &[Key], &[Some(Weak), None]),
        condition(Some("other"), &[], &[None]),
        condition(Some("\0"), &[], &[None]),
        condition(Some("\0"), &[Value], &[]),
    ];
    for filter in ["", ":*:", ":.c:", ":*:a"] {
        let filter = SubjectFilter::parse(filter);
        for (visibility, latest_only) in
            [(Visibility::Active, false), (Visibility::Active, true), (Visibility::All, true)]
        {
            let unfiltered = VersionQuery { latest_only, ..VersionQuery::of(filter.clone(), visibility) };
            let everything = fixture.reads().versions(&unfiltered).await.unwrap();
            for rule_type in [None, Some("CEL"), Some("\"e\u{301}\\\0%_"), Some("X"), Some("none")] {
                for associated in &conditions {
                    let query = VersionQuery {
                        rule_type: rule_type.map(str::to_owned),
                        associated: associated.clone(),
                        ..unfiltered.clone()
                    };
                    pages_of(fixture, &everything, query).await;
                }
            }
        }
    }
}

/// Compares pages of a list with what they have to be.
async fn pages_of(fixture: &Fixture, everything: &[StoredVersion], query: VersionQuery) {
    let mut whole = Vec::new();
    for version in everything {
        let of_subject =
            AssociationFilter { subject: Some(version.subject.clone()), ..AssociationFilter::default() };
        let associations = match &query.associated {
            Some(condition) => condition.of_listed(&fixture.reads().associations(&of_subject).await.unwrap()),
            None => Some(Vec::new()),
        };
        if let Some(associations) = associations
            && query.rule_type.as_ref().is_none_or(|rule_type| has_rule(version, rule_type))
        {
            whole.push((version.clone(), associations));
        }
    }
    for (offset, limit) in [(0, None), (1, Some(3))] {
        let query = VersionQuery { page: Page { offset, limit }, ..query.clone() };
        let most = limit.map_or(usize::MAX, |limit| limit as usize);
        let page: Vec<_> = whole.iter().skip(offset as usize).take(most).collect();
        let told = fixture.reads().versions(&query).await.unwrap();
        assert_eq!(told, page.iter().map(|(version, _)| version.clone()).collect::<Vec<_>>(), "{query:?}");
        let mut subjects: Vec<_> = page.iter().collect();
        subjects.dedup_by(|(a, _), (b, _)| a.subject == b.subject);
        let associations: Vec<_> = subjects.into_iter().flat_map(|(_, all)| all.clone()).collect();
        let told = fixture.reads().listed_associations(&query).await.unwrap();
        assert_eq!(told, associations, "{query:?}");
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
            latest_only,
            page: Page { offset, limit },
            ..VersionQuery::of(SubjectFilter::parse(filter), visibility)
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
