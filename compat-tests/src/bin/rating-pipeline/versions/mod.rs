//! The versions of the schema as generated types, and what each makes of a [`Change`](crate::change::Change).
//!
//! `compat-tests/build.rs` generates the types from `compat-tests/pipeline/schemas/`. A real team would have one version
//! at a time; this program plays several teams that move on at different times.

mod from_v1;
mod from_v2;
mod from_v3;

/// Version 1: `country_name`, an int rate, four channels.
pub(crate) mod v1 {
    mod generated {
        include!(concat!(env!("OUT_DIR"), "/rating_v1.rs"));
    }
    pub(crate) use generated::ratings::{Channel, Envelope, Rating, Source};
}

/// Version 2: a language with a default, and the channel `PARTNER`.
pub(crate) mod v2 {
    mod generated {
        include!(concat!(env!("OUT_DIR"), "/rating_v2.rs"));
    }
    pub(crate) use generated::ratings::{Channel, Envelope, Rating, Source};
}

/// Version 3: `country_name` is called `country`, and the rate is a long.
pub(crate) mod v3 {
    mod generated {
        include!(concat!(env!("OUT_DIR"), "/rating_v3.rs"));
    }
    pub(crate) use generated::ratings::{Channel, Envelope, Rating, Source};
}

/// The alert that is sent for a low rating.
pub(crate) mod alert {
    mod generated {
        include!(concat!(env!("OUT_DIR"), "/rating_alert.rs"));
    }
    pub(crate) use generated::ratings::Alert;
}

/// Version 4, which must be refused: a field without a default, and a number that becomes a text.
pub(crate) const V4: &str = include_str!("../../../../pipeline/schemas/v4.avsc");
