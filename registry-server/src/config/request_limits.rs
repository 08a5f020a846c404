//! How many requests one client may send.

use super::catalog::Setting;
use super::value::positive;

/// How many requests one client may send; 0: as many as it likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestLimits {
    /// A second, from one address.
    pub rate_per_address: u32,
    /// A second, of one principal.
    pub rate_per_principal: u32,
    /// At a time, from one address.
    pub at_once_per_address: u32,
    /// At a time, of one principal.
    pub at_once_per_principal: u32,
}

/// These settings, in the order in which they are shown.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "request.rate.per.address",
        default: "0",
        help: "requests a second from one address, and as many at once; beyond that 429; 0: no limit",
        apply: |s, text| number(&mut s.request_limits.rate_per_address, text),
    },
    Setting {
        name: "request.rate.per.principal",
        default: "0",
        help: "requests a second of one principal, on all its addresses; 0: no limit",
        apply: |s, text| number(&mut s.request_limits.rate_per_principal, text),
    },
    Setting {
        name: "request.concurrency.per.address",
        default: "0",
        help: "requests from one address that are answered at a time; beyond that 429; 0: no limit",
        apply: |s, text| number(&mut s.request_limits.at_once_per_address, text),
    },
    Setting {
        name: "request.concurrency.per.principal",
        default: "0",
        help: "requests of one principal that are answered at a time; 0: no limit",
        apply: |s, text| number(&mut s.request_limits.at_once_per_principal, text),
    },
];

fn number(target: &mut u32, text: &str) -> Result<(), String> {
    if text == "0" {
        *target = 0;
        return Ok(());
    }
    positive(target, text)
}
