//! The logical types that count a unit since some origin, and their ISO 8601 texts.

use super::OutOfRange;
use super::calendar;
use std::fmt;
use std::str::FromStr;

/// A count in one unit, as on the wire, with a text that every value has and that parses to the same value.
macro_rules! count {
    ($(#[$doc:meta])* $name:ident($raw:ty), $write:expr, $parse:expr, $form:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        #[repr(transparent)]
        pub struct $name(pub $raw);

        /// As its text, which says more than the count.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

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

        #[doc = concat!("As `", $form, "`.")]
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let write: fn(&mut fmt::Formatter<'_>, i64) -> fmt::Result = $write;
                write(f, self.0.into())
            }
        }

        #[doc = concat!("From `", $form, "`.")]
        impl FromStr for $name {
            type Err = OutOfRange;

            fn from_str(text: &str) -> Result<Self, OutOfRange> {
                let parse: fn(&str) -> Option<i64> = $parse;
                parse(text)
                    .and_then(|count| count.try_into().ok())
                    .map(Self)
                    .ok_or_else(|| OutOfRange::new(text, concat!("is not of the form ", $form, " or is out of range")))
            }
        }
    };
}

count!(
    /// Days since 1970-01-01.
    ///
    /// ```
    /// use serde_wire::types::Date;
    ///
    /// assert_eq!("2026-03-01".parse(), Ok(Date(20_513)));
    /// assert_eq!(Date(-1).to_string(), "1969-12-31");
    /// assert_eq!(Date(i32::MAX).to_string(), "+5881580-07-11");
    /// ```
    Date(i32),
    calendar::write_date,
    calendar::parse_date,
    "2026-02-28"
);

/// A time of day in units of which `10^$digits` make a second.
macro_rules! time {
    ($(#[$doc:meta])* $name:ident($raw:ty), $digits:literal, $form:literal) => {
        count!(
            $(#[$doc])* $name($raw),
            |f, count| calendar::write_time(f, count, $digits),
            |text| calendar::parse_time(text, $digits),
            $form
        );
        super::parts::time_of_day!($name, $digits);
    };
}

time!(
    /// Milliseconds since midnight. The wire allows values outside a day, which are printed with a sign or more hours.
    TimeMillis(i32),
    3,
    "12:30:00.000"
);
time!(
    /// Microseconds since midnight. The wire allows values outside a day, which are printed with a sign or more hours.
    TimeMicros(i64),
    6,
    "12:30:00.000000"
);

/// An instant and a local date-time in units of which `10^$digits` make a second.
macro_rules! timestamps {
    ($unit:literal, $digits:literal, $instant:ident, $instant_form:literal, $local:ident, $local_form:literal) => {
        count!(
            #[doc = concat!($unit, " since 1970-01-01T00:00Z. An offset other than `Z` is accepted in a text.")]
            $instant(i64),
            |f, count| {
                calendar::write_timestamp(f, count, $digits)?;
                f.write_str("Z")
            },
            |text| calendar::parse_instant(text, $digits),
            $instant_form
        );
        super::system_time::instant!($instant, $digits);
        super::parts::date_and_time!($instant, $digits, " in UTC");
        count!(
            #[doc = concat!($unit, " since 1970-01-01T00:00 in a time zone that the data does not state.")]
            $local(i64),
            |f, count| calendar::write_timestamp(f, count, $digits),
            |text| calendar::parse_timestamp(text, $digits),
            $local_form
        );
        super::parts::date_and_time!($local, $digits, "");
    };
}

timestamps!(
    "Milliseconds",
    3,
    TimestampMillis,
    "2026-02-28T12:30:00.000Z",
    LocalTimestampMillis,
    "2026-02-28T12:30:00.000"
);
timestamps!(
    "Microseconds",
    6,
    TimestampMicros,
    "2026-02-28T12:30:00.000000Z",
    LocalTimestampMicros,
    "2026-02-28T12:30:00.000000"
);
timestamps!(
    "Nanoseconds",
    9,
    TimestampNanos,
    "2026-02-28T12:30:00.000000000Z",
    LocalTimestampNanos,
    "2026-02-28T12:30:00.000000000"
);

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that each value has this text and that the text, and the value's own, parse to it.
    macro_rules! texts {
        ($type:ident: $($value:expr => $text:literal),+) => {
            for (value, text) in [$(($type($value), $text)),+] {
                assert_eq!(value.to_string(), text);
                assert_eq!(text.parse(), Ok(value), "{text}");
            }
        };
    }

    #[test]
    fn every_value_has_a_text() {
        texts!(Date: 0 => "1970-01-01", -719_528 => "0000-01-01", -719_529 => "-0001-12-31", 19_782 => "2024-02-29",
            2_932_897 => "+10000-01-01", i32::MIN => "-5877641-06-23");
        texts!(TimeMillis: 45_000_500 => "12:30:00.500", -1 => "-00:00:00.001", i32::MAX => "596:31:23.647",
            i32::MIN => "-596:31:23.648");
        texts!(TimeMicros: 1 => "00:00:00.000001", i64::MIN => "-2562047788:00:54.775808");
        texts!(TimestampMillis: -1 => "1969-12-31T23:59:59.999Z", i64::MAX => "+292278994-08-17T07:12:55.807Z",
            i64::MIN => "-292275055-05-16T16:47:04.192Z");
        texts!(TimestampNanos: 1 => "1970-01-01T00:00:00.000000001Z");
        texts!(LocalTimestampMicros: 86_400_000_000 => "1970-01-02T00:00:00.000000");
    }

    #[test]
    fn texts_are_read_with_less_precision_and_with_offsets() {
        assert_eq!("1970-01-01T00:00:01Z".parse(), Ok(TimestampMillis(1000)));
        assert_eq!("1970-01-01T02:00:00.5+02:00".parse(), Ok(TimestampMillis(500)));
        assert_eq!("1970-01-01T00:00:00.001000Z".parse(), Ok(TimestampMillis(1)));
        assert_eq!("00:00:01".parse(), Ok(TimeMillis(1000)));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "2023-02-29",
            "2023-13-01",
            "2023-00-01",
            "2023-01-00",
            "23-01-01",
            "2023-1-1",
            "é-é-é",
            "+9999999-01-01",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text:?}");
        }
        for text in
            ["", "12:30", "12:60:00", "12:30:60", "1:30:00", "12:30:00.", "12:30:00.0001", "+12:30:00"]
        {
            assert!(text.parse::<TimeMillis>().is_err(), "{text:?}");
        }
        for text in [
            "1970-01-01T00:00:00",
            "1970-01-01T24:00:00Z",
            "1970-01-01T-01:00:00Z",
            "1970-01-01T00:00:00+24:00",
            "+00:00",
            "é+00:00",
        ] {
            assert!(text.parse::<TimestampMillis>().is_err(), "{text:?}");
        }
        assert!("1970-01-01T00:00:00Z".parse::<LocalTimestampMillis>().is_err());
        assert!("1677-09-21T00:12:43.145224191Z".parse::<TimestampNanos>().is_err(), "one before the first");
    }
}
