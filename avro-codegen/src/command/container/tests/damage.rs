//! Files and packed data that are cut off, changed or too large.

use super::super::Blocks;
use super::super::codec::Codec;
use super::{read, texts, written};
use avro_model::binary::encode;
use avro_model::testing::{self, Random, Values, mutate};
use avro_model::{Schema, Value};
use clap::ValueEnum;

#[test]
fn a_file_that_is_cut_off_gives_out_whole_blocks_and_says_where_it_ends() {
    let schema: Schema = "\"string\"".parse().unwrap();
    let values = texts(&["first block", "second block", "third block"]);
    for &codec in Codec::value_variants() {
        // The block of each object ends where the file of fewer objects does.
        let whole = written(&schema, &values, codec, 1);
        let first = written(&schema, &values[..1], codec, 1).len();
        let blocks = |length: usize| read(&whole[..length]).0.len();
        let mut ends = 0;
        for length in 0..whole.len() {
            let (read_before, problem) = read(&whole[..length]);
            assert_eq!(read_before, values[..read_before.len()], "{codec}, {length}");
            match problem {
                None => ends += 1,
                Some(problem) => {
                    let expected = if length < 4 {
                        "it begins with".to_owned()
                    } else {
                        format!("ends at byte {length}, inside ")
                    };
                    assert!(problem.contains(&expected), "{codec}, {length}: {problem}");
                }
            }
        }
        // Behind the header, and behind the first two blocks.
        assert_eq!((ends, blocks(first - 1), blocks(first)), (3, 0, 1), "{codec}");
    }
}

#[test]
fn packed_data_that_is_cut_off_or_changed_does_no_harm() {
    let data: Vec<u8> = (0..400_u32).flat_map(|number| (number / 7).to_le_bytes()).collect();
    for &codec in Codec::value_variants().iter().filter(|codec| **codec != Codec::Null) {
        let packed = codec.pack(data.clone()).unwrap();
        assert_eq!(codec.unpack(packed.clone(), data.len()).unwrap(), data, "{codec}");
        let short = codec.unpack(packed.clone(), data.len() - 1).unwrap_err().to_string();
        assert_eq!(
            short,
            format!("its data has more than the 1599 bytes that are read, once {codec} has unpacked it")
        );
        for length in 0..packed.len() {
            // What is whole without its last bytes, which are a checksum or padding, is the same data.
            if let Ok(found) = codec.unpack(packed[..length].to_vec(), 1 << 20) {
                assert!(found == data, "{codec}: {length} of {} bytes are something else", packed.len());
            }
        }
        for at in 0..packed.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut changed = packed.clone();
                changed[at] ^= change;
                match codec.unpack(changed, 1 << 20) {
                    // Deflate has no checksum.
                    Ok(found) => assert!(codec == Codec::Deflate || found == data, "{codec}, byte {at}"),
                    Err(problem) => assert!(problem.to_string().contains(codec.name()), "{problem}"),
                }
            }
        }
    }
}

#[test]
fn a_bomb_is_refused() {
    for &codec in Codec::value_variants().iter().filter(|codec| **codec != Codec::Null) {
        let packed = codec.pack(vec![7; 1 << 19]).unwrap();
        let problem = codec.unpack(packed, 1 << 16).unwrap_err().to_string();
        assert_eq!(
            problem,
            format!("its data has more than the 65536 bytes that are read, once {codec} has unpacked it")
        );
    }
}

#[test]
fn files_that_are_changed_at_random_give_out_values_of_their_schema_or_say_what_is_wrong() {
    const SEED: u64 = 13;
    let (mut whole, mut cut_short) = (0, 0);
    for round in 0..600 {
        let mut random = Random::seed(SEED ^ (round << 8));
        let schema = testing::schema(&mut random);
        let values: Vec<Value> =
            (0..random.below(6)).map(|_| Values::of(&schema).value(&mut random)).collect();
        let codecs = Codec::value_variants();
        let codec = codecs[random.below(codecs.len())];
        let mut file = written(&schema, &values, codec, random.below(64));
        assert_eq!(read(&file).1, None, "round {round}, {codec}");
        for _ in 0..=random.below(3) {
            mutate(&mut file, &mut random);
        }
        let (found, problem) = read(&file);
        // The header may be of another schema by now: what matters then is that the end is reached.
        if Blocks::open(&file[..]).is_ok_and(|blocks| blocks.header().schema == schema.resolved_text()) {
            for value in &found {
                assert!(encode(&schema, value).is_ok(), "round {round}, {codec}: {value:?}");
            }
        }
        match problem {
            None => whole += 1,
            Some(problem) => {
                assert!(!problem.is_empty(), "round {round}");
                cut_short += 1;
            }
        }
    }
    // A change of a text within an object is none of the format.
    assert!(whole > 0 && cut_short > whole, "{whole} and {cut_short}");
}
