//! Work that is done when it is first looked at, unless there is something to wait for.
//!
//! Messages of known schemas wait for nothing, and there are millions of them. An `async fn` would keep for each of them what
//! only those of an unknown schema need, and move the value through it. Here that is a box that the others do not have.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// What there is to wait for before the work can be done.
pub(crate) type Waiting<'w, E> = Pin<Box<dyn Future<Output = Result<(), E>> + Send + 'w>>;

/// How the outcome of work is told that could not be done if something was to be waited for: the work makes it of the value at
/// once, so that the value is moved no more often than it needs to be.
pub(crate) trait Answer<V, E>: Sized {
    /// The work was done, or failed for good.
    fn done(result: Result<V, E>) -> Self;

    /// That, or `None` where there is something to wait for.
    fn of(result: Option<Result<V, E>>) -> Self;
}

impl<V, E> Answer<V, E> for Option<Result<V, E>> {
    #[inline(always)]
    fn done(result: Result<V, E>) -> Self {
        Some(result)
    }

    #[inline(always)]
    fn of(result: Self) -> Self {
        result
    }
}

impl<V, E> Answer<V, E> for Poll<Result<V, E>> {
    #[inline(always)]
    fn done(result: Result<V, E>) -> Self {
        Self::Ready(result)
    }

    #[inline(always)]
    fn of(result: Option<Result<V, E>>) -> Self {
        result.map_or(Self::Pending, Self::Ready)
    }
}

/// Does `work` with what it is `of`. Where it has to wait, it is for what `wait` gives; then the work is tried again.
#[inline]
pub(crate) fn at_once_or<'w, M, N, W, V, E: 'w>(of: M, work: N, wait: W) -> AtOnce<'w, M, N, W, E>
where
    N: FnMut(&mut M) -> Poll<Result<V, E>>,
    W: FnMut(&mut M) -> Waiting<'w, E>,
{
    AtOnce { of, work, wait, waiting: None }
}

/// See [`at_once_or`].
pub(crate) struct AtOnce<'w, M, N, W, E> {
    of: M,
    work: N,
    wait: W,
    waiting: Option<Waiting<'w, E>>,
}

impl<'w, M, N, W, V, E> Future for AtOnce<'w, M, N, W, E>
where
    M: Unpin,
    N: FnMut(&mut M) -> Poll<Result<V, E>> + Unpin,
    W: FnMut(&mut M) -> Waiting<'w, E> + Unpin,
{
    type Output = Result<V, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<V, E>> {
        let this = self.get_mut();
        let mut answer = if this.waiting.is_none() { (this.work)(&mut this.of) } else { Poll::Pending };
        if answer.is_pending() {
            answer = this.wait(context);
        }
        answer
    }
}

impl<'w, M, N, W, V, E> AtOnce<'w, M, N, W, E>
where
    N: FnMut(&mut M) -> Poll<Result<V, E>>,
    W: FnMut(&mut M) -> Waiting<'w, E>,
{
    #[cold]
    #[inline(never)]
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<Result<V, E>> {
        loop {
            let waiting = self.waiting.get_or_insert_with(|| (self.wait)(&mut self.of));
            let waited = ready!(waiting.as_mut().poll(context));
            self.waiting = None;
            if let Err(error) = waited {
                return Poll::Ready(Err(error));
            }
            let answer = (self.work)(&mut self.of);
            if answer.is_ready() {
                return answer;
            }
        }
    }
}
