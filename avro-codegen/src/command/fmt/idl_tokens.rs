//! Tokens of IDL with its comments, as they are written.

/// A token, and how many line breaks stand before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'t> {
    pub(super) text: &'t str,
    pub(super) breaks: usize,
}

impl Token<'_> {
    pub(super) fn is_comment(&self) -> bool {
        self.text.starts_with("//") || self.text.starts_with("/*")
    }

    pub(super) fn ends_line(&self) -> bool {
        self.text.starts_with("//")
    }
}

const SYMBOLS: &str = "{}()[]<>,;=:@?";

/// Cuts a text that is known to be IDL.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut tokens = Vec::new();
    loop {
        let blank = rest.find(|one: char| !one.is_whitespace()).unwrap_or(rest.len());
        let breaks = rest[..blank].matches('\n').count();
        rest = &rest[blank..];
        // Where a file of old ended; what follows is not read.
        if rest.is_empty() || rest.starts_with('\u{1a}') {
            return tokens;
        }
        let (token, behind) = rest.split_at(length(rest));
        tokens.push(Token { text: token, breaks });
        rest = behind;
    }
}

fn length(rest: &str) -> usize {
    let until = |end: &str| rest[2..].find(end).map_or(rest.len(), |at| at + 2 + end.len());
    if rest.starts_with("//") {
        return rest.find(['\n', '\r']).unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return until("*/");
    }
    let mut characters = rest.char_indices();
    let Some((_, first)) = characters.next() else { return 0 };
    if SYMBOLS.contains(first) {
        return 1;
    }
    if matches!(first, '"' | '\'') {
        let mut escaped = false;
        let end = characters.find(|(_, one)| {
            let ends = *one == first && !escaped;
            escaped = *one == '\\' && !escaped;
            ends
        });
        return end.map_or(rest.len(), |(at, _)| at + 1);
    }
    let mut quoted = first == '`';
    for (at, one) in characters {
        if one == '`' {
            quoted = !quoted;
        } else if !quoted && (one.is_whitespace() || SYMBOLS.contains(one) || matches!(one, '"' | '\'' | '/'))
        {
            return at;
        }
    }
    rest.len()
}
