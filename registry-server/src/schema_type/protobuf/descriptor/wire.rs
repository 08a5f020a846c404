//! The wire format: tags, varints and length-delimited fields.

use crate::schema_type::protobuf::InvalidText;

/// A message that is being written. Its fields have to be added in the order of their numbers.
#[derive(Debug, Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.0.push(value.to_le_bytes()[0]);
    }

    pub(super) fn number(&mut self, field: u32, value: u64) {
        self.varint(u64::from(field) << 3);
        self.varint(value);
    }

    /// A signed number, ten bytes long if it is negative.
    pub(super) fn signed(&mut self, field: u32, value: i32) {
        self.number(field, i64::from(value).cast_unsigned());
    }

    pub(super) fn boolean(&mut self, field: u32, value: bool) {
        self.number(field, value.into());
    }

    pub(super) fn bytes(&mut self, field: u32, value: &[u8]) {
        self.varint(u64::from(field) << 3 | 2);
        self.varint(value.len() as u64);
        self.0.extend_from_slice(value);
    }

    pub(super) fn text(&mut self, field: u32, value: &str) {
        self.bytes(field, value.as_bytes());
    }

    pub(super) fn message(&mut self, field: u32, value: &Self) {
        self.bytes(field, &value.0);
    }

    /// A message that is left out if it says nothing.
    pub(super) fn options(&mut self, field: u32, value: &Self) {
        if !value.0.is_empty() {
            self.message(field, value);
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// A field that was read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wire<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// One that no descriptor has.
    Other,
}

impl<'a> Wire<'a> {
    pub(super) fn number(self) -> Result<u64, InvalidText> {
        match self {
            Self::Number(value) => Ok(value),
            _ => Err(broken("a number was expected")),
        }
    }

    pub(super) fn boolean(self) -> Result<bool, InvalidText> {
        Ok(self.number()? != 0)
    }

    /// A number of 32 bits, which are the lower ones of what was read.
    pub(super) fn signed(self) -> Result<i32, InvalidText> {
        let bytes = self.number()?.to_le_bytes();
        Ok(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    pub(super) fn bytes(self) -> Result<&'a [u8], InvalidText> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(broken("a length was expected")),
        }
    }

    pub(super) fn text(self) -> Result<String, InvalidText> {
        Ok(String::from_utf8_lossy(self.bytes()?).into_owned())
    }
}

/// The numbers that are packed in these bytes.
pub(super) fn numbers(bytes: &[u8]) -> Result<Vec<u64>, InvalidText> {
    let mut rest = Fields::of(bytes);
    let mut numbers = Vec::new();
    while !rest.0.is_empty() {
        numbers.push(rest.varint()?);
    }
    Ok(numbers)
}

/// The fields of a message, one after the other.
#[derive(Debug)]
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next field's number and value.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Wire<'a>)>, InvalidText> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        if tag >> 3 == 0 {
            return Err(broken("a field has the number 0"));
        }
        let value = match tag & 7 {
            0 => Wire::Number(self.varint()?),
            1 => self.take(8).map(|_| Wire::Other)?,
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| broken("a length is too large"))?;
                Wire::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Wire::Other)?,
            _ => return Err(broken("a field has an unknown wire type")),
        };
        Ok(Some((tag >> 3, value)))
    }

    fn varint(&mut self) -> Result<u64, InvalidText> {
        let mut value = 0_u64;
        for index in 0..10 {
            let byte = self.take(1)?.first().copied().unwrap_or_default();
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(broken("a varint is longer than 10 bytes"))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], InvalidText> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(|| broken("it ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }
}

pub(super) fn broken(what: &str) -> InvalidText {
    InvalidText(format!("not a FileDescriptorProto: {what}"))
}
