//! The decimal digits of a binary number, as Java up to 18 develops them.
//!
//! The digits are those of Steele and White's and Dragon4's method with Java's own stopping rules, which sometimes leave
//! a digit too many (`2.0E-3` has one, `2E23` becomes `1.9999999999999998E23`) and drop digits of large whole numbers
//! below the precision of the type (`2147483648` as a float is `2.14748365E9`). Java 19 changed to the shortest digits.
//! The texts that registries have stored come from the older rule, and equal texts are equal schemas.

use super::big::Big;

/// Digits `d₀d₁…` of the number `0.d₀d₁… · 10^exponent`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Digits {
    pub(super) digits: Vec<u8>,
    pub(super) exponent: i32,
}

/// Bits of a double's fraction.
const FRACTION: i32 = 52;
const HIDDEN: u64 = 1 << FRACTION;

/// Digits of a positive finite double.
pub(super) fn of_double(value: f64) -> Digits {
    let bits = value.to_bits();
    let fraction = bits & (HIDDEN - 1);
    let exponent = i32::try_from(bits >> FRACTION & 0x7ff).expect("eleven bits");
    if exponent == 0 {
        let zeros = fraction.leading_zeros();
        let shift = zeros - 11;
        let exponent = 1 - i32::try_from(shift).expect("below 64") - 1023;
        return develop(exponent, fraction << shift, 64 - i32::try_from(zeros).expect("below 64"));
    }
    develop(exponent - 1023, fraction | HIDDEN, FRACTION + 1)
}

/// Digits of a positive finite float.
pub(super) fn of_float(value: f32) -> Digits {
    let bits = value.to_bits();
    let fraction = bits & 0x7f_ffff;
    let exponent = i32::try_from(bits >> 23 & 0xff).expect("eight bits");
    if exponent == 0 {
        let zeros = fraction.leading_zeros();
        let shift = zeros - 8;
        let exponent = 1 - i32::try_from(shift).expect("below 32") - 127;
        let significant = 32 - i32::try_from(zeros).expect("below 32");
        return develop(exponent, u64::from(fraction << shift) << 29, significant);
    }
    develop(exponent - 127, u64::from(fraction | 0x80_0000) << 29, 24)
}

/// The number is `fraction · 2^(exponent - 52)`, its hidden bit set; `significant` of its bits count.
fn develop(exponent: i32, fraction: u64, significant: i32) -> Digits {
    let tail = i32::try_from(fraction.trailing_zeros()).expect("below 64");
    let bits = FRACTION + 1 - tail;
    // Bits to the right of the point.
    let tiny = (bits - exponent - 1).max(0);
    if tiny == 0 && (-21..=62).contains(&exponent) && bits < 64 {
        return of_whole(exponent, fraction, significant);
    }
    let estimate = estimated_exponent(fraction, exponent);
    let scale = Scale::new(estimate, exponent, fraction, significant, tiny, bits, tail);
    let mut rounds = if scale.bits_of_value < 32 && scale.bits_of_ten < 32 {
        Small::rounds(&scale, true)
    } else if scale.bits_of_value < 64 && scale.bits_of_ten < 64 {
        Small::rounds(&scale, false)
    } else {
        Large::rounds(&scale)
    };
    if rounds.up {
        rounds.round_up();
    }
    Digits { digits: rounds.digits, exponent: rounds.exponent + 1 }
}

/// A whole number: its own digits, without those that are below the precision of the type.
fn of_whole(exponent: i32, fraction: u64, significant: i32) -> Digits {
    let mut whole = if exponent >= FRACTION {
        fraction << (exponent - FRACTION)
    } else {
        fraction >> (FRACTION - exponent)
    };
    let mut decimal = 0;
    let excess = exponent - significant - 1;
    if exponent > significant && excess > 1 {
        let dropped = (1_u64 << excess).ilog10();
        let unit = 10_u64.pow(dropped);
        let rest = whole % unit;
        whole /= unit;
        decimal += i32::try_from(dropped).expect("below 20");
        if dropped > 0 && rest >= unit / 2 {
            whole += 1;
        }
    }
    let text = whole.to_string();
    decimal += i32::try_from(text.len()).expect("below 21");
    let digits = text.trim_end_matches('0').bytes().map(|digit| digit - b'0').collect();
    Digits { digits, exponent: decimal }
}

