//! Values made at random.

use super::Random;
use crate::schema::{Kind, LogicalType, NodeId, Schema};
use crate::value::Value;

/// Makes values of a schema.
#[derive(Debug, Clone)]
pub struct Values<'s> {
    schema: &'s Schema,
    /// How deep the least deep value of each node is; `None` when it has no value.
    heights: Vec<Option<usize>>,
}

/// Below this depth only what is needed is made.
const DEPTH: usize = 6;

impl<'s> Values<'s> {
    /// Values of that schema.
    pub fn of(schema: &'s Schema) -> Self {
        let mut heights: Vec<Option<usize>> = vec![None; schema.nodes().len()];
        // Each round settles at least one more node or is the last.
        loop {
            let mut changed = false;
            for (index, node) in schema.nodes().iter().enumerate() {
                let of = |id: &NodeId| heights[id.index()];
                let height = match &node.kind {
                    Kind::Record(record) => record
                        .fields
                        .iter()
                        .map(|field| of(&field.schema))
                        .try_fold(0, |most, height| Some(most.max(height?))),
                    Kind::Union(branches) => branches.iter().filter_map(of).min(),
                    Kind::Enum(definition) if definition.symbols.is_empty() => None,
                    _ => Some(0),
                };
                let height = height.map(|height| height + 1);
                if height.is_some() && heights[index].is_none() {
                    heights[index] = height;
                    changed = true;
                }
            }
            if !changed {
                return Self { schema, heights };
            }
        }
    }

    /// Whether the schema has a value at all. A record that contains itself has none, nor has an empty union.
    pub fn any(&self) -> bool {
        self.heights[self.schema.root().index()].is_some()
    }

    /// A value.
    ///
    /// # Panics
    /// When the schema has none.
    pub fn value(&self, random: &mut Random<'_>) -> Value {
        assert!(self.any(), "a schema without values");
        self.make(self.schema.root(), random, 0)
    }

    fn make(&self, id: NodeId, random: &mut Random<'_>, depth: usize) -> Value {
        if let Some(LogicalType::Decimal { precision, .. }) = self.schema[id].logical {
            return match &self.schema[id].kind {
                Kind::Fixed(fixed) => Value::Fixed(decimal(random, precision, fixed.size)),
                _ => {
                    let length = random.below(12);
                    Value::Bytes(decimal(random, precision, length))
                }
            };
        }
        match &self.schema[id].kind {
            Kind::Null => Value::Null,
            Kind::Boolean => Value::Boolean(random.once_in(2)),
            Kind::Int => Value::Int(int(random)),
            Kind::Long => Value::Long(long(random)),
            Kind::Float => Value::Float(float(random)),
            Kind::Double => Value::Double(double(random)),
            Kind::Bytes => Value::Bytes(bytes(random)),
            Kind::String => Value::String(text(random)),
            Kind::Fixed(fixed) => Value::Fixed((0..fixed.size).map(|_| random.byte()).collect()),
            Kind::Enum(definition) => Value::Enum(random.below(definition.symbols.len())),
            Kind::Array(items) => {
                let count = self.count(*items, random, depth);
                Value::Array((0..count).map(|_| self.make(*items, random, depth + 1)).collect())
            }
            Kind::Map(values) => {
                let count = self.count(*values, random, depth);
                Value::Map(
                    (0..count).map(|_| (text(random), self.make(*values, random, depth + 1))).collect(),
                )
            }
            Kind::Union(branches) => {
                let height = |branch: usize| self.heights[branches[branch].index()];
                let possible: Vec<usize> =
                    (0..branches.len()).filter(|&branch| height(branch).is_some()).collect();
                let branch = if depth > DEPTH {
                    possible.into_iter().min_by_key(|&branch| height(branch)).unwrap_or_default()
                } else {
                    random.pick(&possible)
                };
                Value::Union(branch, Box::new(self.make(branches[branch], random, depth + 1)))
            }
            Kind::Record(record) => {
                let field = |field: &crate::schema::Field| self.make(field.schema, random, depth + 1);
                Value::Record(record.fields.iter().map(field).collect())
            }
        }
    }

    fn count(&self, items: NodeId, random: &mut Random<'_>, depth: usize) -> usize {
        if depth > DEPTH || self.heights[items.index()].is_none() { 0 } else { random.below(4) }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "random bits are cut to size")]
fn int(random: &mut Random<'_>) -> i32 {
    let bits = random.below(33);
    if bits == 0 { [0, i32::MAX, i32::MIN][random.below(3)] } else { (random.bits() as i32) >> (bits - 1) }
}

fn long(random: &mut Random<'_>) -> i64 {
    let bits = random.below(65);
    if bits == 0 {
        [0, i64::MAX, i64::MIN][random.below(3)]
    } else {
        random.bits().cast_signed() >> (bits - 1)
    }
}

/// NaN has many encodings, of which JSON keeps one.
#[expect(clippy::cast_possible_truncation, reason = "random bits are cut to size")]
fn float(random: &mut Random<'_>) -> f32 {
    let value = match random.below(4) {
        0 => [0.0, -0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN_POSITIVE, f32::MAX, 0.1]
            [random.below(8)],
        1 => f32::from(random.byte()) / 4.0,
        _ => f32::from_bits(random.bits() as u32),
    };
    if value.is_nan() { f32::NAN } else { value }
}

fn double(random: &mut Random<'_>) -> f64 {
    let value = match random.below(4) {
        0 => [0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, f64::MAX, 0.1]
            [random.below(8)],
        1 => f64::from(random.byte()) / 4.0,
        _ => f64::from_bits(random.bits()),
    };
    if value.is_nan() { f64::NAN } else { value }
}

/// A number of at most `precision` digits in two's complement of that many bytes, if they are enough, or in none.
fn decimal(random: &mut Random<'_>, precision: u32, length: usize) -> Vec<u8> {
    // Of more bytes than a long has, the others repeat its sign.
    let most = 10_i64.pow(precision.min(18)) - 1;
    let most = if length < 8 { most.min((1_i64 << (8 * length).saturating_sub(1)) - 1) } else { most };
    let number = (random.bits().cast_signed() >> random.below(64)).clamp(-most, most);
    let sign = if number < 0 { 0xff } else { 0 };
    let bytes = number.to_be_bytes();
    let extra = std::iter::repeat_n(sign, length.saturating_sub(bytes.len()));
    extra.chain(bytes.into_iter().skip(bytes.len().saturating_sub(length))).collect()
}

fn bytes(random: &mut Random<'_>) -> Vec<u8> {
    let length = [0, 1, 5, 70][random.below(4)];
    (0..length).map(|_| random.byte()).collect()
}

fn text(random: &mut Random<'_>) -> String {
    const CHARACTERS: [char; 12] =
        ['a', 'Z', '0', '"', '\\', '\n', '\u{0}', 'é', '☃', '😀', '\u{ffff}', '\u{2028}'];
    let length = [0, 1, 3, 40][random.below(4)];
    (0..length).map(|_| random.pick(&CHARACTERS)).collect()
}
