//! Files and packed data that are cut off, changed or too large.

use super::super::codec::Codec;
use super::{read, texts, written};
use avro_model::Schema;
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