/// ⌊log₁₀⌋ of the number, or one more.
fn estimated_exponent(fraction: u64, exponent: i32) -> i32 {
    let mantissa = f64::from_bits(1.0_f64.to_bits() | (fraction & (HIDDEN - 1)));
    #[expect(
        clippy::approx_constant,
        reason = "Java's constant, whose last digits decide where the estimate is off"
    )]
    let log = (mantissa - 1.5) * 0.289_529_654 + 0.176_091_259 + f64::from(exponent) * 0.301_029_995_663_981;
    #[expect(clippy::cast_possible_truncation, reason = "a decimal exponent is below 400")]
    let floor = log.floor() as i32;
    floor
}

/// The number is `value / unit · 10^exponent`, half its last place is `half / unit`; each as powers of 2 and 5.
struct Scale {
    exponent: i32,
    fraction: u64,
    value: (i32, i32),
    unit: (i32, i32),
    half: (i32, i32),
    bits_of_value: i32,
    bits_of_ten: i32,
}

impl Scale {
    fn new(
        decimal: i32,
        exponent: i32,
        fraction: u64,
        significant: i32,
        tiny: i32,
        bits: i32,
        tail: i32,
    ) -> Self {
        let value5 = (-decimal).max(0);
        let mut value2 = value5 + tiny + exponent;
        let unit5 = decimal.max(0);
        let mut unit2 = unit5 + tiny;
        let mut half2 = value2 - significant;
        value2 -= bits - 1;
        let common = value2.min(unit2);
        value2 -= common;
        unit2 -= common;
        half2 -= common;
        // Below a power of two the next number is only half as far away.
        if bits == 1 {
            half2 -= 1;
        }
        if half2 < 0 {
            value2 -= half2;
            unit2 -= half2;
            half2 = 0;
        }
        Self {
            exponent: decimal,
            fraction: fraction >> tail,
            value: (value2, value5),
            unit: (unit2, unit5),
            half: (half2, value5),
            bits_of_value: bits + value2 + bits_of_power_of_five(value5),
            bits_of_ten: unit2 + 1 + bits_of_power_of_five(unit5 + 1),
        }
    }
}

/// Bits of 5ⁿ, beyond 2⁶² only roughly.
fn bits_of_power_of_five(n: i32) -> i32 {
    match n {
        0 => 0,
        1..=26 => i32::try_from(5_u64.pow(n.unsigned_abs()).ilog2()).expect("below 64") + 1,
        _ => n * 3,
    }
}

/// Digits so far, and whether the last one is to be rounded up.
struct Rounds {
    digits: Vec<u8>,
    exponent: i32,
    up: bool,
}

impl Rounds {
    fn round_up(&mut self) {
        match self.digits.iter().rposition(|&digit| digit != 9) {
            Some(place) => {
                self.digits[place] += 1;
                self.digits[place + 1..].fill(0);
            }
            None => {
                self.digits.fill(0);
                self.digits[0] = 1;
                self.exponent += 1;
            }
        }
    }

    /// Develops digits from `next`, which gives one digit and whether the rest is below half a last place from below
    /// and from above. `compare_rest` compares twice the rest with ten units.
    fn develop(
        exponent: i32,
        first: (u8, bool, bool),
        mut next: impl FnMut() -> (u8, bool, bool),
    ) -> (Self, bool, bool) {
        let (digit, mut low, mut high) = first;
        let mut rounds = Self { digits: Vec::new(), exponent, up: false };
        if digit == 0 && !high {
            rounds.exponent -= 1;
        } else {
            rounds.digits.push(digit);
        }
        // The scientific form has at least two digits.
        if rounds.exponent < -3 || rounds.exponent >= 8 {
            (low, high) = (false, false);
        }
        while !low && !high {
            let digit;
            (digit, low, high) = next();
            rounds.digits.push(digit);
        }
        (rounds, low, high)
    }

