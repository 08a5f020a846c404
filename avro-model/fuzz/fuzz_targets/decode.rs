//! See `avro_model::testing::targets::decode`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| avro_model::testing::targets::decode(data));
