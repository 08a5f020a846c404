//! The logical types that count a unit since some origin.

/// A count in one unit, as on the wire.
macro_rules! count {
    ($(#[$doc:meta])* $name:ident, $raw:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        #[repr(transparent)]
        pub struct $name(pub $raw);

        super::transparent!($name, $raw);

        impl From<$raw> for $name {
            fn from(raw: $raw) -> Self {
                Self(raw)
            }
        }

        impl From<$name> for $raw {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

count!(
    /// Days since 1970-01-01.
    Date, i32
);
count!(
    /// Milliseconds since midnight.
    TimeMillis, i32
);
count!(
    /// Microseconds since midnight.
    TimeMicros, i64
);
count!(
    /// Milliseconds since 1970-01-01T00:00Z.
    TimestampMillis, i64
);
count!(
    /// Microseconds since 1970-01-01T00:00Z.
    TimestampMicros, i64
);
count!(
    /// Nanoseconds since 1970-01-01T00:00Z.
    TimestampNanos, i64
);
count!(
    /// Milliseconds since 1970-01-01T00:00 in a time zone that the data does not state.
    LocalTimestampMillis, i64
);
count!(
    /// Microseconds since 1970-01-01T00:00 in a time zone that the data does not state.
    LocalTimestampMicros, i64
);
count!(
    /// Nanoseconds since 1970-01-01T00:00 in a time zone that the data does not state.
    LocalTimestampNanos, i64
);
