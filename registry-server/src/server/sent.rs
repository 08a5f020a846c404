//! How far the request of a connection is.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// Progress of a connection's request.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The requests that are being answered: one, or none.
    answering: AtomicUsize,
    /// Whether the body of the last one is still coming.
    is_incomplete: AtomicBool,
}

/// A request that is being answered, as long as this is kept.
#[derive(Debug)]
pub(super) struct Answering(Arc<Progress>);

impl Progress {
    /// Notes a request with this body.
    pub(super) fn answering(self: &Arc<Self>, body: &Incoming) -> Answering {
        self.is_incomplete.store(!body.is_end_stream(), Ordering::Relaxed);
        self.answering.fetch_add(1, Ordering::Relaxed);
        Answering(Arc::clone(self))
    }

    /// Whether a request was sent completely and waits for its answer.
    pub(super) fn is_answering(&self) -> bool {
        self.answering.load(Ordering::Relaxed) > 0 && !self.is_incomplete.load(Ordering::Relaxed)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answering.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Body of a request, which notes when it is complete.
#[derive(Debug)]
pub(super) struct Watched {
    body: Incoming,
    progress: Arc<Progress>,
}

impl Watched {
    pub(super) fn new(body: Incoming, progress: Arc<Progress>) -> Self {
        Self { body, progress }
    }
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
            self.progress.is_incomplete.store(false, Ordering::Relaxed);
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
