//! The name in a certificate, as Java writes it (RFC 2253).

use x509_parser::asn1_rs::{Any, Tag};
use x509_parser::prelude::{FromDer as _, X509Certificate, X509Name};

/// The attributes that RFC 2253 has names for; Java writes all others as numbers, with their values in hexadecimal.
const KEYWORDS: [(&str, &str); 9] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.1", "UID"),
];

/// The name of the subject of a certificate, the most special attribute first; `None` for what is no certificate.
pub(super) fn distinguished_name(der: &[u8]) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    Some(written(certificate.subject()))
}

fn written(name: &X509Name<'_>) -> String {
    let mut parts: Vec<String> = name
        .iter_rdn()
        .map(|relative| {
            let attributes: Vec<String> = relative
                .iter()
                .map(|attribute| one(&attribute.attr_type().to_id_string(), attribute.attr_value()))
                .collect();
            attributes.join("+")
        })
        .collect();
    parts.reverse();
    parts.join(",")
}

fn one(id: &str, value: &Any<'_>) -> String {
    let keyword = KEYWORDS.iter().find(|(known, _)| *known == id).map(|(_, keyword)| *keyword);
    match (keyword, text(value)) {
        (Some(keyword), Some(text)) => format!("{keyword}={}", escaped(&text)),
        _ => format!("{}={}", keyword.unwrap_or(id), in_hexadecimal(value)),
    }
}

/// The value of a kind of text.
fn text(value: &Any<'_>) -> Option<String> {
    match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::NumericString => {
            std::str::from_utf8(value.data).ok().map(str::to_owned)
        }
        Tag::T61String => Some(value.data.iter().copied().map(char::from).collect()),
        Tag::BmpString => {
            let units = value.data.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]]));
            char::decode_utf16(units).collect::<Result<String, _>>().ok()
        }
        _ => None,
    }
}

/// A value with what would end it escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let spaces_at_end = text.len() - text.trim_end_matches(' ').len();
    for (index, one) in text.char_indices() {
        let is_at_edge =
            one == ' ' && (text[..index].trim_matches(' ').is_empty() || index >= text.len() - spaces_at_end);
        if ",=+<>#;\"\\".contains(one) || is_at_edge {
            escaped.push('\\');
        }
        escaped.push(one);
    }
    escaped
}

fn in_hexadecimal(value: &Any<'_>) -> String {
    let mut der = vec![u8::try_from(value.tag().0).unwrap_or_default()];
    let length = value.data.len();
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => der.push(short),
        _ => {
            let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            der.push(0x80 | u8::try_from(bytes.len()).unwrap_or_default());
            der.extend(bytes);
        }
    }
    der.extend_from_slice(value.data);
    let digits: String = der.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("#{digits}")
}
