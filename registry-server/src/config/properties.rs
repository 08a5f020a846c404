//! Java properties files, the format of the original's configuration.

/// One `name = value` of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Property {
    /// The line it starts on, from 1.
    pub(super) line: usize,
    pub(super) name: String,
    pub(super) value: String,
}

/// Reads the text of a properties file: `#` and `!` start comments; `=`, `:` or white space end a name; a backslash at
/// the end of a line continues it; `\t \n \r \f \uXXXX` are characters, and a backslash before any other character is
/// dropped (java.util.Properties).
///
/// # Errors
/// The line and the reason, for a `\u` without four hexadecimal digits.
pub(super) fn parse(text: &str) -> Result<Vec<Property>, (usize, String)> {
    let mut properties = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, first)) = lines.next() {
        let mut logical = first.trim_start().to_owned();
        if logical.is_empty() || logical.starts_with(['#', '!']) {
            continue;
        }
        while ends_with_continuation(&logical) {
            logical.pop();
            match lines.next() {
                Some((_, next)) => logical.push_str(next.trim_start()),
                None => break,
            }
        }
        let line = index + 1;
        let (name, value) = split(&logical);
        let unescaped = |raw: &str| unescape(raw).map_err(|reason| (line, reason));
        properties.push(Property { line, name: unescaped(name)?, value: unescaped(value)? });
    }
    Ok(properties)
}

fn ends_with_continuation(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '=' | ':' => return (&line[..at], line[at + 1..].trim_start()),
            c if c.is_ascii_whitespace() => {
                let rest = line[at..].trim_start();
                return (&line[..at], rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start());
            }
            _ => {}
        }
    }
    (line, "")
}

fn unescape(raw: &str) -> Result<String, String> {
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('t') => text.push('\t'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('f') => text.push('\u{c}'),
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                // `from_str_radix` alone would take a sign for a digit.
                let well_formed = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_hexdigit());
                let code = u32::from_str_radix(&digits, 16).ok().filter(|_| well_formed);
                let c =
                    code.and_then(char::from_u32).ok_or_else(|| format!("\\u{digits} is not a character"))?;
                text.push(c);
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_of_java_is_understood() {
        for (text, expected) in [
            ("a=1", vec![(1, "a", "1")]),
            ("  a = 1 ", vec![(1, "a", "1 ")]),
            ("a:1\nb 2\nc", vec![(1, "a", "1"), (2, "b", "2"), (3, "c", "")]),
            ("# no\n! no\n\n a=b=c", vec![(4, "a", "b=c")]),
            ("a=x\\\n   y\nb=1", vec![(1, "a", "xy"), (3, "b", "1")]),
            ("a\\=b=\\u0041\\\\", vec![(1, "a=b", "A\\")]),
            ("a=1\r\nb=2\r\n", vec![(1, "a", "1"), (2, "b", "2")]),
        ] {
            let found = parse(text).unwrap();
            let found: Vec<_> = found.iter().map(|p| (p.line, p.name.as_str(), p.value.as_str())).collect();
            assert_eq!(found, expected, "{text:?}");
        }
        for text in ["\\u12", "\\u+041", "\\u-041", "\\u004g", "\\ud800"] {
            assert_eq!(parse(&format!("a=1\nb={text}")).unwrap_err().0, 2, "{text}");
        }
    }
}
