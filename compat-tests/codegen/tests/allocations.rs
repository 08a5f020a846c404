//! Memory that decoding takes: none for what borrows from the message, and none for what is read into a value that has held
//! the message before.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use allocation_counter::measure;
use codegen_tests::workloads::{w1, w2, w3, w4};
use serde_wire::codec::{AvroBorrow, AvroDecode, decode, decode_into};
use std::fs;
use std::hint::black_box;

#[test]
fn what_borrows_allocates_nothing_but_vectors() {
    assert_eq!(borrowing::<w1::bench::Event>("W1"), 0);
    assert_eq!(borrowing::<w2::bench::Envelope>("W2"), 0);
    // The owned form does, so that there is something to see.
    let messages = messages("W1");
    let owned = measure(|| messages.iter().for_each(|message| drop(decode::<w1::bench::Event>(message))));
    assert!(owned.count_total >= 3 * messages.len() as u64);
}

#[test]
fn what_is_read_into_a_value_of_its_size_allocates_nothing() {
    assert_eq!(reading_again::<w1::bench::Event>("W1"), 0);
    assert_eq!(reading_again::<w2::bench::Envelope>("W2"), 0);
    assert_eq!(reading_again::<w3::bench::Telemetry>("W3"), 0);
    assert_eq!(reading_again::<w4::bench::Profile>("W4"), 0);
}

/// How often decoding the messages of a workload in the borrowed form allocates.
fn borrowing<T: AvroBorrow>(workload: &str) -> u64 {
    let messages = messages(workload);
    let decode_all =
        || messages.iter().for_each(|message| drop(black_box(decode::<T::Ref<'_>>(message).unwrap())));
    measure(decode_all).count_total
}

/// How often reading each message of a workload once more into its value allocates.
fn reading_again<T: for<'a> AvroDecode<'a>>(workload: &str) -> u64 {
    let allocations = messages(workload).into_iter().map(|message| {
        let mut value: T = decode(&message).unwrap();
        // What has just been made may have room for less than is read at once.
        decode_into(&message, &mut value).unwrap();
        measure(|| decode_into(&message, &mut value).unwrap()).count_total
    });
    allocations.sum()
}

/// The messages of a workload, each behind its length.
fn messages(workload: &str) -> Vec<Vec<u8>> {
    let bytes = fs::read(format!("../workloads/{workload}.bin")).unwrap();
    let mut rest = &bytes[..];
    let mut messages = Vec::new();
    while let Some((length, tail)) = rest.split_first_chunk() {
        let (message, tail) = tail.split_at(u32::from_be_bytes(*length) as usize);
        messages.push(message.to_vec());
        rest = tail;
    }
    assert!(messages.len() > 10);
    messages
}
