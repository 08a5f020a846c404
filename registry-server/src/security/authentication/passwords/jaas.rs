//! The original's JAAS file, and the property file with users that it names.
//!
//! The file has a part for each realm, `Realm { module flag name="value" …; };`. Of its modules Jetty's
//! `PropertyFileLoginModule` is read; any other one may let users in, or keep them out, by what is not known here.

use std::path::{Path, PathBuf};

use super::jetty;
use super::password_file::{PasswordFileError, User, Users, text_of};
use crate::security::authentication::is_usable_name;

/// The class of Jetty that reads property files, in any of the packages that it has been in.
const MODULE: &str = "PropertyFileLoginModule";

/// The users of a realm.
pub(super) fn read(path: &Path, realm: &str) -> Result<Users, PasswordFileError> {
    let refused = |reason| PasswordFileError::Jaas { path: path.to_owned(), reason };
    let file = property_file(&text_of(path)?, realm).map_err(refused)?;
    let users = users(&text_of(&file)?);
    users.map_err(|(line, reason)| PasswordFileError::Malformed { path: file, line, reason })
}

/// The property file that the part of a realm names.
fn property_file(text: &str, realm: &str) -> Result<PathBuf, String> {
    let tokens = tokens(text);
    let mut names = Vec::new();
    let mut parts = tokens.split(|token| *token == Token::Mark('}'));
    let part = parts.find_map(|part| {
        let part = part.strip_prefix(&[Token::Mark(';')]).unwrap_or(part);
        let (name, inner) = part.split_first()?;
        names.push(name.text().to_owned());
        (name.text() == realm).then(|| inner.strip_prefix(&[Token::Mark('{')]).unwrap_or(inner))
    });
    let part = part.ok_or_else(|| {
        format!("it has no part for authentication.realm, '{realm}'; there are {}", names.join(", "))
    })?;
    let modules: Vec<&[Token<'_>]> =
        part.split(|token| *token == Token::Mark(';')).filter(|module| !module.is_empty()).collect();
    let [module] = modules[..] else {
        return Err(format!("its part '{realm}' has {} modules; one {MODULE} is read", modules.len()));
    };
    let class = module.first().map_or("", Token::text);
    if class.rsplit('.').next() != Some(MODULE) {
        return Err(format!("its part '{realm}' has the module {class}; only {MODULE} is read"));
    }
    let file = module.windows(3).find_map(|three| match three {
        [Token::Word("file"), Token::Mark('='), value] => Some(value.text()),
        _ => None,
    });
    file.map(PathBuf::from).ok_or_else(|| format!("the {MODULE} of its part '{realm}' has no file=\"…\""))
}

#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Quoted(&'a str),
    Mark(char),
}

impl Token<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Quoted(text) => text,
            Self::Mark(_) => "",
        }
    }
}

/// The words of a JAAS file, without its comments.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = if rest.starts_with("//") || first == '#' {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            let inner = rest[1..].find('"').unwrap_or(rest.len() - 1);
            tokens.push(Token::Quoted(&rest[1..=inner]));
            (inner + 2).min(rest.len())
        } else if matches!(first, '{' | '}' | ';' | '=') {
            tokens.push(Token::Mark(first));
            1
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || "{};=\"".contains(c)).unwrap_or(rest.len());
            tokens.push(Token::Word(&rest[..end]));
            end
        };
        rest = rest[end..].trim_start();
    }
    tokens
}

/// The users of a property file, `user: password,role,role` a line.
fn users(text: &str) -> Result<Users, (usize, &'static str)> {
    let mut users = Users::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let refused = |reason| (index + 1, reason);
        let (name, value) =
            line.split_once([':', '=']).ok_or_else(|| refused("is not user: password,role"))?;
        let name = name.trim();
        if !is_usable_name(name) {
            return Err(refused("has a name that no user can have"));
        }
        // Hashes of Argon2 have commas of their own, so roles are told from them by what is before.
        let value = value.trim();
        let end = if value.starts_with("$argon2") { value.rfind('$').unwrap_or(0) } else { 0 };
        let (password, roles) = match value[end..].find(',') {
            Some(comma) => (&value[..end + comma], &value[end + comma + 1..]),
            None => (value, ""),
        };
        let password = jetty::password(password.trim()).map_err(refused)?;
        let groups = roles.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned);
        users.insert(name.to_owned(), User { password, groups: groups.collect() });
    }
    Ok(users)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_of_the_realm_names_the_file() {
        let text = "// ours\nOther { a.B required; };\n/* theirs */\nSchemaRegistry-Props {\n  \
                    org.eclipse.jetty.jaas.spi.PropertyFileLoginModule required\n  file=\"/etc/p.file\"\n  debug=\"false\";\n};\n";
        assert_eq!(property_file(text, "SchemaRegistry-Props"), Ok(PathBuf::from("/etc/p.file")));
        for (realm, text, reason) in [
            (
                "Nobody",
                text,
                "has no part for authentication.realm, 'Nobody'; there are Other, SchemaRegistry-Props",
            ),
            ("Other", text, "the module a.B; only PropertyFileLoginModule is read"),
            ("R", "R { x.PropertyFileLoginModule required; };", "has no file="),
            ("R", "R { x.PropertyFileLoginModule required file=\"a\"; y.Z optional; };", "has 2 modules"),
            ("R", "", "has no part"),
        ] {
            let told = property_file(text, realm).unwrap_err();
            assert!(told.contains(reason), "{realm}: {told}");
        }
    }

    #[test]
    fn users_have_passwords_and_roles() {
        let read = users("# a\nfred: OBF:1xmk1w261u9r1w1c1xmq,user,admin\nbarney=geheim\n\nx: MD5:zz\n");
        assert_eq!(read.unwrap_err().0, 5);
        let read = users("fred: OBF:1xmk1w261u9r1w1c1xmq,user,admin\nbarney=geheim\n").unwrap();
        assert!(read["fred"].password.is(b"other"));
        assert_eq!(read["fred"].groups, ["user", "admin"]);
        assert!(read["barney"].password.is(b"geheim") && read["barney"].groups.is_empty());
        assert!(!format!("{read:?}").contains("geheim"));
        let hash = super::super::StoredPassword::hashed(b"x").unwrap();
        let read = users(&format!("a: {},admin", hash.text().unwrap())).unwrap();
        assert!(read["a"].password.is(b"x"));
        assert_eq!(read["a"].groups, ["admin"]);
    }
}
