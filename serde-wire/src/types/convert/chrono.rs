//! Dates and times of `chrono`.

use super::mapping::times::{map_all_times, map_date};
use super::{always, timestamps, where_it_fits};
use crate::types::calendar::{count_of_nanos, nanos_of_count};
use crate::types::{Date, TimeMicros, TimeMillis};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

/// Days from the first of the year 1, which is day 1 here, to 1970-01-01.
const EPOCH: i32 = 719_163;
const SECOND: i128 = 1_000_000_000;

always!(NaiveDate => Date, |date| {
    use chrono::Datelike;
    Self(date.num_days_from_ce() - EPOCH)
});
where_it_fits!(Date => NaiveDate, "is out of range for chrono::NaiveDate", |date| {
    date.0.checked_add(EPOCH).and_then(NaiveDate::from_num_days_from_ce_opt)
});

macro_rules! time_of_day {
    ($time:ty, $digits:literal) => {
        where_it_fits!($time => NaiveTime, "is no time of a day", |time| {
            self::time(nanos_of_count(time.0.into(), $digits))
        });
        where_it_fits!(NaiveTime => $time, "is in a leap second, which Avro has not", |time| {
            let nanos = i128::from(time.num_seconds_from_midnight()) * SECOND + i128::from(time.nanosecond());
            let count = count_of_nanos(nanos, $digits)?.try_into().ok()?;
            (time.nanosecond() < 1_000_000_000).then_some(Self(count))
        });
    };
}
time_of_day!(TimeMillis, 3);
time_of_day!(TimeMicros, 6);

/// The instant of a number of nanoseconds.
fn instant(nanos: i128) -> Option<DateTime<Utc>> {
    let seconds = i64::try_from(nanos.div_euclid(SECOND)).ok()?;
    DateTime::from_timestamp(seconds, u32::try_from(nanos.rem_euclid(SECOND)).ok()?)
}

/// Nanoseconds since the epoch. A leap second is the one that follows.
fn nanos_of_instant(instant: DateTime<Utc>) -> i128 {
    i128::from(instant.timestamp()) * SECOND + i128::from(instant.timestamp_subsec_nanos())
}

fn local(nanos: i128) -> Option<NaiveDateTime> {
    instant(nanos).map(|instant| instant.naive_utc())
}

fn nanos_of_local(time: NaiveDateTime) -> i128 {
    nanos_of_instant(time.and_utc())
}

timestamps!(
    DateTime<Utc>: instant, nanos_of_instant, "is out of range for chrono::DateTime";
    NaiveDateTime: local, nanos_of_local, "is out of range for chrono::NaiveDateTime"
);

/// The time of a number of nanoseconds since midnight.
fn time(nanos: i128) -> Option<NaiveTime> {
    let seconds = u32::try_from(nanos.div_euclid(SECOND)).ok()?;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, u32::try_from(nanos.rem_euclid(SECOND)).ok()?)
}

/// Nanoseconds, but for a leap second, which Avro has not.
fn exact_nanos_of_instant(instant: DateTime<Utc>) -> Option<i128> {
    (instant.timestamp_subsec_nanos() < 1_000_000_000).then(|| nanos_of_instant(instant))
}

fn exact_nanos_of_local(time: NaiveDateTime) -> Option<i128> {
    exact_nanos_of_instant(time.and_utc())
}

fn exact_nanos_of_time(time: NaiveTime) -> Option<i128> {
    let nanos = time.nanosecond();
    (nanos < 1_000_000_000).then(|| i128::from(time.num_seconds_from_midnight()) * SECOND + i128::from(nanos))
}

map_date!(NaiveDate);
map_all_times!(
    DateTime<Utc>: instant, exact_nanos_of_instant;
    NaiveDateTime: local, exact_nanos_of_local;
    NaiveTime: time, exact_nanos_of_time
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::convert_tests::{DATES, INSTANTS, TIMES};
    use crate::types::{LocalTimestampNanos, TimestampMicros, TimestampMillis, TimestampNanos};

    #[test]
    fn both_print_alike_and_come_back() {
        for date in DATES {
            let theirs = NaiveDate::try_from(Date(date)).unwrap();
            assert_eq!(theirs.to_string(), Date(date).to_string());
            assert_eq!(Date::from(theirs), Date(date));
        }
        for time in TIMES {
            let theirs = NaiveTime::try_from(TimeMicros(time)).unwrap();
            assert_eq!(theirs.format("%H:%M:%S%.6f").to_string(), TimeMicros(time).to_string());
            assert_eq!(TimeMicros::try_from(theirs), Ok(TimeMicros(time)));
        }
        for time in INSTANTS {
            let theirs = DateTime::try_from(TimestampMicros(time)).unwrap();
            assert_eq!(
                theirs.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string(),
                TimestampMicros(time).to_string()
            );
            assert_eq!(TimestampMicros::try_from(theirs), Ok(TimestampMicros(time)));
            let theirs = NaiveDateTime::try_from(LocalTimestampNanos(time)).unwrap();
            assert_eq!(LocalTimestampNanos::try_from(theirs), Ok(LocalTimestampNanos(time)));
        }
    }

    #[test]
    fn what_one_side_cannot_hold_is_refused_or_rounded_down() {
        assert!(NaiveDate::try_from(Date(i32::MAX)).is_err());
        assert!(NaiveTime::try_from(TimeMillis(-1)).is_err());
        assert!(NaiveTime::try_from(TimeMillis(86_400_000)).is_err());
        assert!(DateTime::try_from(TimestampMillis(i64::MIN)).is_err());
        assert!(TimestampNanos::try_from(DateTime::<Utc>::MAX_UTC).is_err());
        assert!(TimestampMillis::try_from(DateTime::<Utc>::MAX_UTC).is_ok());
        let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_000_000_000).unwrap();
        assert!(TimeMillis::try_from(leap).is_err());
        let before = DateTime::from_timestamp(-1, 999_999_999).unwrap();
        assert_eq!(TimestampMillis::try_from(before), Ok(TimestampMillis(-1)));
    }
}
