//! Comments that allow rules, for schemas whose text must not get a property, and for IDL.
//!
//! `avro-gen: allow(missing-doc)` counts for its line and the next one, `avro-gen: allow-file(missing-doc)` for the file.

use super::levels::is_in_group;
use std::collections::HashMap;

/// What the comments of a file allow.
#[derive(Debug, Default)]
pub(super) struct Comments {
    lines: HashMap<usize, Vec<String>>,
    file: Vec<String>,
}

impl Comments {
    pub(super) fn of(text: &str) -> Self {
        let mut comments = Self::default();
        if !text.contains("avro-gen:") {
            return comments;
        }
        for (number, line) in text.lines().enumerate() {
            let Some((before, rest)) = line.split_once("avro-gen:") else { continue };
            if !before.contains("//") && !before.contains("/*") && !before.trim_start().starts_with('*') {
                continue;
            }
            let rest = rest.trim_start();
            let listed = |word: &str| {
                let rest = rest.strip_prefix(word)?.strip_prefix('(')?;
                let rules = rest[..rest.find(')')?].split(',').map(|rule| rule.trim().to_owned());
                Some(rules.collect::<Vec<_>>())
            };
            comments.file.extend(listed("allow-file").unwrap_or_default());
            for line in [number + 1, number + 2] {
                comments.lines.entry(line).or_default().extend(listed("allow").unwrap_or_default());
            }
        }
        comments
    }

    /// Whether a rule may be broken on a line, from 1.
    pub(super) fn allow(&self, rule: &str, line: usize) -> bool {
        let here = self.lines.get(&line).into_iter().flatten();
        here.chain(&self.file).any(|allowed| allowed == rule || is_in_group(rule, allowed))
    }
}
