//! Config and mode.

use super::Fixture;
use super::fixture::actor;
use crate::domain::{CompatibilityLevel, Config, Context, Mode, Rule, RuleSet, Subject};
use crate::store::{Put, Setting};

fn level(level: CompatibilityLevel) -> Config {
    Config { compatibility_level: Some(level), ..Config::default() }
}

pub(super) async fn what_is_put_is_in_scope(fixture: &Fixture) {
    let full = Config {
        compatibility_group: Some("major".to_owned()),
        override_rule_set: Some(RuleSet {
            domain_rules: vec![Rule { name: Some("r".to_owned()), ..Rule::default() }],
            ..RuleSet::default()
        }),
        ..level(CompatibilityLevel::Full)
    };
    fixture.put_config(":.c:s", Some(&full)).await;
    fixture.put_config(":.c:", Some(&level(CompatibilityLevel::None))).await;
    fixture.put_config("", Some(&level(CompatibilityLevel::Forward))).await;
    fixture.put_config(":.__GLOBAL:", Some(&Config::default())).await;
    fixture.put_mode("", Some(Mode::ReadOnly)).await;
    let scope = fixture.reads().scope(&Subject::parse(":.c:s")).await.unwrap();
    assert_eq!(scope.own, Setting { config: Some(full), mode: None });
    assert_eq!(scope.context.config, Some(level(CompatibilityLevel::None)));
    let forward = Some(level(CompatibilityLevel::Forward));
    assert_eq!(scope.default_context, Setting { config: forward, mode: Some(Mode::ReadOnly) });
    assert_eq!(scope.global, Setting { config: Some(Config::default()), mode: None });
    fixture.put_config(":.c:s", None).await;
    assert_eq!(fixture.state(":.c:s").await.scope.own, Setting::default());
}

pub(super) async fn subjects_and_contexts_are_apart(fixture: &Fixture) {
    fixture.put_mode(":.c:", Some(Mode::ReadOnly)).await;
    let stale = fixture.token(":.c:s").await;
    fixture.put_mode(":.c:s", Some(Mode::Import)).await;
    let put = |token, mode| async move {
        fixture.writes().put_mode(&token, &Subject::parse(":.c:s"), mode, &actor()).await.unwrap()
    };
    assert_eq!(put(stale, None).await, Put::Conflict);
    let scope = fixture.reads().scope(&Subject::parse(":.c:s")).await.unwrap();
    assert_eq!((scope.own.mode, scope.context.mode), (Some(Mode::Import), Some(Mode::ReadOnly)));
    let own = fixture.reads().scope(&Subject::parse(":.c:")).await.unwrap();
    assert_eq!((own.own.mode, own.context.mode), (Some(Mode::ReadOnly), Some(Mode::ReadOnly)));
}

pub(super) async fn modes_are_cleared_together(fixture: &Fixture) {
    for key in [":.c:", ":.c:s", ":.c:t", ":.d:s", "s"] {
        fixture.put_mode(key, Some(Mode::ReadOnly)).await;
    }
    fixture.put_config(":.c:s", Some(&level(CompatibilityLevel::Full))).await;
    let before = fixture.token(":.c:t").await;
    let token = fixture.token(":.c:").await;
    let clear = |token| async move {
        fixture.writes().clear_modes(&token, &Context::parse("c").unwrap(), &actor()).await.unwrap()
    };
    assert_eq!(clear(token.clone()).await, Put::Written);
    assert_eq!(clear(token).await, Put::Conflict);
    for (key, mode) in [(":.c:", None), (":.c:s", None), (":.c:t", None), (":.d:s", Some(Mode::ReadOnly))] {
        assert_eq!(fixture.reads().scope(&Subject::parse(key)).await.unwrap().own.mode, mode, "{key}");
    }
    assert!(fixture.state(":.c:s").await.scope.own.config.is_some());
    assert_ne!(before.clone(), fixture.token(":.c:t").await);
}
