//! Rules come into force when their file changes, kept answers do not outlast them, and who may do what can be asked.

use std::fs;

use registry_server::config::Settings;
use registry_server::domain::Subject;
use registry_server::reload::Reloads;
use registry_server::security::{Authorizer, Permission};
use registry_server::server;
use serde_json::json;

use super::{People, RULES, ask, build, must, ruled, rules};
use crate::support::settings;

fn with_file(path: &str) -> Settings {
    settings(&[("authorization.rules.file", path), ("super.users", "User:root")])
}

#[tokio::test]
async fn an_answer_is_told_again_to_who_may_have_it_only() {
    let (people, file) = (People::new(), rules(RULES));
    let api = ruled("sqlite::memory:", &file).await;
    build(&api, &people.root).await;
    // Twice each, so that an answer that was kept would be told to the next one.
    for line in ["GET /schemas/ids/1", "GET /subjects", "GET /schemas/ids/1/subjects"] {
        let mut told = Vec::new();
        for _ in 0..2 {
            for who in [&people.reader, &people.developer, &people.elsewhere, &people.anonymous] {
                told.push(ask(&api, who, line).await.text);
            }
        }
        assert_eq!(told[..4], told[4..], "{line}");
    }
    let listed = |text: String| text.contains("secret");
    assert!(listed(must(&api, &people.reader, "GET /subjects").await.text));
    assert!(!listed(must(&api, &people.developer, "GET /subjects").await.text));
}

#[tokio::test]
async fn rules_that_change_are_in_force_and_those_that_are_wrong_are_not() {
    let people = People::new();
    let file = rules(RULES);
    let api = ruled("sqlite::memory:", &file).await;
    build(&api, &people.root).await;
    must(&api, &people.reader, "GET /schemas/ids/1").await;
    let of_nobody_here = "[[rule]]\nallow = \"reader\"\nto = \"User:other\"\nsubjects = \":*:*\"\n";
    fs::write(file.path(), of_nobody_here).unwrap();
    // The file is looked at while requests come.
    while ask(&api, &people.reader, "GET /schemas/ids/1").await.status == 200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(ask(&api, &people.reader, "GET /schemas/ids/1").await.error().0, 40403);
    must(&api, &people.root, "GET /schemas/ids/1").await;
}

#[test]
fn wrong_rules_stop_the_start_and_leave_what_is_in_force() {
    let people = People::new();
    let file = rules(RULES);
    let path = file.path().to_str().unwrap();
    let orders = Subject::parse("orders-value");
    let authorizer = Authorizer::open(&with_file(path)).unwrap();
    let reads = |authorizer: &Authorizer| {
        authorizer.access(&people.reader).unwrap().permits(Permission::SubjectRead, Some(&orders))
    };
    assert!(reads(&authorizer));
    fs::write(file.path(), "[[rule]]\nallow = \"raeder\"\nto = \"*\"").unwrap();
    let error = authorizer.reload().unwrap_err().to_string();
    assert!(error.contains(":2:9: 'raeder' is neither a role nor a permission"), "{error}");
    assert!(reads(&authorizer), "the rules stay as they were");
    assert!(Authorizer::open(&with_file(path)).is_err());
    let closed = Authorizer::open_or_closed(&with_file(path));
    assert!(!reads(&closed), "without rules nobody may do anything");
    assert!(!closed.access(&people.root).unwrap().permits(Permission::SubjectRead, Some(&orders)));
    fs::write(file.path(), RULES).unwrap();
    closed.reload().unwrap();
    assert!(reads(&closed));
}

#[tokio::test]
async fn a_server_whose_rules_are_wrong_says_where_and_does_not_start() {
    let file = rules("[[rule]]\nallow = \"reader\"\nto = \"ann\"\nsubjects = \"*\"\n");
    let path = file.path().to_str().expect("the path is text");
    let error = server::run(with_file(path), &Reloads::default()).await.unwrap_err().to_string();
    let told = format!("not started: {path}:3:6: 'ann' is no principal; write User:NAME, Group:NAME or *");
    assert_eq!(error, told);
}

