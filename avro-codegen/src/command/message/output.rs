//! Where results go that come one after the other.

use crate::error::Error;
use crate::output::Draft;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Standard output, or a file.
///
/// What was printed before an error stays. A file is as it was until [`finish`](Self::finish), so it may be what is read.
pub(in crate::command) struct Output {
    writer: BufWriter<Box<dyn Write>>,
    path: PathBuf,
    /// What becomes the file.
    draft: Option<Draft>,
}

impl Output {
    /// A file, or standard output without one.
    pub(in crate::command) fn open(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path else {
            let writer: Box<dyn Write> = Box::new(io::stdout().lock());
            return Ok(Self {
                writer: BufWriter::new(writer),
                path: PathBuf::from("standard output"),
                draft: None,
            });
        };
        let unwritable = |error| Error::Write { path: path.to_owned(), error };
        let (draft, file) = match Draft::of(path).map_err(unwritable)? {
            Some((draft, file)) => (Some(draft), file),
            None => (None, File::create(path).map_err(unwritable)?),
        };
        let writer: Box<dyn Write> = Box::new(file);
        Ok(Self { writer: BufWriter::new(writer), path: path.to_owned(), draft })
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

    /// Writes the rest, and puts a file in its place.
    pub(in crate::command) fn finish(self) -> Result<(), Error> {
        let Self { mut writer, path, draft } = self;
        let written = writer.flush();
        drop(writer);
        let written = written.and_then(|()| draft.map_or(Ok(()), Draft::finish));
        wanted(written, &path).map(|_| ())
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
