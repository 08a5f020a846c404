//! See `avro_model::testing::targets::parse`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| avro_model::testing::targets::parse(data));
