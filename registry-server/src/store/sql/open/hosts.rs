//! From a Postgres URL to the hosts that are connected to, with what TLS asks for.

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::OpenOptions;
use super::url::PostgresUrl;
use crate::store::sql::server::{Role, ServerOptions};

/// Parameters that the driver knows by itself.
const OF_THE_DRIVER: [&str; 4] = ["sslcert", "sslkey", "application_name", "options"];

/// The server of a URL. The error tells what is wrong with the URL, and no part of its password.
pub(super) fn server_options(url: &str, options: &OpenOptions) -> Result<ServerOptions, String> {
    let url = PostgresUrl::parse(url)?;
    let password = options.password.as_ref().or(url.password.as_ref());
    let mut hosts = Vec::with_capacity(url.hosts.len());
    let default = [(String::new(), None)];
    for (host, port) in if url.hosts.is_empty() { &default[..] } else { &url.hosts[..] } {
        let mut host = with_tls(driver_options(&url, host, *port)?, &url)?;
        if let Some(password) = password {
            host = host.password(password.text());
        }
        if host.get_application_name().is_none() {
            host = host.application_name("schema-registry");
        }
        // A proxy may refuse what it does not know, and no floating-point numbers are read here.
        hosts.push(host.extra_float_digits(None));
    }
    let role = match url.parameter("target_session_attrs") {
        // A standby among several hosts is of no use: registrations are writes.
        None if hosts.len() > 1 => Role::ReadWrite,
        // One name may lead to several servers, and what a standby lacks yet must not be denied.
        None => Role::Primary,
        Some("any") => Role::Any,
        Some("read-write") => Role::ReadWrite,
        Some("primary") => Role::Primary,
        Some(_) => {
            return Err(
                "target_session_attrs may be any, read-write or primary: schemas are written".to_owned()
            );
        }
    };
    let connect_timeout = match url.parameter("connect_timeout").map(str::parse) {
        None | Some(Ok(0)) => options.connect_timeout,
        Some(Ok(seconds)) => Duration::from_secs(seconds),
        Some(Err(_)) => return Err("connect_timeout is a whole number of seconds".to_owned()),
    };
    for (name, _) in &url.parameters {
        if !is_known(name) {
            // Without the value, and without a name that may be none.
            let name = if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                name
            } else {
                "?"
            };
            tracing::warn!(name, "a parameter of database.url has no effect here");
        }
    }
    Ok(ServerOptions {
        hosts,
        role,
        password_file: options.password_file.clone(),
        connect_timeout,
        statement_timeout: options.statement_timeout,
        outage_deadline: options.outage_deadline,
    })
}

fn is_known(name: &str) -> bool {
    OF_THE_DRIVER.contains(&name)
        || name.starts_with("options[")
        || ["sslmode", "sslrootcert", "target_session_attrs", "connect_timeout"].contains(&name)
}

/// The driver's options for one host, with all that it takes from the environment and from a password file of Postgres
/// (`PGPASSWORD`, `PGPASSFILE`, `PGSSLMODE`, …).
fn driver_options(url: &PostgresUrl, host: &str, port: Option<u16>) -> Result<PgConnectOptions, String> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !host.is_empty() {
        query.append_pair("host", host);
    }
    if let Some(port) = port {
        query.append_pair("port", &port.to_string());
    }
    for (name, value) in [("user", &url.user), ("dbname", &url.database)] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let of_the_driver = url
        .parameters
        .iter()
        .filter(|(name, _)| OF_THE_DRIVER.contains(&name.as_str()) || name.starts_with("options["));
    query.extend_pairs(of_the_driver);
    PgConnectOptions::from_str(&format!("postgres:///?{}", query.finish())).map_err(|error| error.to_string())
}

