//! The rows of these settings.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use crate::config::catalog::Setting;
use crate::config::value::{allowed, boolean, list, megabytes, positive};
use crate::observe::{LineFormat, Logged};

/// The settings of what is observed, in the order in which they are shown.
pub(in crate::config) const SETTINGS: &[Setting] = &[
    Setting {
        name: "metrics.enable",
        default: "true",
        help: "count requests, and serve /metrics for Prometheus",
        apply: |s, text| boolean(&mut s.observation.metrics, text),
    },
    Setting {
        name: "metrics.listeners",
        default: "",
        help: "addresses for /metrics alone, http://host:port, separated by commas; empty: it is served beside the API",
        apply: |s, text| {
            s.observation.metrics_listeners = list(text).map(str::parse).collect::<Result<_, _>>()?;
            Ok(())
        },
    },
    Setting {
        name: "request.log",
        default: "off",
        help: "a line for each request: off, writes (with refusals of who sends them), failures (and writes), or all",
        apply: |s, text| {
            s.observation.logged = match text {
                "off" => Logged::None,
                "writes" => Logged::Writes,
                "failures" => Logged::Failures,
                "all" => Logged::All,
                _ => return Err(allowed(text, ["off", "writes", "failures", "all"])),
            };
            Ok(())
        },
    },
    Setting {
        name: "request.log.probes",
        default: "false",
        help: "whether questions after health and metrics are among all requests that are logged",
        apply: |s, text| boolean(&mut s.observation.log_probes, text),
    },
    Setting {
        name: "request.log.format",
        default: "json",
        help: "the form of these lines: json or text",
        apply: |s, text| {
            s.observation.line_format = match text {
                "json" => LineFormat::Json,
                "text" => LineFormat::Text,
                _ => return Err(allowed(text, ["json", "text"])),
            };
            Ok(())
        },
    },
    Setting {
        name: "request.log.file",
        default: "",
        help: "the file of these lines, opened anew at SIGHUP; empty: standard error",
        apply: |s, text| {
            s.observation.log_file = (!text.is_empty()).then(|| text.into());
            Ok(())
        },
    },
    Setting {
        name: "request.log.file.max.mb",
        default: "100",
        help: "megabytes after which another file is begun",
        apply: |s, text| megabytes(&mut s.observation.log_file_bytes, text),
    },
    Setting {
        name: "request.log.file.max.hours",
        default: "24",
        help: "hours after which another file is begun",
        apply: |s, text| {
            let mut hours = 0;
            positive(&mut hours, text)?;
            s.observation.log_file_age = Duration::from_secs(u64::from(hours) * 3600);
            Ok(())
        },
    },
    Setting {
        name: "request.log.files.kept",
        default: "10",
        help: "how many former files are kept",
        apply: |s, text| positive(&mut s.observation.log_files_kept, text),
    },
    Setting {
        name: "request.log.when.full",
        default: "drop",
        help: "what happens while these lines come faster than they can be written: drop them and count that, or have requests that change something wait",
        apply: |s, text| {
            s.observation.writes_wait_for_log = match text {
                "drop" => false,
                "wait" => true,
                _ => return Err(allowed(text, ["drop", "wait"])),
            };
            Ok(())
        },
    },
    Setting {
        name: "proxy.trusted.addresses",
        default: "",
        help: "addresses or networks (10.0.0.0/8), separated by commas, of proxies whose Forwarded or X-Forwarded-For is believed",
        apply: |s, text| {
            s.observation.trusted_proxies = list(text).map(network).collect::<Result<_, _>>()?;
            Ok(())
        },
    },
];

fn network(text: &str) -> Result<IpNet, String> {
    let one = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse()
        .or_else(|_| one())
        .map_err(|_| format!("'{text}' is neither an address nor a network such as 10.0.0.0/8"))
}
