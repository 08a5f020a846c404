//! Dates and times of `jiff`.

use super::mapping::times::{map_all_times, map_date};
use super::{always, timestamps, where_it_fits};
use crate::types::calendar::{civil, count_of_nanos, days, nanos_of_count};
use crate::types::{Date, TimeMicros, TimeMillis};
use jiff::Timestamp;
use jiff::civil::{self, DateTime, Time};

const DAY: i128 = 86_400 * 1_000_000_000;

/// The date of a number of days since 1970-01-01.
fn date(count: i64) -> Option<civil::Date> {
    let (year, month, day) = civil(count);
    civil::Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn days_of(date: civil::Date) -> i64 {
    days(date.year().into(), date.month().into(), date.day().into())
}

/// The time of a number of nanoseconds since midnight.
fn time(nanos: i128) -> Option<Time> {
    let nanos = u64::try_from(nanos).ok()?;
    let (seconds, nanos) = (nanos / 1_000_000_000, i32::try_from(nanos % 1_000_000_000).ok()?);
    let part = |number: u64| i8::try_from(number).ok();
    Time::new(part(seconds / 3600)?, part(seconds / 60 % 60)?, part(seconds % 60)?, nanos).ok()
}

fn nanos_of(time: Time) -> i128 {
    let minutes = i128::from(time.hour()) * 60 + i128::from(time.minute());
    (minutes * 60 + i128::from(time.second())) * 1_000_000_000 + i128::from(time.subsec_nanosecond())
}

always!(civil::Date => Date, |date| {
    Self(days_of(date).try_into().expect("the years of jiff are few"))
});
where_it_fits!(Date => civil::Date, "is out of range for jiff::civil::Date", |count| date(count.0.into()));

macro_rules! time_of_day {
    ($time:ty, $digits:literal) => {
        where_it_fits!($time => Time, "is no time of a day", |count| {
            time(nanos_of_count(count.0.into(), $digits))
        });
        always!(Time => $time, |time| {
            let count = count_of_nanos(nanos_of(time), $digits).and_then(|count| count.try_into().ok());
            Self(count.expect("a day has fewer units"))
        });
    };
}
time_of_day!(TimeMillis, 3);
time_of_day!(TimeMicros, 6);

fn instant(nanos: i128) -> Option<Timestamp> {
    Timestamp::from_nanosecond(nanos).ok()
}

fn local(nanos: i128) -> Option<DateTime> {
    let date = date(i64::try_from(nanos.div_euclid(DAY)).ok()?)?;
    Some(DateTime::from_parts(date, time(nanos.rem_euclid(DAY))?))
}

fn nanos_of_local(time: DateTime) -> i128 {
    i128::from(days_of(time.date())) * DAY + nanos_of(time.time())
}

timestamps!(
    Timestamp: instant, Timestamp::as_nanosecond, "is out of range for jiff::Timestamp";
    DateTime: local, nanos_of_local, "is out of range for jiff::civil::DateTime"
);

fn exact_nanos_of_instant(instant: Timestamp) -> Option<i128> {
    Some(instant.as_nanosecond())
}

fn exact_nanos_of_local(time: DateTime) -> Option<i128> {
    Some(nanos_of_local(time))
}

fn exact_nanos_of_time(time: Time) -> Option<i128> {
    Some(nanos_of(time))
}

map_date!(civil::Date);
map_all_times!(
    Timestamp: instant, exact_nanos_of_instant;
    DateTime: local, exact_nanos_of_local;
    Time: time, exact_nanos_of_time
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::convert_tests::{DATES, INSTANTS, TIMES};
    use crate::types::{
        LocalTimestampMicros, LocalTimestampNanos, TimestampMicros, TimestampMillis, TimestampNanos,
    };

    #[test]
    fn both_print_alike_and_come_back() {
        for count in DATES {
            let theirs = civil::Date::try_from(Date(count)).unwrap();
            assert_eq!(theirs.to_string(), Date(count).to_string());
            assert_eq!(Date::from(theirs), Date(count));
        }
        for count in TIMES {
            let theirs = Time::try_from(TimeMicros(count)).unwrap();
            assert_eq!(theirs.strftime("%H:%M:%S.%6f").to_string(), TimeMicros(count).to_string());
            assert_eq!(TimeMicros::from(theirs), TimeMicros(count));
        }
        for count in INSTANTS {
            let theirs = Timestamp::try_from(TimestampMicros(count)).unwrap();
            assert_eq!(
                theirs.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string(),
                TimestampMicros(count).to_string()
            );
            assert_eq!(TimestampMicros::try_from(theirs), Ok(TimestampMicros(count)));
            let theirs = DateTime::try_from(LocalTimestampMicros(count)).unwrap();
            assert_eq!(
                theirs.strftime("%Y-%m-%dT%H:%M:%S.%6f").to_string(),
                LocalTimestampMicros(count).to_string()
            );
            assert_eq!(LocalTimestampMicros::try_from(theirs), Ok(LocalTimestampMicros(count)));
        }
    }

    #[test]
    fn what_one_side_cannot_hold_is_refused_or_rounded_down() {
        assert!(civil::Date::try_from(Date(i32::MAX)).is_err());
        assert!(Time::try_from(TimeMillis(-1)).is_err());
        assert!(Time::try_from(TimeMillis(86_400_000)).is_err());
        assert!(Timestamp::try_from(TimestampMillis(i64::MIN)).is_err());
        assert!(TimestampNanos::try_from(Timestamp::MAX).is_err());
        assert!(LocalTimestampNanos::try_from(DateTime::MAX).is_err());
        let before = Timestamp::from_nanosecond(-1).unwrap();
        assert_eq!(TimestampMillis::try_from(before), Ok(TimestampMillis(-1)));
    }

    #[test]
    fn what_may_be_finer_than_the_unit_is_never_written_unasked() {
        use crate::codec::form::{EncodeAs, TryEncodeAs};
        use crate::codec::{EncodeError, Writer};
        use crate::types::mapped::Mapped;
        crate::types::convert_tests::assert_not_complete!(
            Time => TimeMillis, Time => TimeMicros, Timestamp => TimestampMillis, DateTime => LocalTimestampMicros,
        );
        let finer = civil::time(1, 2, 3, 4);
        let mut bytes = Vec::new();
        let error = <Mapped<TimeMicros>>::try_encode_as(&finer, &mut Writer::new(&mut bytes)).unwrap_err();
        assert!(matches!(error, EncodeError::Unit { .. }), "{error}");
        <Mapped<Date>>::encode_as(&civil::date(2026, 1, 2), &mut Writer::new(&mut bytes));
        assert_eq!(crate::codec::decode::<Date>(&bytes), Ok(Date::from(civil::date(2026, 1, 2))));
    }
}
