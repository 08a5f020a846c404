//! Lint rules: what is valid in a schema, but is a mistake, will break somebody later, or is bad style.
//!
//! A rule looks at the JSON of a document, where what the parser ignores is still to be seen, and says where it is broken by
//! the steps from the document. Rules that compare types look at all documents of a run.

mod attributes;
mod defaults;
mod docs;
mod finding;
mod levels;
mod logical;
mod names;
mod rules;
mod suppress;
#[cfg(test)]
mod tests;
mod types;
mod walk;

pub(crate) use levels::{Levels, Usage};
pub use levels::{LintLevel, LintRule, lint_rules};

use crate::locate::Text;
use crate::reading::Reading;
use crate::report::{Diagnostic, Severity};
use finding::Findings;
use std::collections::HashSet;
use suppress::Comments;

/// More findings than this are counted, but not told, for one document: each place is looked for in the whole text.
const MAX_FINDINGS: usize = 100;

/// What the rules find in all files of a run that have no error.
pub(crate) fn lint(reading: &Reading, levels: &Levels, usage: Usage) -> Vec<Diagnostic> {
    let texts: Vec<Text<'_>> = reading.defining().collect();
    let documents: Vec<_> = texts.iter().map(Text::value).collect();
    let mut findings: Vec<Findings> = Vec::with_capacity(texts.len());
    let mut known = types::KnownTypes::default();
    for (number, json) in documents.iter().enumerate() {
        let mut found = Findings::default();
        if let Some(json) = json {
            walk::walk(json, &mut |element| {
                attributes::check(element, &mut found);
                defaults::check(element, &mut found);
                docs::check(element, &mut found);
                logical::check(element, &mut found);
                names::check(element, &mut found);
                known.add(number, element);
            });
        }
        findings.push(found);
    }
    known.check(reading.documents.iter().filter_map(|document| document.schema.as_ref()), &mut findings);
    let errors = reading.report.diagnostics.iter().filter(|entry| entry.severity == Severity::Error);
    let faulty: HashSet<&str> =
        errors.filter_map(|entry| Some(entry.place.as_ref()?.file.as_str())).collect();
    let mut told = HashSet::new();
    let mut diagnostics = Vec::new();
    for (text, found) in texts.iter().zip(findings).filter(|(text, _)| !faulty.contains(text.file())) {
        let comments = Comments::of(text.source());
        let (mut left, mut more) = (MAX_FINDINGS, 0_usize);
        let severe = found.all.into_iter().filter_map(|finding| {
            let severity = levels.of(finding.rule, usage).severity()?;
            Some((severity, finding))
        });
        let mut severe: Vec<_> = severe.collect();
        // So that what ends the run is told.
        severe.sort_by_key(|(severity, _)| *severity);
        for (severity, finding) in severe {
            if left == 0 {
                more += 1;
                continue;
            }
            let place = text.place(&finding.steps);
            if comments.allow(finding.rule, place.line) {
                continue;
            }
            // An imported file is read with each file that imports it.
            if !told.insert((
                finding.rule,
                place.file.clone(),
                place.line,
                place.column,
                finding.message.clone(),
            )) {
                continue;
            }
            left -= 1;
            let mut entry = Diagnostic::new(severity, finding.message).at(place);
            entry.rule = Some(finding.rule.to_owned());
            entry.help = finding.help;
            if let Some((label, document, steps)) = finding.related {
                entry.related.push((label, texts[document].place(&steps)));
            }
            diagnostics.push(entry);
        }
        if more > 0 {
            let message = format!("{MAX_FINDINGS} findings are told, up to {more} more are not");
            diagnostics.push(Diagnostic::new(Severity::Note, message).at(text.place(&[])));
        }
    }
    diagnostics
}
