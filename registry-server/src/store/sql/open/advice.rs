//! Why Postgres cannot be connected to, and what to do about it.

use super::OpenOptions;
use crate::store::sql::server::has_code;

/// Parts of what the driver and the server say, and what helps. The first one that is found counts.
const ADVICE: [(&str, &str); 12] = [
    ("server does not support TLS", "switch TLS on there (ssl = on), or connect with sslmode=prefer"),
    ("no encryption", "the server demands TLS: connect with sslmode=require or better"),
    ("UnknownIssuer", "name the file with the certificate of its authority in sslrootcert"),
    (
        "NotValidForName",
        "connect by a name that stands in the server's certificate, or check its authority alone with sslmode=verify-ca",
    ),
    (
        "not valid for name",
        "connect by a name that stands in the server's certificate, or check its authority alone with sslmode=verify-ca",
    ),
    ("Expired", "the server's certificate has to be renewed"),
    ("expired", "the server's certificate has to be renewed"),
    ("valid client certificate", "name a client certificate in sslcert and its key in sslkey"),
    ("CertificateRequired", "name a client certificate in sslcert and its key in sslkey"),
    ("UnknownCA", "the server does not know the authority of the certificate in sslcert"),
    ("unknown ca", "the server does not know the authority of the certificate in sslcert"),
    ("no keys found pem file", "the file that sslkey names must hold a private key in PEM"),
];

/// The error and what to do about it, in one line.
pub(super) fn advice(error: &sqlx::Error, options: &OpenOptions) -> String {
    let text = error.to_string();
    if has_code(error, &["28P01"]) {
        let place = match (&options.password, &options.password_file) {
            (_, Some(path)) => format!("the file {} (database.password.file)", path.display()),
            (Some(_), None) => "database.password".to_owned(),
            (None, None) => "database.url, database.password or PGPASSWORD".to_owned(),
        };
        return format!("{text}; the password was taken from {place}");
    }
    match ADVICE.iter().find(|(part, _)| text.contains(part)) {
        Some((_, advice)) => format!("{text}; {advice}"),
        None => text,
    }
}
