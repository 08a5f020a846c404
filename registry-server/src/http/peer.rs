//! Who is at the other end of a connection.

use std::net::SocketAddr;
use std::sync::Arc;

/// The other end of the connection that a request came by, as the connection itself tells it; what headers claim is not
/// in it. Every request that came over a socket has one among its extensions. A clone shares what it holds.
///
/// ```
/// use axum::http::Request;
/// use registry_server::http::Peer;
///
/// let mut request = Request::get("/subjects").body(())?;
/// request.extensions_mut().insert(Peer::new("10.0.0.7:40123".parse()?, "http://0.0.0.0:8081"));
/// let peer = request.extensions().get::<Peer>().ok_or("it came over no socket")?;
/// assert_eq!(peer.address().ip().to_string(), "10.0.0.7");
/// assert!(peer.tls().is_none());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Peer(Arc<Connection>);

#[derive(Debug)]
struct Connection {
    address: SocketAddr,
    listener: Arc<str>,
    tls: Option<Tls>,
}

/// What TLS told of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tls {
    /// The certificates of the client as DER, its own first; they were verified. Empty for a client that showed none.
    pub client_certificates: Vec<Vec<u8>>,
    /// The name that the client asked for (SNI).
    pub server_name: Option<String>,
}

impl Peer {
    /// A client at this address, without TLS. `listener` is as [`Peer::listener`] gives it.
    #[must_use]
    pub fn new(address: SocketAddr, listener: impl Into<Arc<str>>) -> Self {
        Self(Arc::new(Connection { address, listener: listener.into(), tls: None }))
    }

    /// The same client, over TLS.
    #[must_use]
    pub fn over(&self, tls: Tls) -> Self {
        let Connection { address, listener, .. } = &*self.0;
        Self(Arc::new(Connection { address: *address, listener: Arc::clone(listener), tls: Some(tls) }))
    }

    /// The address of the other end of the socket: of the client, or of a proxy before it.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// The listener that the client came to: its name where the settings give it one, else its URL.
    #[must_use]
    pub fn listener(&self) -> &str {
        &self.0.listener
    }

    /// What TLS told; `None` on a listener without it.
    #[must_use]
    pub fn tls(&self) -> Option<&Tls> {
        self.0.tls.as_ref()
    }
}
