//! Where results go that come one after the other.

use crate::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Standard output, or a file. What was written before an error is there when the error is told.
pub(in crate::command) struct Output {
    writer: BufWriter<Box<dyn Write>>,
    path: PathBuf,
}

impl Output {
    /// A file, or standard output without one.
    pub(in crate::command) fn open(path: Option<&Path>) -> Result<Self, Error> {
        let (writer, path): (Box<dyn Write>, PathBuf) = match path {
            None => (Box::new(io::stdout().lock()), PathBuf::from("standard output")),
            Some(path) => {
                let file = File::create(path);
                let file = file.map_err(|error| Error::Write { path: path.to_owned(), error })?;
                (Box::new(file), path.to_owned())
            }
        };
        Ok(Self { writer: BufWriter::new(writer), path })
    }

    /// Writes a line; `false` says that the reader of a pipe has seen enough.
    pub(in crate::command) fn line(&mut self, line: &str) -> Result<bool, Error> {
        let written = writeln!(self.writer, "{line}");
        wanted(written, &self.path)
    }

    /// Writes bytes; `false` as for [`line`](Self::line).
    pub(in crate::command) fn bytes(&mut self, bytes: &[u8]) -> Result<bool, Error> {
        let written = self.writer.write_all(bytes);
        wanted(written, &self.path)
    }

    /// Writes the rest.
    pub(in crate::command) fn finish(mut self) -> Result<(), Error> {
        let written = self.writer.flush();
        wanted(written, &self.path).map(|_| ())
    }

    /// What messages call it.
    pub(in crate::command) fn path(&self) -> &Path {
        &self.path
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Whether more is wanted: a reader of a pipe that has seen enough is no error.
pub(super) fn wanted(written: io::Result<()>, path: &Path) -> Result<bool, Error> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Error::Write { path: path.to_owned(), error }),
    }
}