    /// The stopping rule: between two digits the nearer one, a tie to the even one.
    fn decide(&mut self, low: bool, high: bool, rest: std::cmp::Ordering) {
        let odd = self.digits.last().is_some_and(|digit| digit % 2 == 1);
        self.up = high && (!low || rest.is_gt() || (rest.is_eq() && odd));
    }
}

/// Numbers of 32 or 64 bits, which wrap around as Java's do.
struct Small {
    value: i64,
    unit: i64,
    half: i64,
    ten: i64,
    narrow: bool,
}

impl Small {
    fn rounds(scale: &Scale, narrow: bool) -> Rounds {
        let power = |(two, five): (i32, i32), factor: i64| {
            let five = 5_i64.wrapping_pow(five.unsigned_abs());
            Self::fit(factor.wrapping_mul(five), narrow).wrapping_shl(two.unsigned_abs())
        };
        let fraction = i64::try_from(scale.fraction).expect("53 bits");
        let unit = Self::fit(power(scale.unit, 1), narrow);
        let mut small = Self {
            value: Self::fit(power(scale.value, fraction), narrow),
            unit,
            half: Self::fit(power(scale.half, 1), narrow),
            ten: Self::fit(unit.wrapping_mul(10), narrow),
            narrow,
        };
        let digit = small.digit();
        let first = (digit, small.value < small.half, small.sum() > small.ten);
        let (mut rounds, low, high) = Rounds::develop(scale.exponent, first, || {
            let digit = small.digit();
            // When the half overflows it is larger than anything.
            let overflow = small.half <= 0;
            (digit, overflow || small.value < small.half, overflow || small.sum() > small.ten)
        });
        let rest = Self::fit(Self::fit(small.value << 1, narrow).wrapping_sub(small.ten), narrow);
        rounds.decide(low, high, rest.cmp(&0));
        rounds
    }

    fn digit(&mut self) -> u8 {
        let digit = u8::try_from(self.value / self.unit).expect("a digit");
        self.value = Self::fit((self.value % self.unit).wrapping_mul(10), self.narrow);
        self.half = Self::fit(self.half.wrapping_mul(10), self.narrow);
        digit
    }

    fn sum(&self) -> i64 {
        Self::fit(self.value.wrapping_add(self.half), self.narrow)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a 32-bit number wraps around")]
    fn fit(value: i64, narrow: bool) -> i64 {
        if narrow { i64::from(value as i32) } else { value }
    }
}

/// Numbers of any size.
struct Large {
    value: Big,
    unit: Big,
    half: Big,
    ten: Big,
}

impl Large {
    fn rounds(scale: &Scale) -> Rounds {
        let power =
            |(two, five): (i32, i32), factor: u64| Big::new(factor, five.unsigned_abs(), two.unsigned_abs());
        let mut large = Self {
            value: power(scale.value, scale.fraction),
            unit: power(scale.unit, 1),
            half: power((scale.half.0 + 1, scale.half.1 + 1), 1),
            ten: power((scale.unit.0 + 1, scale.unit.1 + 1), 1),
        };
        let digit = large.digit();
        let (low, high) = large.stops();
        let (mut rounds, low, high) = Rounds::develop(scale.exponent, (digit, low, high), || {
            let digit = large.digit();
            large.half.multiply(10);
            let (low, high) = large.stops();
            (digit, low, high)
        });
        large.value.multiply(2);
        rounds.decide(low, high, large.value.cmp(&large.ten));
        rounds
    }

    fn digit(&mut self) -> u8 {
        let mut digit = 0;
        while self.value >= self.unit {
            self.value.subtract(&self.unit);
            digit += 1;
        }
        self.value.multiply(10);
        digit
    }

    fn stops(&self) -> (bool, bool) {
        let mut sum = self.value.clone();
        sum.add(&self.half);
        (self.value < self.half, sum >= self.ten)
    }
}
