//! Reading bodies in a bounded amount of memory.
//!
//! What a body takes is known twice: by its length, and by the number of values in it, since two bytes of `[0,0,0]` come
//! to a value of dozens of bytes. Both are taken out of one store for all requests, and given back when the request is
//! answered. A request that finds it empty is told to come again.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::error::{ApiError, ErrorResponse};
use super::json;
use crate::schema_type::{JsonValueCounter, wide_json_values};
use crate::service::RegistryError;

/// Bytes of bodies and of what is read of them that all requests together may take: several of the largest.
const ROOM: usize = 512 * 1024 * 1024;
/// Bytes of a unit that room is counted in.
const UNIT: usize = 1024;
/// Values that one body may hold, member names included. A schema is one of them, however long it is.
const MAX_VALUES: usize = 4_000_000;
/// Bytes of a value that was read, with its name.
const VALUE: usize = 48;
/// Up to this length neither values nor bytes are counted. Requests are answered too fast for such bodies to add up.
const SMALL: usize = 16 * 1024;
/// After so many bytes others have their turn. The number is a judgement: far more than a read from a socket gives, and
/// little enough to copy and count.
const TURN: usize = 256 * 1024;

/// The memory that bodies may take.
#[derive(Clone, Debug)]
pub(super) struct BodyRoom(Arc<Semaphore>);

impl Default for BodyRoom {
    fn default() -> Self {
        Self::of(ROOM)
    }
}

/// A body that was read, and the room that it takes as long as this is kept.
#[derive(Debug)]
pub(super) struct ReadBody {
    pub(super) bytes: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

impl BodyRoom {
    fn of(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes / UNIT)))
    }

    /// Reads a body of at most `limit` bytes, of which something comes at least every `patience`.
    pub(super) async fn read(
        &self,
        headers: &HeaderMap,
        mut body: Body,
        limit: usize,
        patience: Duration,
    ) -> Result<ReadBody, ErrorResponse> {
        let too_large = |size: usize| {
            ErrorResponse::plain(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("Request body is too large: {size}>{limit}"),
            )
        };
        let announced =
            headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        let announced = announced.map(|size| usize::try_from(size).unwrap_or(usize::MAX));
        if let Some(size) = announced.filter(|size| *size > limit) {
            return Err(too_large(size));
        }
        let mut room = Room { store: self, taken: None };
        // An announced length is a claim: memory and room are taken as bytes arrive, not before.
        let mut read = Vec::new();
        let (mut counter, mut counted) = (JsonValueCounter::default(), 0);
        while !body.is_end_stream() {
            let Ok(frame) = timeout(patience, body.frame()).await else {
                let text = format!("The request body stopped: nothing came for {} ms", patience.as_millis());
                return Err(ErrorResponse::plain(StatusCode::REQUEST_TIMEOUT, text));
            };
            let Some(frame) = frame else { break };
            let frame = frame
                .map_err(|_| ErrorResponse::plain(StatusCode::BAD_REQUEST, "The request body ended early"))?;
            let Ok(data) = frame.into_data() else { continue };
            let length = read.len() + data.len();
            if length > limit {
                return Err(too_large(limit.saturating_add(1)));
            }
            if length > read.capacity() {
                let capacity = grown(read.capacity(), length, announced);
                // While it is copied, both buffers are there.
                room.grow(read.capacity() + capacity)?;
                read.reserve_exact(capacity - read.len());
            }
            read.extend_from_slice(&data);
            if read.len() > SMALL {
                for piece in read[counted..].chunks(TURN) {
                    counter.add(piece);
                    counted += piece.len();
                    if counted / TURN > (counted - piece.len()) / TURN {
                        tokio::task::yield_now().await;
                    }
                }
            }
        }
        if read.len() > SMALL {
            let values = if json::is_utf8(&read) { counter.values() } else { wide_json_values(&read) };
            if values > MAX_VALUES {
                let text = format!(
                    "Request body is too large: it holds about {values} values, and at most {MAX_VALUES} are allowed"
                );
                return Err(ErrorResponse::plain(StatusCode::PAYLOAD_TOO_LARGE, text));
            }
            room.grow(read.capacity() + values * VALUE)?;
            room.shrink(read.capacity() + values * VALUE);
        }
        Ok(ReadBody { bytes: read.into(), _room: room.taken })
    }
}

/// The capacity of a buffer that has to hold `length` bytes: twice what it was, but no more than will come.
fn grown(capacity: usize, length: usize, announced: Option<usize>) -> usize {
    (2 * capacity).min(announced.unwrap_or(usize::MAX)).max(length)
}

/// The room that one body takes so far.
struct Room<'a> {
    store: &'a BodyRoom,
    taken: Option<OwnedSemaphorePermit>,
}

