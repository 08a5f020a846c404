//! Dates and timestamps as RFC 3339 writes them.

use avro_model::schema::LogicalType;

/// A date, or a moment of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::command) struct Moment {
    /// Since 1970-01-01.
    pub(in crate::command) days: i64,
    /// Since midnight, in UTC if the text names an offset; `None` for a date.
    pub(in crate::command) nanoseconds: Option<i64>,
    /// Whether the text names an offset from UTC.
    pub(in crate::command) zoned: bool,
}

const DAY: i64 = 86_400_000_000_000;

impl Moment {
    /// `2024-02-29`, or with a time behind `T` or a blank: `23:59:59`, a fraction of at most nine digits, and `Z` or an offset.
    pub(in crate::command) fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let days = days(date)?;
        if rest.is_empty() {
            return Some(Self { days, nanoseconds: None, zoned: false });
        }
        let time = rest.strip_prefix(['T', 't', ' '])?;
        let (clock, rest) = time.split_at_checked(8)?;
        let [hours, minutes, seconds] = fields(clock, [2, 2, 2], b':')?;
        if hours > 23 || minutes > 59 || seconds > 59 {
            return None;
        }
        let (fraction, rest) = fraction(rest)?;
        let offset = match rest {
            "" => None,
            "Z" | "z" => Some(0),
            _ => Some(offset(rest)?),
        };
        let local = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000_000 + fraction;
        let utc = local - offset.unwrap_or_default() * 60_000_000_000;
        let moment = Self {
            days: days + utc.div_euclid(DAY),
            nanoseconds: Some(utc.rem_euclid(DAY)),
            zoned: offset.is_some(),
        };
        Some(moment)
    }

    /// The number that a logical type stores for it; `None` if it is not of that type, or has more digits than the type keeps.
    pub(in crate::command) fn number(self, logical: LogicalType) -> Option<i64> {
        let (zoned, unit) = match logical {
            LogicalType::Date => return self.nanoseconds.is_none().then_some(self.days),
            LogicalType::TimestampMillis => (true, 1_000_000),
            LogicalType::TimestampMicros => (true, 1_000),
            LogicalType::TimestampNanos => (true, 1),
            LogicalType::LocalTimestampMillis => (false, 1_000_000),
            LogicalType::LocalTimestampMicros => (false, 1_000),
            LogicalType::LocalTimestampNanos => (false, 1),
            _ => return None,
        };
        let nanoseconds = self.nanoseconds.filter(|rest| self.zoned == zoned && rest % unit == 0)?;
        self.days.checked_mul(DAY / unit)?.checked_add(nanoseconds / unit)
    }
}

/// Numbers of so many digits each, with a separator between them.
fn fields<const N: usize>(text: &str, widths: [usize; N], separator: u8) -> Option<[i64; N]> {
    let mut numbers = [0; N];
    let mut rest = text.as_bytes();
    for (place, width) in widths.into_iter().enumerate() {
        if place > 0 {
            rest = rest.strip_prefix(&[separator])?;
        }
        let (digits, behind) = rest.split_at_checked(width)?;
        for digit in digits {
            numbers[place] =
                numbers[place] * 10 + i64::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
        }
        rest = behind;
    }
    rest.is_empty().then_some(numbers)
}

/// The days from 1970-01-01 to a date.
fn days(text: &str) -> Option<i64> {
    let [year, month, day] = fields(text, [4, 2, 2], b'-')?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years that begin in March have the leap day at their end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(before + (153 * month + 2) / 5 + day - 1 - 719_468)
}

/// The nanoseconds of a fraction, which may be missing, and what stands behind it.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0, text)) };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, behind) = rest.split_at(length);
    let digits = (1..=9).contains(&length).then(|| format!("{digits:0<9}"))?;
    Some((digits.parse().ok()?, behind))
}

/// The minutes of `+02:00`.
fn offset(text: &str) -> Option<i64> {
    let (sign, clock) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let [hours, minutes] = fields(clock, [2, 2], b':')?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_rfc_3339() {
        let date = |days| Some(Moment { days, nanoseconds: None, zoned: false });
        let at = |days, nanoseconds, zoned| Some(Moment { days, nanoseconds: Some(nanoseconds), zoned });
        for (text, expected) in [
            ("1970-01-01", date(0)),
            ("1969-12-31", date(-1)),
            ("2000-02-29", date(11_016)),
            ("1900-02-28", date(-25_509)),
            ("0000-03-01", date(-719_468)),
            ("9999-12-31", date(2_932_896)),
            ("1970-01-02T00:00:00Z", at(1, 0, true)),
            ("1970-01-01 23:59:59.5", at(0, 86_399_500_000_000, false)),
            ("1970-01-01t00:30:00.000000001+01:00", at(-1, 84_600_000_000_001, true)),
            ("1970-01-01T23:00:00-02:30", at(1, 5_400_000_000_000, true)),
            ("1900-02-29", None),
            ("2024-13-01", None),
            ("2024-00-01", None),
            ("2024-04-31", None),
            ("2024-1-01", None),
            ("24-01-01", None),
            ("2024-01-01T", None),
            ("2024-01-01T24:00:00Z", None),
            ("2024-01-01T00:00", None),
            ("2024-01-01T00:00:00.", None),
            ("2024-01-01T00:00:00.1234567890", None),
            ("2024-01-01T00:00:00+2:00", None),
            ("2024-01-01T00:00:00Zx", None),
            ("ä024-01-01", None),
            ("", None),
        ] {
            assert_eq!(Moment::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn a_moment_is_a_number_of_its_types_alone() {
        for (text, logical, expected) in [
            ("1970-01-03", LogicalType::Date, Some(2)),
            ("1970-01-03", LogicalType::TimestampMillis, None),
            ("1970-01-01T00:00:01.5Z", LogicalType::TimestampMillis, Some(1_500)),
            ("1970-01-01T00:00:01.5Z", LogicalType::TimestampNanos, Some(1_500_000_000)),
            ("1969-12-31T23:59:59Z", LogicalType::TimestampMicros, Some(-1_000_000)),
            ("1970-01-01T00:00:00.0001Z", LogicalType::TimestampMillis, None),
            ("1970-01-01T00:00:01", LogicalType::TimestampMillis, None),
            ("1970-01-01T00:00:01", LogicalType::LocalTimestampMicros, Some(1_000_000)),
            ("1970-01-01T00:00:01", LogicalType::Date, None),
            ("9999-12-31T00:00:00Z", LogicalType::TimestampNanos, None),
        ] {
            let moment = Moment::parse(text).unwrap();
            assert_eq!(moment.number(logical), expected, "{text} as {}", logical.name());
        }
    }
}
