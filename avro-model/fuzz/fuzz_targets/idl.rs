//! See `avro_model::testing::targets::idl`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| avro_model::testing::targets::idl(data));
