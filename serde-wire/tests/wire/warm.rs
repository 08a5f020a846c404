//! Messages of known schemas ask for no memory, ask nobody and wait for nothing: all of it counted.

use serde_wire::frame::{guid_prefix, id_prefix};
use serde_wire::registry::{MockRegistry, NewSchema, RegisteredSchema, SchemaRegistry};
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions, Serializer, SerializerOptions};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// The system's memory, and how often each thread asked for some.
struct Counting;

thread_local! {
    static REQUESTS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    // A thread that ends has nothing to count any more.
    let _ = REQUESTS.try_with(|requests| requests.set(requests.get() + 1));
}

#[expect(unsafe_code, reason = "the trait of an allocator is unsafe; everything is handed on as it comes")]
// SAFETY: every call goes to the system's allocator with the arguments that it came with.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise; the memory is the system's.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often this thread asks for memory in `work`.
fn requests(work: impl FnOnce()) -> usize {
    let before = REQUESTS.get();
    work();
    REQUESTS.get() - before
}

/// What a future becomes when it is asked once.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

/// Texts that are inline, just beyond what is moved in two steps, long, and not ASCII.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> =
        ["", "a", "0123456789abcdef", "Ünï", "🦀"].into_iter().map(str::to_owned).collect();
    texts.extend([32, 33, 100, 9_000].map(|size| "xy".repeat(size / 2) + &"z".repeat(size % 2)));
    texts
}

type Way<'w> = (&'static str, Box<dyn FnMut(&String, &mut Vec<u8>) + 'w>);

#[test]
fn a_message_written_into_a_used_buffer_asks_for_no_memory() {
    let registry = Arc::new(MockRegistry::new());
    let options = SerializerOptions::default();
    let serializer = Serializer::<String>::new(registry.clone(), "t", Role::Value, &options).unwrap();
    let prepared = at_once(serializer.prepare()).unwrap();
    let asked = registry.questions();
    let mut ways: Vec<Way<'_>> = vec![
        ("prepared", Box::new(|text, out| prepared.serialize_into(text, out).unwrap())),
        ("tried", Box::new(|text, out| serializer.try_serialize_into(text, out).unwrap().unwrap())),
        ("awaited", Box::new(|text, out| at_once(serializer.serialize_into(text, out)).unwrap())),
        (
            "an option, tried",
            Box::new(|text, out| assert!(serializer.try_serialize_option(Some(text), out).unwrap().is_ok())),
        ),
        (
            "an option, awaited",
            Box::new(|text, out| assert!(at_once(serializer.serialize_option(Some(text), out)).is_ok())),
        ),
    ];
    for text in texts() {
        let mut expected = Vec::new();
        prepared.serialize_into(&text, &mut expected).unwrap();
        for (way, write) in &mut ways {
            let mut out = Vec::new();
            assert_ne!(requests(|| write(&text, &mut out)), 0, "a new buffer does ask");
            out.clear();
            assert_eq!(requests(|| write(&text, &mut out)), 0, "{way}, {} bytes", text.len());
            assert_eq!(out, expected, "{way}");
        }
    }
    assert_eq!(registry.questions(), asked);
}

type Reading<'r> = (&'static str, Box<dyn FnMut(&[u8], &str) + 'r>);

#[test]
fn a_message_read_in_borrowed_form_or_into_a_used_value_asks_for_no_memory() {
    let registry = Arc::new(MockRegistry::new());
    // As the type has it, by a plan, and more of both than the cache keeps in its first places.
    let schemas: Vec<RegisteredSchema> = (0..24)
        .map(|number| {
            let kind = if number % 2 == 0 { "string" } else { "bytes" };
            let schema = NewSchema::avro(format!(r#"{{"type":"{kind}","number":{number}}}"#));
            at_once(registry.register(&format!("s-{number}"), &schema, false)).unwrap().as_ref().clone()
        })
        .collect();
    let options = DeserializerOptions::default();
    let values = Deserializer::<String>::new(registry.clone(), "t", Role::Value, &options);
    for schema in &schemas {
        let empty = [&id_prefix(schema.id.unwrap())[..], &[0]].concat();
        at_once(values.deserialize(&empty)).unwrap();
        at_once(values.deserialize_with_header(Some(&guid_prefix(schema.guid.unwrap())), &[0])).unwrap();
    }
    let asked = registry.questions();

    let (mut tried, mut awaited) = (String::with_capacity(10_000), String::with_capacity(10_000));
    let mut readings: Vec<Reading<'_>> = vec![
        (
            "tried",
            Box::new(|payload, text| assert_eq!(values.try_deserialize_ref(payload).unwrap().unwrap(), text)),
        ),
        (
            "awaited",
            Box::new(|payload, text| assert_eq!(at_once(values.deserialize_ref(payload)).unwrap(), text)),
        ),
    ];
    let mut reused: Vec<Reading<'_>> = vec![
        (
            "into, tried",
            Box::new(|payload, text| {
                values.try_deserialize_into(payload, &mut tried).unwrap().unwrap();
                assert_eq!(tried, text);
            }),
        ),
        (
            "into, awaited",
            Box::new(|payload, text| {
                at_once(values.deserialize_into(payload, &mut awaited)).unwrap();
                assert_eq!(awaited, text);
            }),
        ),
    ];
    for text in texts() {
        let mut body = Vec::new();
        serde_wire::codec::AvroEncode::encode_into(&text, &mut body);
        for (number, schema) in schemas.iter().enumerate() {
            let payload = [&id_prefix(schema.id.unwrap())[..], &body].concat();
            // What goes by a plan makes a value of its own, whose memory it cannot take over.
            let into = if number % 2 == 0 { &mut reused[..] } else { &mut [] };
            for (way, read) in readings.iter_mut().chain(into) {
                let asked = requests(|| read(&payload, &text));
                assert_eq!(asked, 0, "{way}, {} bytes, schema {number}", text.len());
            }
            let header = guid_prefix(schema.guid.unwrap());
            let asked = requests(|| {
                let read = at_once(values.deserialize_ref_with_header(Some(&header), &body));
                assert_eq!(read.unwrap(), text);
            });
            assert_eq!(asked, 0, "by GUID, {} bytes, schema {number}", text.len());
            let owned = requests(|| drop(at_once(values.deserialize(&payload)).unwrap()));
            assert_eq!(owned, usize::from(!text.is_empty()), "the value itself, {} bytes", text.len());
        }
    }
    assert_eq!(registry.questions(), asked);
}

/// A future that another thread may go on with, and its size.
fn size<F: Future + Send>(future: &F) -> usize {
    size_of_val(future)
}

#[test]
fn futures_go_from_thread_to_thread_and_are_no_larger_than_what_they_are_given() {
    let registry = Arc::new(MockRegistry::new());
    let options = (SerializerOptions::default(), DeserializerOptions::default());
    let serializer = Serializer::<String>::new(registry.clone(), "t", Role::Value, &options.0).unwrap();
    let values = Deserializer::<String>::new(registry, "t", Role::Value, &options.1);
    let (text, mut out, mut used, payload) = (String::new(), Vec::new(), String::new(), [0; 6]);
    // The serializer or deserializer, what is read, what is written, and the box of what is waited for.
    let word = size_of::<usize>();
    assert_eq!(size(&serializer.serialize_into(&text, &mut out)), 5 * word);
    assert_eq!(size(&values.deserialize(&payload)), 5 * word);
    assert_eq!(size(&values.deserialize_ref(&payload)), 5 * word);
    assert_eq!(size(&values.deserialize_into(&payload, &mut used)), 6 * word);
}
