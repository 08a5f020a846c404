//! The way of a connection from its first byte until it speaks HTTP: TLS, and which version of HTTP.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::over_tls::OverTls;
use crate::http::{Peer, Tls};
use crate::tls::ListenerTls;

/// How long TLS may take until it is agreed on.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What a client begins with that speaks HTTP/2 without having agreed on it.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What no request of HTTP/1 begins with: no method has this name.
const PREFACE_ALONE: usize = b"PRI".len();

/// The pause before another look at the first one or two bytes.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A connection, whose answers have to be taken off it in time.
pub(super) type Bounded = Pin<Box<TimeoutStream<TcpStream>>>;

/// Where connections to one listener come in.
#[derive(Clone, Debug)]
pub(super) struct Entrance {
    /// What requests are told that they came by.
    pub(super) name: Arc<str>,
    /// TLS, where the listener has it.
    pub(super) tls: Option<Arc<ListenerTls>>,
    /// Whether HTTP/2 is spoken without TLS.
    pub(super) http2: bool,
}

/// A connection that is ready for HTTP.
pub(super) enum Entered {
    /// Without TLS.
    Plain(Bounded, Version),
    /// Over TLS.
    Tls(Box<TlsStream<Bounded>>, Version, OverTls),
}

/// A version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    One,
    Two,
}

impl Entrance {
    /// Brings a connection in; `idle` is how long it may be silent, and leave an answer untaken.
    ///
    /// # Errors
    /// When it is not agreed on TLS, or nothing comes in time.
    pub(super) async fn enter(&self, stream: TcpStream, idle: Duration) -> io::Result<Entered> {
        match &self.tls {
            None if self.http2 => {
                let version = timeout(idle, version(&stream)).await??;
                Ok(Entered::Plain(bounded(stream, idle), version))
            }
            None => Ok(Entered::Plain(bounded(stream, idle), Version::One)),
            Some(tls) => {
                let in_force = tls.in_force();
                let acceptor = TlsAcceptor::from(Arc::clone(&in_force.config));
                let accepting = acceptor.accept(bounded(stream, idle));
                let stream = timeout(HANDSHAKE.min(idle), accepting).await??;
                let (_, session) = stream.get_ref();
                let version =
                    if session.alpn_protocol() == Some(b"h2") { Version::Two } else { Version::One };
                Ok(Entered::Tls(Box::new(stream), version, OverTls::new(in_force, tls)))
            }
        }
    }
}

impl Entered {
    /// The client, with what TLS told of it.
    pub(super) fn peer(&self, peer: Peer) -> Peer {
        let Self::Tls(stream, ..) = self else { return peer };
        let (_, session) = stream.get_ref();
        let certificates = session.peer_certificates().unwrap_or_default();
        peer.over(Tls {
            client_certificates: certificates.iter().map(|one| one.as_ref().to_vec()).collect(),
            server_name: session.server_name().map(str::to_owned),
        })
    }
}

fn bounded(stream: TcpStream, idle: Duration) -> Bounded {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(idle));
    Box::pin(stream)
}

/// The version that a client without TLS speaks, by its first bytes, which are left to be read.
async fn version(stream: &TcpStream) -> io::Result<Version> {
    let mut first = [0; PREFACE_ALONE];
    loop {
        let length = stream.peek(&mut first).await?;
        return Ok(match &first[..length] {
            // It is gone.
            [] => Version::One,
            first if !PREFACE.starts_with(first) => Version::One,
            first if first.len() == PREFACE_ALONE => Version::Two,
            // As POST begins as well.
            _ => {
                sleep(LOOK_AGAIN).await;
                continue;
            }
        });
    }
}
