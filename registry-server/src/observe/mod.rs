//! What those are told who watch the server: metrics, and every request as it ends.
//!
//! What is known of a request is collected on its way (`http/outcome.rs`) and told once, when its answer is ready
//! ([`Outcome`]). Nothing here knows HTTP, the database or the settings.

mod cache_meter;
mod log;
pub(crate) mod meters;
mod metrics;
mod observers;
mod outcome;

pub(crate) use self::cache_meter::CacheMeter;
pub use self::cache_meter::CacheUsage;
pub use self::log::{LineFormat, LogFile, LogOptions, Logged, RequestLog};
pub use self::metrics::{Format, Gathered, InFlight, Kind, Metrics, number};
pub use self::observers::Observers;
pub(crate) use self::outcome::METRICS_PATH;
pub use self::outcome::{Answered, Outcome, Route, RouteKind, Sender};
