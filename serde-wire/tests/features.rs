//! The feature `fast` adds speed and takes nothing away: whichever runtime a dependent crate turns on, the readers and
//! writers go where they went before.

use serde_wire::codec::safe::{SafeReader, SafeWriter};
use serde_wire::codec::{AvroRead, AvroWrite, Reader, Writer};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::thread;

const fn goes_anywhere<T: Send + Sync + Unpin>() {}
const fn survives_panics<T: UnwindSafe + RefUnwindSafe>() {}

const _: () = {
    goes_anywhere::<SafeReader<'_>>();
    goes_anywhere::<SafeWriter<'_>>();
    goes_anywhere::<Reader<'_>>();
    goes_anywhere::<Writer<'_>>();
    survives_panics::<SafeReader<'_>>();
    survives_panics::<Reader<'_>>();
};

#[cfg(feature = "fast")]
const _: () = {
    goes_anywhere::<serde_wire::codec::fast::FastReader<'_>>();
    goes_anywhere::<serde_wire::codec::fast::FastWriter<'_>>();
    survives_panics::<serde_wire::codec::fast::FastReader<'_>>();
};

/// The test command looks for this name, to be sure that it ran what it meant to run.
#[cfg(not(feature = "fast"))]
#[test]
fn without_the_feature_the_runtime_is_the_safe_one() {
    let runtime: SafeReader<'static> = Reader::new(&[]);
    assert_eq!(runtime.remaining(), 0);
}

#[test]
fn a_datum_is_written_and_read_across_threads() {
    let text =
        "the vector grows in the other thread, so its allocation is another one when the writer comes back";
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out);
    writer.write_long(7);
    let mut writer = thread::scope(|scope| {
        scope
            .spawn(move || {
                writer.write_str(text);
                writer
            })
            .join()
            .unwrap()
    });
    writer.write_long(-7);
    drop(writer);

    let mut reader = Reader::new(&out);
    assert_eq!(reader.read_long(), Ok(7));
    let (read, mut reader) =
        thread::scope(|scope| scope.spawn(move || (reader.read_string(), reader)).join().unwrap());
    assert_eq!(read.as_deref(), Ok(text));
    assert_eq!(reader.read_long(), Ok(-7));
    assert_eq!(reader.remaining(), 0);
}

/// A pool of threads may share one reader as a place to start from.
#[test]
fn a_shared_reader_is_cloned_in_each_thread() {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out);
    (0..100).for_each(|number| writer.write_long(number));
    drop(writer);
    let start = Reader::new(&out);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut reader = start.clone();
                for number in 0..100 {
                    assert_eq!(reader.read_long(), Ok(number));
                }
            });
        }
    });
}
