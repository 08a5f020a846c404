//! Whole numbers of any size: as much as digits need.

use std::cmp::Ordering;

/// A whole number that is not negative, in 32-bit places from the lowest on, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Big {
    places: Vec<u32>,
}

impl Big {
    /// `factor · 5^five · 2^two`
    pub(super) fn new(factor: u64, five: u32, two: u32) -> Self {
        let mut places = vec![0; two as usize / 32];
        let shifted = u128::from(factor) << (two % 32);
        places.extend([0, 32, 64].map(|shift| low(shifted >> shift)));
        let mut big = Self { places };
        big.trim();
        for _ in 0..five / 13 {
            big.multiply(5_u32.pow(13));
        }
        big.multiply(5_u32.pow(five % 13));
        big
    }

    pub(super) fn multiply(&mut self, factor: u32) {
        let mut carry = 0;
        for place in &mut self.places {
            let product = u64::from(*place) * u64::from(factor) + carry;
            *place = low(u128::from(product));
            carry = product >> 32;
        }
        self.places.push(low(u128::from(carry)));
        self.trim();
    }

    pub(super) fn add(&mut self, other: &Self) {
        let length = self.places.len().max(other.places.len());
        self.places.resize(length, 0);
        let mut carry = 0;
        for (index, place) in self.places.iter_mut().enumerate() {
            let sum = u64::from(*place) + u64::from(other.places.get(index).copied().unwrap_or(0)) + carry;
            *place = low(u128::from(sum));
            carry = sum >> 32;
        }
        self.places.push(low(u128::from(carry)));
        self.trim();
    }

    /// Subtracts a number that is not larger.
    pub(super) fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (index, place) in self.places.iter_mut().enumerate() {
            let (difference, first) = place.overflowing_sub(other.places.get(index).copied().unwrap_or(0));
            let (difference, second) = difference.overflowing_sub(u32::from(borrow));
            *place = difference;
            borrow = first || second;
        }
        self.trim();
    }

    fn trim(&mut self) {
        while self.places.last() == Some(&0) {
            self.places.pop();
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lowest 32 bits are wanted")]
fn low(value: u128) -> u32 {
    value as u32
}

impl Ord for Big {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.places.len().cmp(&other.places.len());
        length.then_with(|| self.places.iter().rev().cmp(other.places.iter().rev()))
    }
}

impl PartialOrd for Big {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
