//! The URL of a database as people may see it.

/// What to call the database of a URL in front of people: never with a password.
#[must_use]
pub fn shown_url(url: &str) -> String {
    match url.strip_prefix("sqlite:") {
        Some(":memory:") => "SQLite in memory".to_owned(),
        Some(path) => format!("SQLite file {}", path.strip_prefix("//").unwrap_or(path)),
        None => redacted(url),
    }
}

/// The URL without its password.
pub(super) fn redacted(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((credentials, host)) => {
            let user = credentials.split(':').next().unwrap_or_default();
            let path = path.split('?').next().unwrap_or_default();
            format!("{scheme}://{user}@{host}{path}")
        }
        None => format!("{scheme}://{authority}{}", path.split('?').next().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_never_shown() {
        for (url, shown) in [
            ("postgres://u:secret@h:5432/d?sslmode=disable", "postgres://u@h:5432/d"),
            ("postgres://u:a@b@h/d", "postgres://u@h/d"),
            ("postgres://h/d?password=secret", "postgres://h/d"),
            ("mysql://u:secret@h", "mysql://u@h"),
            ("sqlite:x.db", "sqlite:x.db"),
        ] {
            assert_eq!(redacted(url), shown);
        }
    }
}
