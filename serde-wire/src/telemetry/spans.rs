//! Spans of what is carried on with elsewhere.

/// Whoever carries on with the future, its spans stay below the current one.
#[cfg(feature = "tracing")]
pub(crate) fn in_current_span<F: Future>(future: F) -> impl Future<Output = F::Output> + use<F> {
    tracing::Instrument::in_current_span(future)
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn in_current_span<F>(future: F) -> F {
    future
}
