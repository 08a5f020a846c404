//! One way of doing the work, and the set of them that is compared.

use std::error::Error;
use std::fmt;
use std::hint::black_box;

/// The task that is done with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// A value into a buffer that is reused.
    Encode,
    /// A value out of its bytes, and its drop.
    Decode,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encode => "encode",
            Self::Decode => "decode",
        })
    }
}

/// The end of a value that a contender has made. It is looked at where it is and dropped.
///
/// `black_box` of the value itself would move it once more, right after it was written. Some values are moved by the compiler, larger
/// ones by the C library, which has to wait for what was written last: of two values that differ by a field one took 20 ns longer.
#[inline(always)]
pub(crate) fn finish<T>(value: T) {
    black_box(&value);
    drop(value);
}

/// One crate, or one way of using it.
pub(crate) struct Contender<'c> {
    /// Its name in the tables; the first one of a race is what the others are compared with.
    pub(crate) name: &'static str,
    /// Does the work once for every message.
    pub(crate) pass: Box<dyn FnMut() + 'c>,
}

impl<'c> Contender<'c> {
    pub(crate) fn new(name: &'static str, pass: impl FnMut() + 'c) -> Self {
        Self { name, pass: Box::new(pass) }
    }
}

/// The contenders of one workload and operation.
pub(crate) struct Race<'c> {
    /// The name of the workload.
    pub(crate) workload: &'static str,
    /// The kind of message that the workload stands for.
    pub(crate) title: &'static str,
    /// The task.
    pub(crate) operation: Operation,
    /// How many messages one pass handles.
    pub(crate) messages: usize,
    /// How many passes are counted, where instructions are.
    pub(crate) passes: usize,
    /// Ours first.
    pub(crate) contenders: Vec<Contender<'c>>,
}

impl Race<'_> {
    /// Runs some passes of one contender.
    pub(crate) fn run_alone(&mut self, name: &str, passes: usize) -> Result<(), Box<dyn Error>> {
        let contender = self.contenders.iter_mut().find(|contender| contender.name == name);
        let contender = contender.ok_or_else(|| format!("no contender {name:?} in {}", self.workload))?;
        for _ in 0..passes {
            (contender.pass)();
        }
        Ok(())
    }
}
