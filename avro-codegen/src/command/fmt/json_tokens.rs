//! Tokens of JSON with its comments, as they are written.

/// A token and whether it begins a line, or has an empty line before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'t> {
    pub(super) text: &'t str,
    pub(super) begins_line: bool,
    pub(super) behind_empty_line: bool,
}

impl Token<'_> {
    pub(super) fn is_comment(&self) -> bool {
        self.text.starts_with('/')
    }
}

/// Cuts a text that is known to be JSON.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        let blank = rest.find(|one: char| !one.is_whitespace()).unwrap_or(rest.len());
        let breaks = rest[..blank].matches('\n').count();
        rest = &rest[blank..];
        if rest.is_empty() {
            return tokens;
        }
        let (token, behind) = rest.split_at(length(rest));
        tokens.push(Token { text: token, begins_line: breaks > 0, behind_empty_line: breaks > 1 });
        rest = behind;
    }
}

fn length(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find(['\n', '\r']).unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |end| end + 2);
    }
    if let Some(inside) = rest.strip_prefix('"') {
        let mut escaped = false;
        let end = inside.find(|one: char| {
            let ends = one == '"' && !escaped;
            escaped = one == '\\' && !escaped;
            ends
        });
        return end.map_or(rest.len(), |end| end + 2);
    }
    if rest.starts_with(['{', '}', '[', ']', ',', ':']) {
        return 1;
    }
    let ends =
        |one: char| one.is_whitespace() || matches!(one, '{' | '}' | '[' | ']' | ',' | ':' | '/' | '"');
    rest.find(ends).filter(|end| *end > 0).unwrap_or_else(|| rest.chars().next().map_or(0, char::len_utf8))
}
