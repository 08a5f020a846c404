//! Dates and times of the crate `time`.

use super::mapping::times::{map_all_times, map_date};
use super::{always, timestamps, where_it_fits};
use crate::types::calendar::{count_of_nanos, nanos_of_count};
use crate::types::{Date, TimeMicros, TimeMillis};
use time::{OffsetDateTime, PrimitiveDateTime, Time};

/// The Julian day of 1970-01-01.
const EPOCH: i32 = 2_440_588;

always!(time::Date => Date, |date| Self(date.to_julian_day() - EPOCH));
where_it_fits!(Date => time::Date, "is out of range for time::Date", |date| {
    time::Date::from_julian_day(date.0.checked_add(EPOCH)?).ok()
});

/// The time of a number of nanoseconds since midnight.
fn time(nanos: i128) -> Option<Time> {
    let nanos = u64::try_from(nanos).ok()?;
    let (seconds, nanos) = (nanos / 1_000_000_000, u32::try_from(nanos % 1_000_000_000).ok()?);
    let part = |number: u64| u8::try_from(number).ok();
    Time::from_hms_nano(part(seconds / 3600)?, part(seconds / 60 % 60)?, part(seconds % 60)?, nanos).ok()
}

fn nanos_of(time: Time) -> i128 {
    let (hours, minutes, seconds, nanos) = time.as_hms_nano();
    let seconds = (i128::from(hours) * 60 + i128::from(minutes)) * 60 + i128::from(seconds);
    seconds * 1_000_000_000 + i128::from(nanos)
}

macro_rules! time_of_day {
    ($time:ty, $digits:literal) => {
        where_it_fits!($time => Time, "is no time of a day", |time| {
            self::time(nanos_of_count(time.0.into(), $digits))
        });
        always!(Time => $time, |time| {
            let count = count_of_nanos(nanos_of(time), $digits);
            Self(count.and_then(|count| count.try_into().ok()).expect("a day has fewer units"))
        });
    };
}
time_of_day!(TimeMillis, 3);
time_of_day!(TimeMicros, 6);

fn instant(nanos: i128) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()
}

fn local(nanos: i128) -> Option<PrimitiveDateTime> {
    instant(nanos).map(|time| PrimitiveDateTime::new(time.date(), time.time()))
}

fn nanos_of_local(time: PrimitiveDateTime) -> i128 {
    time.assume_utc().unix_timestamp_nanos()
}

timestamps!(
    OffsetDateTime: instant, OffsetDateTime::unix_timestamp_nanos, "is out of range for time::OffsetDateTime";
    PrimitiveDateTime: local, nanos_of_local, "is out of range for time::PrimitiveDateTime"
);

fn exact_nanos_of_instant(instant: OffsetDateTime) -> Option<i128> {
    Some(instant.unix_timestamp_nanos())
}

fn exact_nanos_of_local(time: PrimitiveDateTime) -> Option<i128> {
    Some(nanos_of_local(time))
}

fn exact_nanos_of_time(time: Time) -> Option<i128> {
    Some(nanos_of(time))
}

map_date!(time::Date);
map_all_times!(
    OffsetDateTime: instant, exact_nanos_of_instant;
    PrimitiveDateTime: local, exact_nanos_of_local;
    Time: self::time, exact_nanos_of_time
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::convert_tests::{DATES, INSTANTS, TIMES};
    use crate::types::{LocalTimestampMicros, TimestampMicros, TimestampMillis, TimestampNanos};

    #[test]
    fn both_have_the_same_parts_and_come_back() {
        for date in DATES {
            let theirs = time::Date::try_from(Date(date)).unwrap();
            assert_eq!(theirs.to_string(), Date(date).to_string());
            assert_eq!(Date::from(theirs), Date(date));
        }
        for time in TIMES {
            let theirs = Time::try_from(TimeMicros(time)).unwrap();
            let parts = (theirs.hour(), theirs.minute(), theirs.second(), theirs.microsecond());
            let text = format!("{:02}:{:02}:{:02}.{:06}", parts.0, parts.1, parts.2, parts.3);
            assert_eq!(text, TimeMicros(time).to_string());
            assert_eq!(TimeMicros::from(theirs), TimeMicros(time));
        }
        for time in INSTANTS {
            let theirs = OffsetDateTime::try_from(TimestampMicros(time)).unwrap();
            assert_eq!(TimestampMicros::try_from(theirs), Ok(TimestampMicros(time)));
            let theirs = PrimitiveDateTime::try_from(LocalTimestampMicros(time)).unwrap();
            let text = LocalTimestampMicros(time).to_string();
            assert!(text.starts_with(&format!("{}T{:02}:", theirs.date(), theirs.hour())), "{text} {theirs}");
            assert_eq!(LocalTimestampMicros::try_from(theirs), Ok(LocalTimestampMicros(time)));
        }
    }

    #[test]
    fn what_one_side_cannot_hold_is_refused_or_rounded_down() {
        assert!(time::Date::try_from(Date(i32::MAX)).is_err());
        assert!(Time::try_from(TimeMillis(-1)).is_err());
        assert!(Time::try_from(TimeMillis(86_400_000)).is_err());
        assert!(OffsetDateTime::try_from(TimestampMillis(i64::MIN)).is_err());
        assert!(TimestampNanos::try_from(PrimitiveDateTime::MAX.assume_utc()).is_err());
        let before = OffsetDateTime::UNIX_EPOCH - time::Duration::nanoseconds(1);
        assert_eq!(TimestampMillis::try_from(before), Ok(TimestampMillis(-1)));
        let offset = time::UtcOffset::from_hms(2, 0, 0).unwrap();
        let elsewhere = OffsetDateTime::UNIX_EPOCH.to_offset(offset);
        assert_eq!(TimestampMillis::try_from(elsewhere), Ok(TimestampMillis(0)), "the instant counts");
    }

    #[test]
    fn what_may_be_finer_than_the_unit_is_never_written_unasked() {
        use crate::codec::form::{EncodeAs, TryEncodeAs};
        use crate::codec::{EncodeError, Writer};
        use crate::types::mapped::Mapped;
        crate::types::convert_tests::assert_not_complete!(
            Time => TimeMillis, Time => TimeMicros, OffsetDateTime => TimestampMillis, PrimitiveDateTime => LocalTimestampMicros,
        );
        let finer = Time::from_hms_nano(1, 2, 3, 4).unwrap();
        let mut bytes = Vec::new();
        let error = <Mapped<TimeMicros>>::try_encode_as(&finer, &mut Writer::new(&mut bytes)).unwrap_err();
        assert!(matches!(error, EncodeError::Unit { .. }), "{error}");
        <Mapped<Date>>::encode_as(&time::Date::from_julian_day(EPOCH).unwrap(), &mut Writer::new(&mut bytes));
        assert_eq!(
            crate::codec::decode::<Date>(&bytes),
            Ok(Date::from(time::Date::from_julian_day(EPOCH).unwrap()))
        );
    }
}
