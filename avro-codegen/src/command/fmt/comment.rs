//! Comments, which stay as they are but for the blanks before their lines.

/// The lines of a comment that begins at an indent.
///
/// Lines that begin with a star are moved beneath the first one; others stay where they are, since a doc may be laid out.
pub(super) fn lines(comment: &str, indent: usize) -> String {
    let mut lines = comment.lines();
    let mut text = lines.next().unwrap_or_default().trim_end().to_owned();
    for line in lines {
        text.push('\n');
        let trimmed = line.trim();
        if trimmed.starts_with('*') {
            text.push_str(&" ".repeat(indent + 1));
            text.push_str(trimmed);
        } else {
            text.push_str(line.trim_end());
        }
    }
    text
}
