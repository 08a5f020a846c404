//! `/changes`: what was done, by pages and filters.

use serde_json::{Value, json};

use crate::support::{Api, databases};

/// The changes of an answer, as `KIND SUBJECT`.
fn told(page: &Value) -> Vec<String> {
    let changes = page["changes"].as_array().expect("a list");
    let text = |change: &Value, member: &str| change[member].as_str().unwrap_or_default().to_owned();
    changes.iter().map(|change| format!("{} {}", text(change, "kind"), text(change, "subject"))).collect()
}

/// A page, once all that was done is in it: other transactions on the server may hold it up for a moment.
async fn page(api: &Api, query: &str, rows: usize) -> Value {
    for _ in 0..10_000 {
        let answer = api.get(&format!("/changes{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let page = answer.json();
        if page["changes"].as_array().is_some_and(|changes| changes.len() >= rows) {
            return page;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("{query} never has {rows} rows");
}

#[tokio::test]
async fn changes_are_told_by_pages_and_filters() {
    for url in databases().await {
        let api = Api::over(&url, &[]).await;
        api.register("a", r#""string""#).await;
        api.register(":.c:b", r#""int""#).await;
        assert_eq!(api.put("/config/a", &json!({ "compatibility": "NONE" })).await.status, 200);
        assert_eq!(api.delete("/subjects/a").await.status, 200);
        let all = page(&api, "?kind=delete", 1).await;
        assert_eq!(told(&all), ["delete a"], "{url}");
        let last = all["next"].as_i64().expect("a number");
        assert_eq!(page(&api, &format!("?after={last}"), 0).await, json!({ "changes": [], "next": last }));
        for (query, wanted) in [
            ("?kind=register", &["register a", "register :.c:b"][..]),
            ("?subject=:.c:b", &["register :.c:b"]),
            ("?subject=a", &["register a", "config a", "delete a"]),
            ("?subject=a&kind=config", &["config a"]),
            ("?subject=a&since=9000000000000", &[]),
            ("?subject=a&until=9000000000000&limit=2", &["register a", "config a"]),
        ] {
            assert_eq!(told(&page(&api, query, wanted.len()).await), wanted, "{query} on {url}");
        }
        // Page by page it is the same.
        let (mut after, mut seen) = (0, Vec::new());
        loop {
            let next = page(&api, &format!("?subject=a&limit=1&after={after}"), 0).await;
            let rows = told(&next);
            if rows.is_empty() {
                break;
            }
            seen.extend(rows);
            after = next["next"].as_i64().expect("a number");
        }
        assert_eq!(seen, ["register a", "config a", "delete a"], "{url}");
        let registered = page(&api, "?subject=a&kind=register", 1).await["changes"][0].take();
        assert_eq!((&registered["version"], &registered["id"]), (&json!(1), &json!(1)), "{registered}");
    }
}