#[test]
fn without_rules_nobody_is_asked_for_anything() {
    let people = People::new();
    let authorizer = Authorizer::open(&settings(&[])).unwrap();
    assert!(!authorizer.is_on() && authorizer.access(&people.anonymous).is_none());
    assert!(authorizer.access_of(&people.anonymous).permits(Permission::GlobalModeWrite, None));
}

#[tokio::test]
async fn who_may_do_what_and_by_which_rule_can_be_asked() {
    let (people, file) = (People::new(), rules(RULES));
    let api = ruled("sqlite::memory:", &file).await;
    must(&api, &people.root, r#"PUT /config/nick {"alias":"orders-value"}"#).await;
    let path = file.path().to_str().unwrap();
    let asked = |query: &str| format!("GET /security/permissions?{query}");
    let rule = |line: usize| json!({ "file": path, "line": line });
    // Of oneself, everybody; without the rule, which tells of others.
    let own = must(&api, &people.developer, &asked("operation=SUBJECT_WRITE&subject=orders-x")).await.json();
    assert_eq!(
        own,
        json!([{ "principal": "User:dev", "operation": "SUBJECT_WRITE", "subject": "orders-x", "allowed": true,
            "reason": "RULE" }])
    );
    let named =
        must(&api, &people.developer, &asked("principal=User:dev&operation=subject_write&subject=nick"))
            .await;
    assert_eq!(named.json()[0]["allowed"], true, "the alias stands for another subject");
    // Config and mode are of the alias itself.
    for (subject, operation, allowed) in [
        ("nick", "SUBJECT_READ", true),
        ("nick", "SUBJECT_DELETE", true),
        ("nick", "SUBJECT_COMPATIBILITY_WRITE", false),
        ("nick", "SUBJECT_MODE_READ", false),
        ("orders-value", "SUBJECT_COMPATIBILITY_WRITE", true),
    ] {
        let query = asked(&format!("operation={operation}&subject={subject}"));
        let told = must(&api, &people.developer, &query).await.json();
        assert_eq!(told[0]["allowed"], allowed, "{query}");
    }
    assert_eq!(
        ask(&api, &people.developer, r#"PUT /config/nick {"compatibility":"FULL"}"#).await.status,
        403
    );
    // Of others, who may read rules.
    let of_other = asked("principal=User:dev&operation=SUBJECT_WRITE&subject=orders-x");
    let refused = ask(&api, &people.reader, &of_other).await;
    assert_eq!(refused.error(), (40301, "User is denied operation ReadAccess on Schema Registry".to_owned()));
    for (query, allowed, reason, line) in [
        ("principal=User:dev&operation=SUBJECT_WRITE&subject=orders-x", true, "RULE", Some(7)),
        ("principal=User:dev&operation=SUBJECT_WRITE&subject=secret", false, "NO_RULE_ALLOWS_IT", None),
        ("principal=User:x&group=readers&operation=SUBJECT_READ&subject=:.c:y", true, "RULE", Some(2)),
        ("principal=User:x&group=readers&operation=GLOBAL_MODE_READ", true, "RULE", Some(2)),
        ("principal=User:root&operation=GLOBAL_MODE_WRITE", true, "SUPER_USER", None),
        ("principal=User:ANONYMOUS&operation=SUBJECT_READ&subject=x", false, "NO_RULE_ALLOWS_IT", None),
    ] {
        let told = must(&api, &people.admin, &asked(query)).await.json();
        assert_eq!(
            (&told[0]["allowed"], &told[0]["reason"]),
            (&json!(allowed), &json!(reason)),
            "{query}: {told}"
        );
        assert_eq!(told[0].get("rule"), line.map(rule).as_ref(), "{query}");
        assert_eq!(told.as_array().map(Vec::len), Some(1), "{query}");
    }
    let all = must(&api, &people.admin, &asked("subject=orders-x")).await.json();
    assert!(all.as_array().is_some_and(|all| all.len() > 10), "{all}");
}
