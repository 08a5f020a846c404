//! ISO 8601 texts of dates and times of any size, in the proleptic Gregorian calendar.
//!
//! Years outside 0000 to 9999 carry a sign and as many digits as they need. A time of day may be negative or beyond 24
//! hours, since its wire type can be; it is printed with a sign or with more hours.

use std::fmt;

const SECONDS_OF_DAY: i64 = 86_400;

/// Year, month and day of a number of days since 1970-01-01.
pub(super) fn civil(days: i64) -> (i64, i64, i64) {
    // Count from 0000-03-01, so that the leap day is the last of its year, in eras of 400 years (146,097 days).
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (year_of_era + era * 400 + carry, month, day)
}

/// Days since 1970-01-01; the month and day must be in range.
pub(super) fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let month = if month > 2 { month - 3 } else { month + 9 };
    let year_of_era = year.rem_euclid(400);
    let day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * month + 2) / 5 + day - 1;
    year.div_euclid(400) * 146_097 + day_of_era - 719_468
}

/// The nanoseconds of `count` units, of which `10^digits` make a second.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(super) fn nanos_of_count(count: i64, digits: u32) -> i128 {
    i128::from(count) * 10_i128.pow(9 - digits)
}

/// The units in a number of nanoseconds, rounded down.
pub(super) fn count_of_nanos(nanos: i128, digits: u32) -> Option<i64> {
    i64::try_from(nanos.div_euclid(10_i128.pow(9 - digits))).ok()
}

/// Units since midnight, if it is a time of a day.
pub(super) fn time_checked(hour: u32, minute: u32, second: u32, fraction: u32, digits: u32) -> Option<i64> {
    let unit = 10_i64.pow(digits);
    let is_time = hour < 24 && minute < 60 && second < 60 && i64::from(fraction) < unit;
    let seconds = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
    is_time.then(|| seconds * unit + i64::from(fraction))
}

pub(super) fn write_date(f: &mut fmt::Formatter<'_>, days: i64) -> fmt::Result {
    let (year, month, day) = civil(days);
    match year {
        0..=9999 => write!(f, "{year:04}"),
        ..0 => write!(f, "-{:04}", -year),
        10_000.. => write!(f, "+{year}"),
    }?;
    write!(f, "-{month:02}-{day:02}")
}

/// Writes `count` units since midnight, of which `10^digits` make a second.
pub(super) fn write_time(f: &mut fmt::Formatter<'_>, count: i64, digits: u32) -> fmt::Result {
    if count < 0 {
        f.write_str("-")?;
    }
    let (count, unit) = (count.unsigned_abs(), 10_u64.pow(digits));
    let (seconds, fraction) = (count / unit, count % unit);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    write!(f, "{hours:02}:{minutes:02}:{seconds:02}.{fraction:0width$}", width = digits as usize)
}

/// Writes `count` units since 1970-01-01T00:00, of which `10^digits` make a second.
pub(super) fn write_timestamp(f: &mut fmt::Formatter<'_>, count: i64, digits: u32) -> fmt::Result {
    let units_of_day = SECONDS_OF_DAY * 10_i64.pow(digits);
    write_date(f, count.div_euclid(units_of_day))?;
    f.write_str("T")?;
    write_time(f, count.rem_euclid(units_of_day), digits)
}

/// A number of at least `least` digits.
fn number(text: &str, least: usize) -> Option<i64> {
    let plain = text.len() >= least && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn sign(text: &str) -> (i64, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Days since 1970-01-01 of a date such as `2026-02-28`.
pub(super) fn parse_date(text: &str) -> Option<i64> {
    let (sign, rest) = sign(text);
    let (rest, day) = rest.rsplit_once('-')?;
    let (year, month) = rest.rsplit_once('-')?;
    days_checked(sign * number(year, 4)?, number(month, 2)?, number(day, 2)?)
}

/// Days since 1970-01-01, if there is such a day in the years that any of the types can hold.
pub(super) fn days_checked(year: i64, month: i64, day: i64) -> Option<i64> {
    // Far beyond what any of the types can hold, and far from overflow.
    if year.abs() > 1_000_000_000 || !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    let days = days(year, month, day);
    // A day that the month does not have comes back as one of the next month.
    (civil(days) == (year, month, day)).then_some(days)
}

/// Units since midnight of a time such as `12:30:00.5`, of which `10^digits` make a second.
pub(super) fn parse_time(text: &str, digits: u32) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (rest, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
    let (hours, rest) = rest.split_once(':')?;
    let (minutes, seconds) = rest.split_once(':')?;
    let (hours, minutes, seconds) = (number(hours, 2)?, number(minutes, 2)?, number(seconds, 2)?);
    if minutes > 59 || seconds > 59 {
        return None;
    }
    let seconds = hours.checked_mul(3600)?.checked_add(minutes * 60 + seconds)?;
    let fraction = number(fraction, 1).and(Some(fraction.trim_end_matches('0')))?;
    let width = digits as usize;
    if fraction.len() > width {
        return None;
    }
    let fraction = number(&format!("{fraction:0<width$}"), width)?;
    // By way of 128 bits, since the most negative count has no positive twin.
    let count = i128::from(seconds) * 10_i128.pow(digits) + i128::from(fraction);
    i64::try_from(i128::from(sign) * count).ok()
}

/// Units since 1970-01-01T00:00 of a date and time such as `2026-02-28T12:30:00`, of which `10^digits` make a second.
pub(super) fn parse_timestamp(text: &str, digits: u32) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let units_of_day = i128::from(SECONDS_OF_DAY) * 10_i128.pow(digits);
    let time = i128::from(parse_time(time, digits)?);
    if !(0..units_of_day).contains(&time) {
        return None;
    }
    i64::try_from(i128::from(parse_date(date)?) * units_of_day + time).ok()
}

/// As [`parse_timestamp`], in UTC, for a text with `Z` or an offset such as `+02:00` at its end.
pub(super) fn parse_instant(text: &str, digits: u32) -> Option<i64> {
    if let Some(local) = text.strip_suffix(['Z', 'z']) {
        return parse_timestamp(local, digits);
    }
    let (local, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let east = match offset.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let offset = parse_time(&format!("{}:00", &offset[1..]), digits)?;
    if offset >= SECONDS_OF_DAY * 10_i64.pow(digits) {
        return None;
    }
    parse_timestamp(local, digits)?.checked_sub(east * offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_comes_back() {
        let mut expected = days(1600, 1, 1);
        for year in 1600..2000 {
            for month in 1..=12 {
                for day in 1..=31 {
                    let days = days(year, month, day);
                    if civil(days) == (year, month, day) {
                        assert_eq!(days, expected, "{year}-{month}-{day}");
                        expected += 1;
                    }
                }
            }
        }
        assert_eq!(expected, days(2000, 1, 1));
        assert_eq!(civil(0), (1970, 1, 1));
    }
}
