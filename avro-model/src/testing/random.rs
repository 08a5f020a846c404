//! A source of choices.

/// A source of choices: endless from a seed, or the bytes of a fuzzer, behind which every choice is the first one.
#[derive(Debug, Clone)]
pub struct Random<'b> {
    source: Source<'b>,
}

#[derive(Debug, Clone)]
enum Source<'b> {
    Seed(u64),
    Bytes(&'b [u8]),
}

impl Random<'static> {
    /// Choices that follow from a number.
    pub fn seed(seed: u64) -> Self {
        Self { source: Source::Seed(seed) }
    }
}

impl<'b> Random<'b> {
    /// Choices that a fuzzer makes.
    pub fn bytes(bytes: &'b [u8]) -> Self {
        Self { source: Source::Bytes(bytes) }
    }

    /// The bytes that were not used for choices, which then are none of a seed.
    pub fn rest(&self) -> &'b [u8] {
        match self.source {
            Source::Seed(_) => &[],
            Source::Bytes(rest) => rest,
        }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        match &mut self.source {
            Source::Seed(state) => {
                // splitmix64, by Sebastiano Vigna.
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut bits = *state;
                bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                bits ^ (bits >> 31)
            }
            Source::Bytes(_) => (0..8).fold(0, |bits, _| bits << 8 | u64::from(self.byte())),
        }
    }

    /// A random byte.
    #[expect(clippy::cast_possible_truncation, reason = "the lowest byte is meant")]
    pub fn byte(&mut self) -> u8 {
        match &mut self.source {
            Source::Seed(_) => self.bits() as u8,
            Source::Bytes(bytes) => match bytes.split_first() {
                Some((first, rest)) => {
                    *bytes = rest;
                    *first
                }
                None => 0,
            },
        }
    }

    /// A number below `end`; 0 when `end` is 0.
    #[expect(clippy::cast_possible_truncation, reason = "the remainder is below a usize")]
    pub fn below(&mut self, end: usize) -> usize {
        let bits = match end {
            0 | 1 => return 0,
            2..=256 => u64::from(self.byte()),
            _ => self.bits(),
        };
        (bits % end as u64) as usize
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times.saturating_sub(1)
    }

    /// One of several.
    ///
    /// # Panics
    /// When there is none.
    pub fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }
}
