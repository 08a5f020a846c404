//! How far the requests of a connection are.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// Progress of a connection's requests.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The requests that are being answered.
    answering: AtomicUsize,
    /// Those of them whose body has come.
    complete: AtomicUsize,
}

impl Progress {
    /// Whether a request was sent completely and waits for its answer.
    pub(super) fn is_answering(&self) -> bool {
        self.complete.load(Ordering::Relaxed) > 0
    }

    /// Whether a request waits for its answer, sent completely or not.
    pub(super) fn has_requests(&self) -> bool {
        self.answering.load(Ordering::Relaxed) > 0
    }

    /// Notes a request with this body.
    pub(super) fn answering(self: &Arc<Self>, body: Incoming) -> (Answering, Watched) {
        self.answering.fetch_add(1, Ordering::Relaxed);
        let request = Arc::new(RequestProgress { of: Arc::clone(self), stage: AtomicU8::new(COMING) });
        if body.is_end_stream() {
            request.has_come();
        }
        (Answering(Arc::clone(&request)), Watched { body, request })
    }
}

/// The body of a request is coming.
const COMING: u8 = 0;
/// It has come, and the request is being answered.
const COMPLETE: u8 = 1;
/// The request is answered.
const ANSWERED: u8 = 2;

/// Progress of one request.
#[derive(Debug)]
struct RequestProgress {
    of: Arc<Progress>,
    stage: AtomicU8,
}

impl RequestProgress {
    /// Notes that the body has come. It does not matter any more when the request was answered before.
    fn has_come(&self) {
        let noted = self.stage.compare_exchange(COMING, COMPLETE, Ordering::Relaxed, Ordering::Relaxed);
        if noted.is_ok() {
            self.of.complete.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A request that is being answered, as long as this is kept.
#[derive(Debug)]
pub(super) struct Answering(Arc<RequestProgress>);

impl Drop for Answering {
    fn drop(&mut self) {
        if self.0.stage.swap(ANSWERED, Ordering::Relaxed) == COMPLETE {
            self.0.of.complete.fetch_sub(1, Ordering::Relaxed);
        }
        self.0.of.answering.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Body of a request, which notes when it is complete.
#[derive(Debug)]
pub(super) struct Watched {
    body: Incoming,
    request: Arc<RequestProgress>,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.request.has_come();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
