//! Instants and [`SystemTime`](std::time::SystemTime).

/// The conversions of one instant type, in units of which `10^$digits` make a second.
macro_rules! instant {
    ($name:ident, $digits:literal) => {
        impl $name {
            /// The present instant by the system's clock, rounded down to the unit.
            ///
            /// # Panics
            /// When the clock stands at a time that 64 bits cannot count in this unit.
            #[must_use]
            pub fn now() -> Self {
                Self::try_from(std::time::SystemTime::now())
                    .expect("the system's clock is out of range for the unit")
            }
        }

        #[doc = "Fails for an instant that the system's clock type cannot hold."]
        impl TryFrom<$name> for std::time::SystemTime {
            type Error = super::OutOfRange;

            fn try_from(instant: $name) -> Result<Self, super::OutOfRange> {
                let unit = 10_u64.pow($digits);
                let count = instant.0.unsigned_abs();
                #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second in nanoseconds")]
                let nanos = (count % unit * (1_000_000_000 / unit)) as u32;
                let distance = std::time::Duration::new(count / unit, nanos);
                let time = if instant.0 < 0 {
                    Self::UNIX_EPOCH.checked_sub(distance)
                } else {
                    Self::UNIX_EPOCH.checked_add(distance)
                };
                time.ok_or_else(|| super::OutOfRange::new(&instant, "is out of range for the system's clock"))
            }
        }

        #[doc = "Rounds down to the unit; fails for a time that 64 bits cannot count in it."]
        impl TryFrom<std::time::SystemTime> for $name {
            type Error = super::OutOfRange;

            fn try_from(time: std::time::SystemTime) -> Result<Self, super::OutOfRange> {
                let nanos = match time.duration_since(std::time::SystemTime::UNIX_EPOCH) {
                    Ok(after) => after.as_nanos().cast_signed(),
                    Err(before) => -before.duration().as_nanos().cast_signed(),
                };
                super::calendar::count_of_nanos(nanos, $digits).map(Self).ok_or_else(|| {
                    super::OutOfRange::new(&format!("{time:?}"), "is out of range for the unit")
                })
            }
        }
    };
}
pub(super) use instant;

#[cfg(test)]
mod tests {
    use crate::types::{TimestampMicros, TimestampMillis, TimestampNanos};
    use std::time::{Duration, SystemTime};

    #[test]
    fn now_is_between_before_and_after() {
        let before = SystemTime::now();
        let now = SystemTime::try_from(TimestampNanos::now()).unwrap();
        assert!(before <= now && now <= SystemTime::now());
        assert_eq!(crate::types::Date::today_in_utc(), TimestampMillis::now().date().unwrap());
    }

    #[test]
    fn instants_convert_to_the_system_clock_and_back() {
        for micros in [0, 1, -1, 1_500_000, -1_500_000, 4_102_444_800_000_000] {
            let time = SystemTime::try_from(TimestampMicros(micros)).unwrap();
            assert_eq!(TimestampMicros::try_from(time), Ok(TimestampMicros(micros)));
        }
        let time = SystemTime::UNIX_EPOCH - Duration::from_nanos(1);
        assert_eq!(TimestampMillis::try_from(time), Ok(TimestampMillis(-1)), "rounded down");
        assert!(TimestampNanos::try_from(SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40)).is_err());
    }
}
