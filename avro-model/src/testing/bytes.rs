//! Data that is almost right.

use super::Random;

/// Changes some bytes: flips bits, puts in extreme numbers, cuts, repeats and moves parts.
pub fn mutate(data: &mut Vec<u8>, random: &mut Random<'_>) {
    const EXTREMES: [&[u8]; 6] = [
        &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        &[0xfe, 0xff, 0xff, 0xff, 0x0f],
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
        &[0x01],
        &[0x00],
    ];
    for _ in 0..1 + random.below(3) {
        let at = random.below(data.len() + 1);
        match random.below(7) {
            0 | 1 if at < data.len() => data[at] ^= 1 << random.below(8),
            2 if at < data.len() => data[at] = random.byte(),
            3 => drop(data.splice(at..at, random.pick(&EXTREMES).iter().copied())),
            4 => data.truncate(at),
            5 => {
                let end = at + random.below(data.len() - at + 1).min(64);
                let part = data[at..end].to_vec();
                let to = random.below(data.len() + 1);
                drop(data.splice(to..to, part));
            }
            _ => {
                let end = at + random.below(data.len() - at + 1).min(8);
                drop(data.drain(at..end));
            }
        }
    }
}
