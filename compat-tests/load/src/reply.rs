//! Reading replies off a connection, no more of them than a generator has to know.

use std::io;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// The longest head that is waited for.
const LONGEST_HEAD: usize = 64 * 1024;

/// Bytes that were read and not yet used.
#[derive(Default)]
pub(crate) struct Replies {
    buffer: Vec<u8>,
    used: usize,
}

/// One reply.
pub(crate) struct Reply<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl Replies {
    /// The next reply.
    ///
    /// # Errors
    /// When the connection ends or breaks, and for what is no reply with a length.
    pub(crate) async fn next(&mut self, stream: &mut TcpStream) -> io::Result<Reply<'_>> {
        self.buffer.drain(..self.used);
        self.used = 0;
        let mut looked_at = 0;
        let head = loop {
            // The blank line may have been cut by the end of what was read before.
            let from = looked_at.max(3) - 3;
            if let Some(at) = self.buffer[from..].windows(4).position(|four| four == b"\r\n\r\n") {
                break from + at + 4;
            }
            looked_at = self.buffer.len();
            if looked_at > LONGEST_HEAD {
                return Err(malformed("a head without an end"));
            }
            self.read(stream).await?;
        };
        let (status, length) = read_head(&self.buffer[..head])?;
        while self.buffer.len() < head + length {
            self.read(stream).await?;
        }
        self.used = head + length;
        Ok(Reply { status, body: &self.buffer[head..self.used] })
    }

    async fn read(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        match stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// The status and the length of the body.
fn read_head(head: &[u8]) -> io::Result<(u16, usize)> {
    let head = std::str::from_utf8(head).map_err(|_| malformed("a head that is no text"))?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    status.zip(length).ok_or_else(|| malformed("a head without status or length"))
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read() {
        for (head, read) in [
            ("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n", Some((200, 7))),
            ("HTTP/1.1 404 Not Found\r\nx: y\r\nContent-Length:0\r\n\r\n", Some((404, 0))),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", None),
            ("HTTP/1.1\r\ncontent-length: 7\r\n\r\n", None),
        ] {
            assert_eq!(read_head(head.as_bytes()).ok(), read, "{head}");
        }
    }
}