fn with_tls(options: PgConnectOptions, url: &PostgresUrl) -> Result<PgConnectOptions, String> {
    if options.get_socket().is_some() {
        // Nobody listens in on a socket of this machine, and Postgres speaks no TLS there.
        return Ok(options.ssl_mode(PgSslMode::Disable));
    }
    // What the driver reads from the environment it takes for nothing where it is misspelt.
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (root, mode) = (set("PGSSLROOTCERT"), set("PGSSLMODE"));
    let root = url.parameter("sslrootcert").or(root.as_deref()).filter(|root| !root.is_empty());
    let mode = match url.parameter("sslmode").or(mode.as_deref()) {
        None => options.get_ssl_mode(),
        Some(mode) => mode.parse().map_err(|_| {
            "sslmode may be disable, allow, prefer, require, verify-ca or verify-full, as PGSSLMODE may"
                .to_owned()
        })?,
    };
    let mode = match (mode, root) {
        (mode, Some("system")) => match mode {
            PgSslMode::VerifyFull => mode,
            _ => return Err("sslrootcert=system needs sslmode=verify-full".to_owned()),
        },
        // Whoever names an authority wants it asked.
        (PgSslMode::Require, Some(_)) => PgSslMode::VerifyCa,
        (mode, _) => mode,
    };
    for name in ["sslrootcert", "sslcert", "sslkey"] {
        if let Some(path) = url.parameter(name).filter(|path| *path != "system") {
            readable(Path::new(path)).map_err(|error| format!("cannot read {name} {path}: {error}"))?;
        }
    }
    if url.parameter("sslcert").is_some() != url.parameter("sslkey").is_some() {
        return Err("a client certificate needs both, sslcert and sslkey".to_owned());
    }
    let options = options.ssl_mode(mode);
    Ok(match root {
        Some(root) if root != "system" => options.ssl_root_cert(root),
        _ => options,
    })
}

fn readable(path: &Path) -> std::io::Result<()> {
    std::fs::File::open(path).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_url_may_not_ask_for_is_told() {
        for (query, part) in [
            ("sslmode=on", "sslmode may be disable, allow, prefer, require, verify-ca or verify-full"),
            ("sslmode=require&sslrootcert=system", "sslrootcert=system needs sslmode=verify-full"),
            ("sslrootcert=/none/ca.pem", "cannot read sslrootcert /none/ca.pem: "),
            ("sslcert=/none/c.pem&sslkey=/none/k.pem", "cannot read sslcert /none/c.pem: "),
            ("sslkey=/dev/null", "a client certificate needs both, sslcert and sslkey"),
            ("target_session_attrs=standby", "target_session_attrs may be any, read-write or primary"),
            ("connect_timeout=soon", "connect_timeout is a whole number of seconds"),
        ] {
            let url = format!("postgres://u@h/d?{query}");
            let error = server_options(&url, &OpenOptions::default()).err().unwrap_or_default();
            assert!(error.contains(part), "{query}: {error}");
        }
    }

    #[test]
    fn hosts_modes_and_roles_are_those_of_libpq() {
        use PgSslMode::{Allow, Disable, Prefer, Require, VerifyCa, VerifyFull};
        use Role::{Any, Primary, ReadWrite};
        for (url, hosts, mode, role) in [
            ("postgres://u@h/d", "h:5432", Prefer, Primary),
            ("postgres://u@h:1,g/d?sslmode=disable", "h:1 g:5432", Disable, ReadWrite),
            ("postgres://u@h:1,g:2/d?sslmode=allow&target_session_attrs=any", "h:1 g:2", Allow, Any),
            ("postgres://u@h/d?sslmode=require&target_session_attrs=primary", "h:5432", Require, Primary),
            ("postgres://u@h/d?sslmode=require&sslrootcert=/dev/null", "h:5432", VerifyCa, Primary),
            ("postgres://u@h/d?sslmode=verify-ca", "h:5432", VerifyCa, Primary),
            ("postgres://u@h/d?sslmode=verify-full&sslrootcert=system", "h:5432", VerifyFull, Primary),
            ("postgres:///d?host=/run/pg&sslmode=require", "localhost:5432", Disable, Primary),
        ] {
            let options =
                server_options(url, &OpenOptions::default()).unwrap_or_else(|error| panic!("{url}: {error}"));
            let found: Vec<String> =
                options.hosts.iter().map(|host| format!("{}:{}", host.get_host(), host.get_port())).collect();
            if options.hosts[0].get_socket().is_none() {
                assert_eq!(found.join(" "), hosts, "{url}");
            }
            assert_eq!(format!("{:?}", options.hosts[0].get_ssl_mode()), format!("{mode:?}"), "{url}");
            assert_eq!(options.role, role, "{url}");
        }
    }
}
