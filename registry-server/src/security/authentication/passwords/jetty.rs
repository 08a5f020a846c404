//! Passwords as Jetty writes them: in clear, obfuscated (`OBF:`) or as a sum (`MD5:`).

use super::StoredPassword;

/// The password of a property file; why it cannot be used otherwise.
pub(super) fn password(text: &str) -> Result<StoredPassword, &'static str> {
    if let Some(obfuscated) = text.strip_prefix("OBF:") {
        return clear(obfuscated).map(StoredPassword::Clear).ok_or("has an OBF: password that is not valid");
    }
    if let Some(sum) = text.strip_prefix("MD5:") {
        return md5(sum).map(StoredPassword::Md5).ok_or("has an MD5: password that is not valid");
    }
    if text.starts_with("CRYPT:") {
        return Err("has a CRYPT: password, which is too weak to be read here; put the user into \
                    authentication.password.file with registry-server passwd");
    }
    // What BASIC of other servers has in such files as well, and who moves to better hashes keeps the file for.
    Ok(StoredPassword::of_hash(text).unwrap_or_else(|| StoredPassword::Clear(text.to_owned())))
}

/// The text that an obfuscated one stands for. Each byte is four characters: a number to the base of 36 made of the byte and
/// its counterpart from the other end, or the byte itself after a `U`.
fn clear(obfuscated: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = obfuscated;
    while !rest.is_empty() {
        let plain = rest.strip_prefix('U');
        let from = plain.unwrap_or(rest);
        let digits = from.get(..4)?;
        let number = u32::from_str_radix(digits, 36).ok()?;
        let byte = match plain {
            Some(_) => number >> 8,
            None => (number / 256 + number % 256).checked_sub(254)? / 2,
        };
        bytes.push(u8::try_from(byte).ok()?);
        rest = &from[4..];
    }
    String::from_utf8(bytes).ok()
}

fn md5(hex: &str) -> Option<[u8; 16]> {
    if hex.len() != 32 || !hex.is_ascii() {
        return None;
    }
    let mut sum = [0; 16];
    for (index, byte) in sum.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_as_jetty_writes_them() {
        for (stored, right) in [
            ("geheim", "geheim"),
            // As Jetty's documentation and its example files have them.
            ("OBF:1xmk1w261u9r1w1c1xmq", "other"),
            ("OBF:1vny1zlo1x8e1vnw1vn61x8g1zlu1vn4", "storepwd"),
            ("OBF:1v211tvfU0ko4U12o3U0wh41tvn1v2d", "gehäim"),
            ("OBF:", ""),
            ("MD5:164c88b302622e17050af52c89945d44", "jetty"),
            ("MD5:5f4dcc3b5aa765d61d8327deb882cf99", "password"),
            ("MD5:21232F297A57A5A743894A0E4A801FC3", "admin"),
        ] {
            let password = password(stored).unwrap_or_else(|error| panic!("{stored}: {error}"));
            assert!(password.is(right.as_bytes()), "{stored} is not {right}");
            assert!(!password.is(format!("{right}x").as_bytes()), "{stored}");
        }
        for refused in
            ["CRYPT:adpexzg3FUZAk", "OBF:1", "OBF:zzzz", "MD5:5f4d", "MD5:é2345678901234567890123456789012"]
        {
            assert!(password(refused).is_err(), "{refused}");
        }
    }
}
