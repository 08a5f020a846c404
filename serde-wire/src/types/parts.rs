//! Dates and times from their parts and back.

use super::{Date, OutOfRange, TimestampMillis, calendar};

impl Date {
    /// The date of a year, which may be negative, a month from 1 and a day from 1, in the proleptic Gregorian calendar.
    ///
    /// # Errors
    /// The month has no such day, or the date is more than 2³¹ days from 1970.
    ///
    /// ```
    /// use serde_wire::types::Date;
    ///
    /// let date = Date::new(2024, 2, 29)?;
    /// assert_eq!((date.year(), date.month(), date.day()), (2024, 2, 29));
    /// assert!(Date::new(2023, 2, 29).is_err());
    /// # Ok::<(), serde_wire::types::OutOfRange>(())
    /// ```
    pub fn new(year: i32, month: u32, day: u32) -> Result<Self, OutOfRange> {
        calendar::days_checked(year.into(), month.into(), day.into())
            .and_then(|days| days.try_into().ok())
            .map(Self)
            .ok_or_else(|| {
                OutOfRange::new(&format!("{year:04}-{month:02}-{day:02}"), "is no date, or is out of range")
            })
    }

    /// The present date in UTC by the system's clock.
    ///
    /// # Panics
    /// When the clock stands more than 2³¹ days from 1970.
    #[must_use]
    pub fn today_in_utc() -> Self {
        TimestampMillis::now().date().expect("the system's clock is out of range for a date")
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.part(|(year, ..)| year)
    }

    /// The month, from 1.
    pub fn month(self) -> u32 {
        self.part(|(_, month, _)| month)
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u32 {
        self.part(|(.., day)| day)
    }

    fn part<T: TryFrom<i64, Error: std::fmt::Debug>>(self, part: impl FnOnce((i64, i64, i64)) -> i64) -> T {
        part(calendar::civil(self.0.into())).try_into().expect("the years of a date are fewer than its days")
    }
}

/// The parts of a time of day in units of which `10^$digits` make a second.
macro_rules! time_of_day {
    ($name:ident, $digits:literal) => {
        impl $name {
            /// The time of an hour, a minute, a second and a fraction of it in this type's unit.
            ///
            /// # Errors
            /// A part is beyond its range; there is no second 60.
            pub fn new(hour: u32, minute: u32, second: u32, fraction: u32) -> Result<Self, OutOfRange> {
                super::calendar::time_checked(hour, minute, second, fraction, $digits)
                    .and_then(|count| count.try_into().ok())
                    .map(Self)
                    .ok_or_else(|| {
                        let text = format!("{hour:02}:{minute:02}:{second:02} and {fraction}");
                        OutOfRange::new(&text, "is no time of a day")
                    })
            }

            /// Hour, minute, second and the fraction of it in this type's unit; `None` for what is no time of a day, which the
            /// wire allows.
            pub fn parts(self) -> Option<(u32, u32, u32, u32)> {
                let (count, unit) = (u64::try_from(self.0).ok()?, 10_u64.pow($digits));
                let (seconds, fraction) =
                    (u32::try_from(count / unit).ok()?, u32::try_from(count % unit).ok()?);
                (seconds < 86_400).then_some((seconds / 3600, seconds / 60 % 60, seconds % 60, fraction))
            }
        }
    };
}
pub(super) use time_of_day;

/// The parts of a date and time in units of which `10^$digits` make a second.
macro_rules! date_and_time {
    ($name:ident, $digits:literal, $zone:literal) => {
        impl $name {
            #[doc = concat!("The time of a date, an hour, a minute, a second and a fraction of it in this type's unit", $zone, ".")]
            ///
            /// # Errors
            /// A part is beyond its range (there is no second 60), or 64 bits cannot count so many units.
            pub fn new(
                date: Date,
                hour: u32,
                minute: u32,
                second: u32,
                fraction: u32,
            ) -> Result<Self, OutOfRange> {
                let units_of_day = 86_400 * 10_i64.pow($digits);
                super::calendar::time_checked(hour, minute, second, fraction, $digits)
                    .and_then(|time| i64::from(date.0).checked_mul(units_of_day)?.checked_add(time))
                    .map(Self)
                    .ok_or_else(|| {
                        let text = format!("{date}T{hour:02}:{minute:02}:{second:02} and {fraction}");
                        OutOfRange::new(&text, "is no date and time, or is out of range")
                    })
            }

            #[doc = concat!("The date", $zone, "; `None` where it is more than 2³¹ days from 1970.")]
            pub fn date(self) -> Option<Date> {
                let units_of_day = 86_400 * 10_i64.pow($digits);
                i32::try_from(self.0.div_euclid(units_of_day)).ok().map(Date)
            }
        }
    };
}
pub(super) use date_and_time;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros};

    #[test]
    fn parts_and_texts_agree() {
        for (year, month, day) in [(1970, 1, 1), (2024, 2, 29), (0, 3, 1), (-1, 12, 31), (12_345, 6, 7)] {
            let date = Date::new(year, month, day).unwrap();
            assert_eq!((date.year(), date.month(), date.day()), (year, month, day));
            assert_eq!(date.to_string().parse(), Ok(date));
        }
        for (parts, text) in [
            ((0, 0, 0, 0), "00:00:00.000000"),
            ((23, 59, 59, 999_999), "23:59:59.999999"),
            ((1, 2, 3, 4), "01:02:03.000004"),
        ] {
            let time = TimeMicros::new(parts.0, parts.1, parts.2, parts.3).unwrap();
            assert_eq!((time.to_string().as_str(), time.parts()), (text, Some(parts)));
        }
        let date = Date::new(1969, 12, 31).unwrap();
        let time = TimestampMicros::new(date, 23, 59, 59, 999_999).unwrap();
        assert_eq!((time, time.date()), (TimestampMicros(-1), Some(date)));
        let time = LocalTimestampNanos::new(Date(0), 0, 0, 1, 5).unwrap();
        assert_eq!(time.to_string(), "1970-01-01T00:00:01.000000005");
        assert_eq!(
            format!("{date:?} {time:?}"),
            "Date(1969-12-31) LocalTimestampNanos(1970-01-01T00:00:01.000000005)"
        );
    }

    #[test]
    fn what_is_no_date_or_time_is_refused() {
        for (year, month, day) in
            [(2023, 2, 29), (2023, 0, 1), (2023, 13, 1), (2023, 1, 0), (2023, 4, 31), (i32::MAX, 1, 1)]
        {
            assert!(Date::new(year, month, day).is_err(), "{year}-{month}-{day}");
        }
        for (hour, minute, second, fraction) in [(24, 0, 0, 0), (0, 60, 0, 0), (0, 0, 60, 0), (0, 0, 0, 1000)]
        {
            assert!(
                TimeMillis::new(hour, minute, second, fraction).is_err(),
                "{hour}:{minute}:{second}.{fraction}"
            );
            assert!(TimestampMillis::new(Date(0), hour, minute, second, fraction).is_err());
        }
        assert!(LocalTimestampNanos::new(Date(i32::MAX), 0, 0, 0, 0).is_err());
        assert_eq!([TimeMillis(-1), TimeMillis(86_400_000)].map(TimeMillis::parts), [None, None]);
        assert_eq!(TimestampMillis(i64::MAX).date(), None);
        assert_eq!(
            Date::new(2023, 2, 29).unwrap_err().to_string(),
            "\"2023-02-29\" is no date, or is out of range"
        );
    }
}
