//! Rules that make the name of a principal of the name in its certificate, as Kafka writes them.

use std::fmt;
use std::str::FromStr;

use regex_automata::meta::Regex;

/// Rules such as `RULE:^CN=(.*?),.*$/$1/L,DEFAULT`: the first whose pattern is the whole name makes the principal of it.
///
/// A rule is `RULE:pattern/replacement/` with an `L` or `U` at the end for lower or upper case; in patterns and replacements a
/// slash is written `\/`. `DEFAULT` takes the name as it is.
///
/// ```
/// use registry_server::config::PrincipalRules;
///
/// let rules: PrincipalRules = r"RULE:^CN=(.*?),OU=Services.*$/$1/L,DEFAULT".parse()?;
/// assert_eq!(rules.principal("CN=Orders,OU=Services,O=Example").as_deref(), Some("orders"));
/// assert_eq!(rules.principal("CN=Other").as_deref(), Some("CN=Other"));
/// # Ok::<_, String>(())
/// ```
#[derive(Clone, Default)]
pub struct PrincipalRules(Vec<Rule>);

#[derive(Clone)]
enum Rule {
    Default,
    Replacing { text: String, pattern: Regex, replacement: String, case: Option<Case> },
}

#[derive(Clone, Copy)]
enum Case {
    Lower,
    Upper,
}

impl PrincipalRules {
    /// The name of the principal; `None` where no rule is about this name.
    #[must_use]
    pub fn principal(&self, distinguished_name: &str) -> Option<String> {
        self.0.iter().find_map(|rule| rule.apply(distinguished_name))
    }
}

impl Rule {
    fn apply(&self, name: &str) -> Option<String> {
        let Self::Replacing { pattern, replacement, case, .. } = self else { return Some(name.to_owned()) };
        let mut groups = pattern.create_captures();
        pattern.captures(name, &mut groups);
        // Java's `matches` asks for the whole name.
        let whole = groups.get_match()?;
        if whole.start() != 0 || whole.end() != name.len() {
            return None;
        }
        let group = |index: usize| groups.get_group(index).map_or("", |span| &name[span.start..span.end]);
        let made = expand(replacement, group);
        Some(match case {
            Some(Case::Lower) => made.to_lowercase(),
            Some(Case::Upper) => made.to_uppercase(),
            None => made,
        })
    }
}

/// The replacement with `$1` and so on put in.
fn expand<'a>(replacement: &str, group: impl Fn(usize) -> &'a str) -> String {
    let mut made = String::new();
    let mut rest = replacement;
    while let Some((before, after)) = rest.split_once('$') {
        made.push_str(before);
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        match after[..digits].parse() {
            Ok(index) => made.push_str(group(index)),
            Err(_) => made.push('$'),
        }
        rest = &after[digits..];
    }
    made.push_str(rest);
    made
}

impl FromStr for PrincipalRules {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut rules = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (rule, after) = rule(rest)?;
            rules.push(rule);
            rest = after.trim_start();
            if !rest.is_empty() {
                rest = rest.strip_prefix(',').ok_or_else(|| unreadable(rest))?.trim_start();
            }
        }
        if rules.is_empty() { Err(unreadable(text)) } else { Ok(Self(rules)) }
    }
}

/// The first rule of a text, and what follows it.
fn rule(text: &str) -> Result<(Rule, &str), String> {
    if let Some(rest) = text.strip_prefix("DEFAULT") {
        return Ok((Rule::Default, rest));
    }
    let body = text.strip_prefix("RULE:").ok_or_else(|| unreadable(text))?;
    let (pattern, body) = until_slash(body).ok_or_else(|| unreadable(text))?;
    let (replacement, body) = until_slash(body).ok_or_else(|| unreadable(text))?;
    let (case, rest) = match body.as_bytes().first() {
        Some(b'L') => (Some(Case::Lower), &body[1..]),
        Some(b'U') => (Some(Case::Upper), &body[1..]),
        _ => (None, body),
    };
    let read = text[..text.len() - rest.len()].to_owned();
    // The whole name is asked for, also where an alternative would match less of it.
    let compiled = Regex::new(&format!("^(?:{pattern})$"))
        .map_err(|error| format!("the pattern of '{read}' is not valid: {error}"))?;
    Ok((Rule::Replacing { text: read, pattern: compiled, replacement, case }, rest))
}

/// The text up to a slash that is not escaped, with its escapes of slashes taken out, and what follows.
fn until_slash(text: &str) -> Option<(String, &str)> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find('/')?;
        let backslashes = text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
        if backslashes % 2 == 0 {
            return Some((text[..at].replace("\\/", "/"), &text[at + 1..]));
        }
        from = at + 1;
    }
}

fn unreadable(text: &str) -> String {
    format!("'{text}' is no rule; allowed are RULE:pattern/replacement/, with L or U at the end, and DEFAULT")
}

impl fmt::Debug for PrincipalRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = self.0.iter().map(|rule| match rule {
            Rule::Default => "DEFAULT",
            Rule::Replacing { text, .. } => text,
        });
        f.debug_list().entries(texts).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rule_that_matches_the_whole_name_decides() {
        let kafka = r"RULE:^CN=(.*?),OU=ServiceUsers.*$/$1/,RULE:^CN=(.*?),OU=(.*?),O=(.*?),L=(.*?),ST=(.*?),C=(.*?)$/$1@$2/L,RULE:^.*[Cc][Nn]=([a-zA-Z0-9.]*).*$/$1/U,DEFAULT";
        for (rules, name, principal) in [
            (kafka, "CN=duke,OU=ServiceUsers,O=Org,C=US", Some("duke")),
            (kafka, "CN=Duke,OU=SME,O=mycp,L=Fulton,ST=MD,C=US", Some("duke@sme")),
            (kafka, "cn=tom1,ou=SME,dc=mycp,dc=com", Some("TOM1")),
            (kafka, "OU=JavaSoft", Some("OU=JavaSoft")),
            ("DEFAULT", "CN=a", Some("CN=a")),
            ("RULE:CN=a/x/", "CN=ab", None),
            ("RULE:a|ab/x/", "ab", Some("x")),
            (r"RULE:^CN=(.*)\/(.*)$/$2\/$1/", "CN=a/b", Some("b/a")),
            ("RULE:^CN=(.*)$/p-$1$/ , DEFAULT", "CN=é", Some("p-é$")),
            ("RULE:^CN=(.*)$/$7/", "CN=a", Some("")),
        ] {
            let read: PrincipalRules = rules.parse().unwrap_or_else(|error| panic!("{rules}: {error}"));
            assert_eq!(read.principal(name).as_deref(), principal, "{rules} {name}");
        }
        for refused in ["", "RULE:a", "RULE:a/b", "RULE:(/b/", "default", "DEFAULT RULE:a/b/", "RULE:a/b/X"] {
            assert!(refused.parse::<PrincipalRules>().is_err(), "{refused}");
        }
    }
}
