//! Values of primitive types: mostly small ones that are easy to look at, some from the ends of what there is.

use avro_model::testing::Random;

pub(super) fn int(choices: &mut Random<'_>) -> i32 {
    match choices.below(8) {
        0 => choices.pick(&[i32::MIN, -1, 0, 1, i32::MAX]),
        1 => i32::from_be_bytes(std::array::from_fn(|_| choices.byte())),
        _ => i32::from(choices.byte()) * i32::from(choices.byte()) - 1000,
    }
}

pub(super) fn long(choices: &mut Random<'_>) -> i64 {
    match choices.below(8) {
        0 => choices.pick(&[i64::MIN, -1, 0, 1, i64::MAX]),
        1 => choices.bits().cast_signed(),
        _ => i64::from(int(choices)),
    }
}

pub(super) fn float(choices: &mut Random<'_>) -> f32 {
    match choices.below(8) {
        0 => choices.pick(&[-0.0, f32::MIN, f32::MIN_POSITIVE, f32::EPSILON, f32::MAX]),
        1 => {
            let any = f32::from_be_bytes(std::array::from_fn(|_| choices.byte()));
            if any.is_finite() { any } else { 0.0 }
        }
        _ => (f32::from(choices.byte()) * 256.0 + f32::from(choices.byte()) - 16384.0) / 64.0,
    }
}

pub(super) fn double(choices: &mut Random<'_>) -> f64 {
    match choices.below(8) {
        0 => choices.pick(&[-0.0, f64::MIN, f64::MIN_POSITIVE, f64::EPSILON, f64::MAX]),
        1 => {
            let any = f64::from_bits(choices.bits());
            if any.is_finite() { any } else { 0.0 }
        }
        _ => f64::from(int(choices)) / 100.0,
    }
}

/// A text of that many characters: words, and now and then letters of other scripts.
pub(super) fn text(choices: &mut Random<'_>, length: usize) -> String {
    const LETTERS: &[u8] = b"aabcdeeefghiijklmnnooprrssttuuvwxyz";
    const OTHERS: [char; 12] = ['é', 'ß', 'ø', 'Ж', 'λ', '中', '語', '☃', '😀', '"', '\\', '\u{7f}'];
    let words = choices.below(8) > 0;
    let character = |_| match choices.below(if words { 30 } else { 6 }) {
        0 => ' ',
        1 if !words => choices.pick(&OTHERS),
        _ => char::from(choices.pick(LETTERS)),
    };
    (0..length).map(character).collect()
}
