//! The file of the request log.

use std::fs::{File, OpenOptions, rename};
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use super::LogFile;

/// A file that gives way to a new one when it is large or old.
#[derive(Debug)]
pub(super) struct RotatedFile {
    options: LogFile,
    /// `None` after a failure, until it can be opened again.
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    file: File,
    bytes: u64,
    since: SystemTime,
}

impl RotatedFile {
    /// Opens the file, and goes on at its end.
    pub(super) fn open(options: LogFile) -> io::Result<Self> {
        let open = Some(Open::at_end(&options)?);
        Ok(Self { options, open })
    }

    /// Writes whole lines.
    pub(super) fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.is_due() {
            self.rotate()?;
        }
        let open = match &mut self.open {
            Some(open) => open,
            none => none.insert(Open::at_end(&self.options)?),
        };
        open.bytes += lines.len() as u64;
        open.file.write_all(lines).inspect_err(|_| self.open = None)
    }

    /// Opens the file of that name anew.
    pub(super) fn reopen(&mut self) -> io::Result<()> {
        self.open = None;
        self.open = Some(Open::at_end(&self.options)?);
        Ok(())
    }

    fn is_due(&self) -> bool {
        self.open.as_ref().is_some_and(|open| {
            let age = open.since.elapsed().unwrap_or_default();
            open.bytes > 0 && (open.bytes >= self.options.most_bytes || age >= self.options.most_age)
        })
    }

    /// Moves the file and those before it one number up, and begins another one.
    fn rotate(&mut self) -> io::Result<()> {
        self.open = None;
        for number in (1..self.options.kept).rev() {
            // There may be fewer.
            let _ = rename(self.numbered(number), self.numbered(number + 1));
        }
        if self.options.kept == 0 {
            std::fs::remove_file(&self.options.path)?;
        } else {
            rename(&self.options.path, self.numbered(1))?;
        }
        self.reopen()
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let mut path = self.options.path.clone().into_os_string();
        path.push(format!(".{number}"));
        path.into()
    }
}

impl Open {
    fn at_end(options: &LogFile) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(&options.path)?;
        let known = file.metadata()?;
        let bytes = known.len();
        // Not every file system knows when a file was made.
        let since = if bytes == 0 {
            SystemTime::now()
        } else {
            known.created().unwrap_or_else(|_| SystemTime::now())
        };
        Ok(Self { file, bytes, since })
    }
}
