//! Parsers of the texts of settings. The error of each says what is wrong and what is allowed.

use std::time::Duration;

/// The parts of a list that is separated by commas; blank ones are left out.
pub(super) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|one| !one.is_empty())
}

/// The reason that refuses a value that is none of a few.
pub(super) fn allowed<'a>(found: &str, values: impl IntoIterator<Item = &'a str>) -> String {
    format!("'{found}' is not allowed; allowed are {}", values.into_iter().collect::<Vec<_>>().join(", "))
}

/// `true` or `false`, in any case.
pub(super) fn boolean(target: &mut bool, text: &str) -> Result<(), String> {
    *target = match text.to_ascii_lowercase().as_str() {
        "true" => true,
        "false" => false,
        _ => return Err(allowed(text, ["true", "false"])),
    };
    Ok(())
}

/// A whole number from 1 to the largest `int` of Java.
pub(super) fn positive(target: &mut u32, text: &str) -> Result<(), String> {
    *target =
        text.parse().ok().filter(|number| (1..=2_147_483_647).contains(number)).ok_or_else(|| {
            format!("'{text}' is not allowed; allowed are whole numbers from 1 to 2147483647")
        })?;
    Ok(())
}

/// A positive number of milliseconds.
pub(super) fn milliseconds(target: &mut Duration, text: &str) -> Result<(), String> {
    let mut number = 0;
    positive(&mut number, text)?;
    *target = Duration::from_millis(number.into());
    Ok(())
}

/// A positive number of megabytes, in bytes.
pub(super) fn megabytes(target: &mut u64, text: &str) -> Result<(), String> {
    let mut number = 0;
    positive(&mut number, text)?;
    *target = u64::from(number) << 20;
    Ok(())
}
