//! The message.

mod generated {
    include!(concat!(env!("OUT_DIR"), "/sizing_order.rs"));
}
pub(crate) use generated::sizing::{Customer, Line, Order, Status};
use serde_wire::types::TimestampMillis;

/// An order that differs from others by its number.
pub(crate) fn order(number: i64) -> Order {
    Order {
        id: number,
        customer: Customer {
            id: number % 5000,
            name: format!("Customer number {}", number % 5000),
            email: format!("customer.{}@mail.example", number % 5000),
            street: format!("{} Long Street of the Old Town", number % 300),
            city: "Trondheim".into(),
            country: "Norge".into(),
        },
        status: [Status::New, Status::Paid, Status::Sent, Status::Done]
            [usize::from(number.to_le_bytes()[0]) % 4],
        placed: TimestampMillis(1_767_225_600_000 + number),
        note: (number % 3 == 0)
            .then(|| "Please leave it at the door of the neighbour, if nobody is there.".into()),
        tags: [("channel", "web"), ("campaign", "spring")]
            .map(|(key, value)| (key.into(), value.into()))
            .into(),
        lines: (0..10).map(|line| item(number, line)).collect(),
    }
}

fn item(number: i64, line: i32) -> Line {
    let part = i64::from(line) * 31 + number % 97;
    Line {
        sku: format!("SKU-{part:08}"),
        title: format!("Article {part} of the catalogue, blue, with a handle and a lid"),
        quantity: line % 3 + 1,
        price: f64::from(line) * 3.5 + 0.99,
        discount: (line % 4 == 0).then_some(0.1),
    }
}