impl Room<'_> {
    /// Takes room for so many bytes altogether.
    fn grow(&mut self, bytes: usize) -> Result<(), ErrorResponse> {
        let taken = self.taken.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = bytes.div_ceil(UNIT).saturating_sub(taken);
        if bytes <= SMALL || more == 0 {
            return Ok(());
        }
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        let Ok(more) = Arc::clone(&self.store.0).try_acquire_many_owned(more) else {
            return Err(ApiError::from(RegistryError::Busy).into());
        };
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        Ok(())
    }

    /// Gives back what was taken beyond so many bytes.
    fn shrink(&mut self, bytes: usize) {
        if let Some(taken) = &mut self.taken {
            drop(taken.split(taken.num_permits().saturating_sub(bytes.div_ceil(UNIT))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Longer than any test takes.
    const PATIENCE: Duration = Duration::from_secs(3600);

    async fn read(room: &BodyRoom, text: &str, announced: bool) -> Result<ReadBody, (u16, bool)> {
        let mut headers = HeaderMap::new();
        if announced {
            headers.insert(CONTENT_LENGTH, text.len().into());
        }
        let body = Body::from(text.to_owned());
        room.read(&headers, body, 1 << 20, PATIENCE).await.map_err(|told| (told.status.as_u16(), told.retry))
    }

    fn left(room: &BodyRoom) -> usize {
        room.0.available_permits() * UNIT
    }

    #[tokio::test]
    async fn bodies_take_room_for_their_bytes_and_for_what_is_read_of_them() {
        let dense = format!("[{}0]", "0,".repeat(49_999));
        let string = format!("{:?}", "0,".repeat(50_000));
        for (text, announced, taken) in [
            ("{}", true, 0),
            (&*string, true, string.len() + VALUE),
            (&*dense, true, dense.len() + 50_001 * VALUE),
            (&*dense, false, dense.len() + 50_001 * VALUE),
        ] {
            let room = BodyRoom::of(16 << 20);
            let body = read(&room, text, announced).await.unwrap();
            assert_eq!(body.bytes, text.as_bytes());
            let used = (16 << 20) - left(&room);
            let slack = if announced { UNIT } else { text.len() + UNIT };
            assert!((taken..=taken + slack).contains(&used), "{used} {taken} {announced}");
            drop(body);
            assert_eq!(left(&room), 16 << 20);
        }
    }

    #[tokio::test]
    async fn a_body_without_room_is_asked_for_again_later() {
        let dense = format!("[{}0]", "0,".repeat(49_999));
        let room = BodyRoom::of(4 << 20);
        let first = read(&room, &dense, true).await.unwrap();
        for announced in [true, false] {
            assert_eq!(read(&room, &dense, announced).await.unwrap_err(), (503, true));
        }
        // Small ones always fit.
        assert!(read(&room, "{}", true).await.is_ok());
        drop(first);
        assert!(read(&room, &dense, true).await.is_ok());
    }

    #[tokio::test]
    async fn what_is_announced_and_does_not_come_takes_no_room() {
        let room = BodyRoom::of(1 << 20);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_LENGTH, (64 << 20).into());
        let started = futures_util::stream::iter([Ok::<_, std::io::Error>(vec![b'['; 2 * SMALL])]);
        let never_ends = futures_util::StreamExt::chain(started, futures_util::stream::pending());
        let reading = room.read(&headers, Body::from_stream(never_ends), 64 << 20, PATIENCE);
        tokio::pin!(reading);
        assert!(futures_util::poll!(&mut reading).is_pending());
        assert_eq!(left(&room), (1 << 20) - 2 * SMALL);
        assert!(read(&room, &format!("{:?}", "x".repeat(500_000)), true).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_is_given_up_and_its_room_is_free_again() {
        let room = BodyRoom::of(1 << 20);
        let started = futures_util::stream::iter([Ok::<_, std::io::Error>(vec![b'['; 2 * SMALL])]);
        let stops = futures_util::StreamExt::chain(started, futures_util::stream::pending());
        let told =
            room.read(&HeaderMap::new(), Body::from_stream(stops), 64 << 20, PATIENCE).await.unwrap_err();
        assert_eq!((told.status.as_u16(), told.retry), (408, false));
        assert!(told.message.contains("nothing came for 3600000 ms"), "{}", told.message);
        assert_eq!(left(&room), 1 << 20);
    }

    #[tokio::test]
    async fn a_body_in_pieces_is_counted_as_in_one() {
        let text = format!(r#"["\\",",",{}0]"#, r#""\"",0,"#.repeat(20_000));
        let room = BodyRoom::default();
        let left_after = async |body: Body| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_LENGTH, text.len().into());
            let read = room.read(&headers, body, 1 << 20, PATIENCE).await.unwrap();
            assert_eq!(read.bytes, text.as_bytes());
            left(&room)
        };
        let whole = left_after(Body::from(text.clone())).await;
        for length in [1, 7, 20_000] {
            let pieces: Vec<_> =
                text.as_bytes().chunks(length).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
            let body = Body::from_stream(futures_util::stream::iter(pieces));
            assert_eq!(left_after(body).await, whole, "{length}");
        }
    }

    #[tokio::test]
    async fn no_encoding_hides_values() {
        // In UTF-16 the quote behind the backslash is not the next byte, and half of U+0122 is a quote.
        for start in [r#"["\"","#, "[\"\u{122}\","] {
            let text = format!("{start}{}0]", "0,".repeat(MAX_VALUES));
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let room = BodyRoom::default();
            let told = room.read(&HeaderMap::new(), Body::from(wide), 64 << 20, PATIENCE).await.unwrap_err();
            assert_eq!(told.status.as_u16(), 413, "{start}");
        }
    }

    #[tokio::test]
    async fn a_body_is_refused_for_its_length_and_for_its_values() {
        let room = BodyRoom::default();
        for announced in [true, false] {
            let long = "x".repeat((1 << 20) + 1);
            assert_eq!(read(&room, &long, announced).await.unwrap_err(), (413, false));
        }
        let values = format!("[{}0]", "0,".repeat(MAX_VALUES));
        let told = room.read(&HeaderMap::new(), Body::from(values), 64 << 20, PATIENCE).await.unwrap_err();
        assert_eq!((told.status.as_u16(), told.retry), (413, false));
        assert!(told.message.contains("4000002 values"), "{}", told.message);
        assert_eq!(left(&room), ROOM);
    }
}
