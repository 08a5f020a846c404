//! Values whose memory is given back where that holds up nobody.

use std::ops::Deref;

use tokio::runtime::Handle;

/// A value that is dropped on a thread for blocking work if it is a large one: a schema of a million parts takes a
/// noticeable time to take down.
#[derive(Clone, Debug)]
pub(super) struct DroppedElsewhere<T: Send + 'static> {
    /// There until it is dropped.
    value: Option<T>,
    large: bool,
}

impl<T: Send + 'static> DroppedElsewhere<T> {
    pub(super) fn new(value: T, large: bool) -> Self {
        Self { value: Some(value), large }
    }
}

impl<T: Send + 'static> Deref for DroppedElsewhere<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("the value is there until it is dropped")
    }
}

impl<T: Send + 'static> Drop for DroppedElsewhere<T> {
    fn drop(&mut self) {
        let Some(value) = self.value.take() else { return };
        if let (true, Ok(runtime)) = (self.large, Handle::try_current()) {
            runtime.spawn_blocking(move || drop(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};
    use std::thread::{self, ThreadId};

    use super::*;

    struct Tells(Sender<ThreadId>);

    impl Drop for Tells {
        fn drop(&mut self) {
            self.0.send(thread::current().id()).unwrap();
        }
    }

    #[tokio::test]
    async fn large_values_are_dropped_on_another_thread() {
        for large in [false, true] {
            let (sender, dropped_on) = channel();
            drop(DroppedElsewhere::new(Tells(sender), large));
            assert_eq!(dropped_on.recv().unwrap() != thread::current().id(), large);
        }
    }

    #[test]
    fn without_a_runtime_values_are_dropped_at_once() {
        let (sender, dropped_on) = channel();
        drop(DroppedElsewhere::new(Tells(sender), true));
        assert_eq!(dropped_on.recv().unwrap(), thread::current().id());
    }
}
