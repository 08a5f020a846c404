//! How long certificates are valid.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use x509_parser::prelude::{FromDer as _, X509Certificate};

/// How long before its end a certificate is warned of.
const WARN_BEFORE: Duration = Duration::from_hours(14 * 24);

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateUse {
    /// The server shows it, or one that it was issued by.
    Server,
    /// Those of clients are traced to it.
    Trusted,
}

impl CertificateUse {
    /// The use as a word, `server` or `trusted`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Trusted => "trusted",
        }
    }
}

/// When a certificate of a listener ends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateExpiry {
    /// The listener: its name where the settings give it one, else its URL.
    pub listener: String,
    /// What it is for.
    pub of: CertificateUse,
    /// Whose it is: `CN=registry.example.org, O=Example`.
    pub subject: String,
    /// Its serial number in hexadecimal digits: `0a:1b`.
    pub serial: String,
    /// The last moment at which it is valid, to the second.
    pub not_after: SystemTime,
}

impl CertificateExpiry {
    /// Reads it of a certificate as DER.
    pub(super) fn of(listener: &str, of: CertificateUse, certificate: &[u8]) -> Result<Self, String> {
        let (_, certificate) = X509Certificate::from_der(certificate).map_err(|error| error.to_string())?;
        let seconds = certificate.validity().not_after.timestamp();
        let moment = Duration::from_secs(seconds.unsigned_abs());
        let not_after = if seconds < 0 { UNIX_EPOCH - moment } else { UNIX_EPOCH + moment };
        Ok(Self {
            listener: listener.to_owned(),
            of,
            subject: certificate.subject().to_string(),
            serial: certificate.raw_serial_as_string(),
            not_after,
        })
    }

    /// The days from `now` until it ends, with their fraction; negative when it has ended.
    #[must_use]
    pub fn days_left(&self, now: SystemTime) -> f64 {
        let seconds = match self.not_after.duration_since(now) {
            Ok(left) => left.as_secs_f64(),
            Err(past) => -past.duration().as_secs_f64(),
        };
        seconds / 86_400.0
    }

    /// A line for the operator when it ends within two weeks, or has ended.
    pub(super) fn warning(&self, now: SystemTime) -> Option<String> {
        let Self { listener, subject, serial, .. } = self;
        let what = format!("the {} certificate {subject} (serial {serial}) of {listener}", self.of.as_str());
        if self.not_after < now {
            Some(format!("{what} ended {:.1} days ago: clients refuse it; replace it", -self.days_left(now)))
        } else if self.not_after < now + WARN_BEFORE {
            Some(format!(
                "{what} ends in {:.1} days: replace it; it is read without a restart",
                self.days_left(now)
            ))
        } else {
            None
        }
    }
}
