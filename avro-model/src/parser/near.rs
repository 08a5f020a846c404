//! Suggestions for a misspelt word: the nearest of those that are allowed.

use super::error::Suggestion;

/// Words longer than this are not compared.
const LONGEST: usize = 64;
/// At most this many words are compared, so that a message costs no more than the text did.
const MOST: usize = 2000;

/// The nearest of `words` to `found`, if it is near enough to be a slip of the pen: at most one edit in three
/// characters, case ignored. Of names in one namespace what follows it is compared.
pub(super) fn nearest<'w>(found: &str, words: impl IntoIterator<Item = &'w str>) -> Suggestion {
    let written = found;
    let found: Vec<char> = found.chars().flat_map(char::to_lowercase).take(LONGEST + 1).collect();
    if found.is_empty() || found.len() > LONGEST {
        return Suggestion(None);
    }
    let namespace = found.iter().rposition(|&letter| letter == '.').map_or(0, |dot| dot + 1);
    let best = words
        .into_iter()
        .filter(|word| *word != written)
        .take(MOST)
        .filter_map(|word| {
            let other: Vec<char> = word.chars().flat_map(char::to_lowercase).take(LONGEST + 1).collect();
            let alike = if other.starts_with(&found[..namespace]) { namespace } else { 0 };
            let (found, other) = (&found[alike..], &other[alike..]);
            let distance = edits(found, other);
            (distance <= (found.len() / 3).max(1)).then_some((distance, word))
        })
        .min_by_key(|&(distance, _)| distance);
    Suggestion(best.map(|(_, word)| word.to_owned()))
}

/// The nearest of `words` to a word that is probably misspelt: `None` when none is near enough.
pub fn nearest_word<'w>(found: &str, words: impl IntoIterator<Item = &'w str>) -> Option<String> {
    nearest(found, words).0
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, &left) in a.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &right) in b.iter().enumerate() {
            let mut cost = (last[column] + usize::from(left != right))
                .min(last[column + 1] + 1)
                .min(current[column] + 1);
            if row > 0 && column > 0 && left == b[column - 1] && a[row - 1] == right {
                cost = cost.min(before[column - 1] + 1);
            }
            current.push(cost);
        }
        before = std::mem::replace(&mut last, current);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_recognised() {
        let words = ["string", "int", "long", "namespace", "com.acme.User"];
        for (found, meant) in [
            ("strng", Some("string")),
            ("String", Some("string")),
            ("namesapce", Some("namespace")),
            ("com.acme.Usr", Some("com.acme.User")),
            ("com.acne.User", Some("com.acme.User")),
            ("com.acme.Id", None),
            ("com.acme.", None),
            ("uuid", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(found, words).0.as_deref(), meant, "{found}");
        }
    }
}
