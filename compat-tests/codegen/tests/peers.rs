//! Types of schemas made at random, with no options and with every one, against the bytes that other implementations write.

#[allow(dead_code, reason = "the other crates use the rest")]
#[path = "../edition-2021/tests/agreement/mod.rs"]
mod agreement;
#[path = "../folder/peers.rs"]
mod peers;

use peers::{Case, Peers};
use serde_wire::codec::{AvroDecode, AvroSchema, AvroTryEncode};

type Both = fn(u64) -> [Case; 2];

const CHECKS: &[(u64, Both)] = include!(concat!(env!("OUT_DIR"), "/borrowing_checks.rs"));

/// The first version of a schema, of default options, and what became of it, of all.
fn check<O, N>(seed: u64) -> [Case; 2]
where
    O: AvroSchema + AvroTryEncode + for<'a> AvroDecode<'a>,
    N: AvroSchema + AvroTryEncode + for<'a> AvroDecode<'a>,
{
    [Case::of::<O>(seed), Case::of::<N>(seed)]
}

#[test]
#[ignore = "compat-tests/run --only codegen runs it, which has the others at hand"]
fn types_write_what_others_write() {
    let peers = Peers::from_environment().expect("AVRO_QUESTIONS is set");
    let cases: Vec<Case> = CHECKS.iter().flat_map(|(seed, both)| both(*seed)).collect();
    assert_eq!(peers::compare_all(&peers, &cases), 0, "what disagrees is told above");
}
