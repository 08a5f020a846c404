//! What `check` prints.

use crate::command::evolution::{Status, Verdict};
use crate::report::{Report, Severity};
use avro_model::compatibility::Wording;
use avro_model::explanation::{CompatibilityReport, Explanation, FailingValue};
use avro_model::json::Json;

/// For people.
pub(super) fn text(report: &Report, verdicts: &[Verdict]) -> String {
    let mut text = report.to_string();
    if !text.is_empty() {
        text.push('\n');
    }
    let unchanged = verdicts.iter().filter(|one| matches!(one.status, Status::Unchanged)).count();
    for verdict in verdicts {
        let Verdict { name, against, status } = verdict;
        let said = match status {
            Status::Unchanged => continue,
            Status::New => format!("not in {against}"),
            Status::Removed => format!("only in {against}"),
            Status::Changed { before, level, problems, .. } => {
                let before = before.as_ref().map(|before| format!("{before} of ")).unwrap_or_default();
                let verdict = match problems {
                    0 => "compatible".to_owned(),
                    1 => "incompatible, 1 problem".to_owned(),
                    problems => format!("incompatible, {problems} problems"),
                };
                format!("{verdict} ({} to {before}{against})", level.name())
            }
        };
        text.push_str(&format!("{name}: {said}\n"));
    }
    if unchanged > 0 {
        let schemas = if unchanged == 1 { "schema" } else { "schemas" };
        text.push_str(&format!("{unchanged} {schemas} unchanged\n"));
    }
    text.push_str(&format!("{}\n", report.summary()));
    text
}

/// For programs. What explains a verdict has the names that it has in the registry's answer to `explain=true`.
pub(super) fn json(report: &Report, verdicts: &[Verdict]) -> Json {
    let number = |count: usize| Json::Int(i64::try_from(count).unwrap_or(i64::MAX));
    let verdicts = verdicts.iter().map(|verdict| {
        let mut members = vec![member("schema", &verdict.name), member("against", &verdict.against)];
        let status = match &verdict.status {
            Status::Unchanged => "unchanged",
            Status::New => "new",
            Status::Removed => "removed",
            Status::Changed { .. } => "changed",
        };
        members.push(member("status", status));
        if let Status::Changed { before, level, problems, reports } = &verdict.status {
            members.extend(before.as_ref().map(|before| member("before", before)));
            members.push(member("level", &level.name()));
            members.push(("compatible".to_owned(), Json::Bool(*problems == 0)));
            let told = reports.iter().filter_map(|(direction, report)| explanation(*direction, report));
            let told: Vec<Json> = told.collect();
            if !told.is_empty() {
                members.push(("explanations".to_owned(), Json::Array(told)));
            }
        }
        Json::Object(members)
    });
    Json::Object(vec![
        ("schemas".to_owned(), Json::Array(verdicts.collect())),
        ("diagnostics".to_owned(), report.to_json()),
        ("errors".to_owned(), number(report.count(Severity::Error))),
        ("warnings".to_owned(), number(report.count(Severity::Warning))),
    ])
}

/// What keeps a schema from being compatible in one direction, and data that fails though nothing does.
fn explanation(direction: Wording, report: &CompatibilityReport) -> Option<Json> {
    if report.explanations.is_empty() && report.overlooked.is_none() {
        return None;
    }
    let broken = match direction {
        Wording::NewReadsOld => "new",
        Wording::OldReadsNew => "old",
    };
    let findings = report.explanations.iter().map(finding).collect();
    let changes = report.changes.iter().map(|change| Json::String(change.to_string())).collect();
    let mut members = vec![
        member("brokenReaders", broken),
        ("findings".to_owned(), Json::Array(findings)),
        ("changes".to_owned(), Json::Array(changes)),
    ];
    let repaired = report.repaired.as_ref().map(|schema| member("repairedSchema", &schema.canonical_text()));
    members.extend(repaired);
    let overlooked = report.overlooked.as_ref();
    members.extend(overlooked.map(|value| ("overlooked".to_owned(), Json::Object(failing(value)))));
    Some(Json::Object(members))
}

fn finding(explanation: &Explanation) -> Json {
    let incompatibility = &explanation.incompatibility;
    let mut members = vec![
        member("type", &incompatibility.kind.to_string()),
        member("path", &incompatibility.path),
        member("place", &explanation.place),
        member("message", &incompatibility.message),
    ];
    members.extend(explanation.failing.iter().flat_map(failing));
    if explanation.disputed {
        members.push(("decodesNevertheless".to_owned(), Json::Bool(true)));
    }
    members.extend(explanation.change.as_ref().map(|change| member("change", &change.to_string())));
    Json::Object(members)
}

fn failing(value: &FailingValue) -> Vec<(String, Json)> {
    let mut members = vec![member("failingValue", &value.json), member("decodeError", &value.error)];
    members.extend(value.laxity.map(|laxity| member("laxity", &laxity.to_string())));
    members
}

fn member(key: &str, text: &str) -> (String, Json) {
    (key.to_owned(), Json::String(text.to_owned()))
}
