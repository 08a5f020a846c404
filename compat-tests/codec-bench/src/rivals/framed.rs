//! The crates that decode framed messages, or data of which somebody cut off the frame.

use super::borrowed;
use crate::contender::Contender;
use crate::framing::at_once;
use schema_registry_converter::async_impl::avro::AvroDecoder;
use schema_registry_converter::async_impl::schema_registry::SrSettings;
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

/// serde_avro_fast, which knows no frames and is given the data, and schema_registry_converter with apache-avro, which comes to a
/// value of the latter.
pub(crate) fn framed<'m>(
    schema: &str,
    messages: &'m [Vec<u8>],
    alternating: &'m [Vec<u8>],
) -> Result<Vec<Contender<'m>>, Box<dyn Error>> {
    let fast: serde_avro_fast::Schema = schema.parse()?;
    let decoder = AvroDecoder::new(SrSettings::new(answering_with(schema)?));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for payload in messages.iter().chain(alternating) {
        runtime.block_on(decoder.decode(Some(payload)))?;
    }
    let (decoder, other) = (std::sync::Arc::new(decoder), messages);
    let converter = |payloads: &'m [Vec<u8>]| {
        let decoder = decoder.clone();
        move || {
            at_once(async {
                for payload in payloads {
                    let decoded = decoder.decode(Some(black_box(payload))).await;
                    black_box(&decoded.expect("the message is well-formed").value);
                }
            });
        }
    };
    Ok(vec![
        Contender::new("serde_avro_fast, borrowed", move || {
            for payload in other {
                let datum = black_box(&payload[5..]);
                let event = serde_avro_fast::from_datum_slice::<borrowed::Event<'_>>(datum, &fast);
                black_box(&event.expect("the message is well-formed"));
            }
        }),
        Contender::new("schema_registry_converter", converter(messages)),
        Contender::new("schema_registry_converter, two ids in turn", converter(alternating)),
    ])
}

/// The URL of what answers every question for a schema with that text: a decoder asks once for each id.
fn answering_with(schema: &str) -> Result<String, Box<dyn Error>> {
    let text = schema.replace('\\', "\\\\").replace('"', "\\\"");
    let body = format!("{{\"schema\":\"{text}\"}}");
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
            // Who does not read the answer has no decoder, and says so.
            let _ = write!(&stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        }
    });
    Ok(url)
}
