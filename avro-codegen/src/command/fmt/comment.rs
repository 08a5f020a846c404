//! Comments, which stay as they are but for the blanks before their lines.

/// The lines of a comment that begins at an indent.
///
/// Lines that begin with a star are moved beneath the first one; others stay where they are, since a doc may be laid out.
pub(super) fn lines(comment: &str, indent: usize) -> String {
    let mut lines = comment.lines();
    // Other blanks may be part of a doc.
    let without_end = |line: &str| line.trim_end_matches([' ', '\t', '\r']).to_owned();
    let mut text = without_end(lines.next().unwrap_or_default());
    for line in lines {
        text.push('\n');
        let line = without_end(line);
        let trimmed = line.trim_start();
        if trimmed.starts_with('*') {
            text.push_str(&" ".repeat(indent + 1));
            text.push_str(trimmed);
        } else {
            text.push_str(&line);
        }
    }
    text
}
