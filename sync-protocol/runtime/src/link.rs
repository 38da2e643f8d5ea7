//! Links: one QUIC connection to one authenticated peer, with a few long-lived streams.
//!
//! [`Net`] is the endpoint: it listens, dials, and hands over connections whose peer the [verifiers](crate::identity::verify) accepted.
//! [`lanes`] turns a connection into frames. What the frames say is the core's affair.

pub mod lanes;
pub mod resets;
pub mod settings;
pub mod via;

#[cfg(test)]
mod tests;

use crate::env::Env;
use crate::identity::{PeerName, Tls};
use settings::LinkSettings;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// An endpoint that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The address cannot be had.
    #[error("listen on {address}")]
    Bind {
        /// Which.
        address: SocketAddr,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
}

/// A dial that did not lead to an authenticated peer.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The name has no address.
    #[error("find the address of {name}")]
    Resolve {
        /// As configured.
        name: String,
    },
    /// The endpoint refused to dial.
    #[error("dial {address}")]
    Start {
        /// Where to.
        address: SocketAddr,
        /// Cause.
        #[source]
        source: quinn::ConnectError,
    },
    /// No connection came about.
    #[error("connect to {address}")]
    Connect {
        /// Where to.
        address: SocketAddr,
        /// Cause.
        #[source]
        source: quinn::ConnectionError,
    },
    /// The peer's certificate says no name.
    #[error("the peer at {address} shows no name")]
    Nameless {
        /// Where.
        address: SocketAddr,
    },
}

/// A connection and who is at its other end.
#[derive(Clone, Debug)]
pub struct Connected {
    /// The connection.
    pub connection: quinn::Connection,
    /// As its certificate says.
    pub peer: PeerName,
}

/// Who came in at the endpoint.
#[derive(Debug)]
pub enum Arrival {
    /// A node with a certificate of the county.
    Node(Connected),
    /// A newcomer that wants to enrol.
    Newcomer(quinn::Connection),
}

/// One UDP socket, listening and dialling.
#[derive(Clone, Debug)]
pub struct Net {
    endpoint: quinn::Endpoint,
    client: quinn::ClientConfig,
}

impl Net {
    /// Binds `listen` and serves with `tls`.
    ///
    /// # Errors
    /// [`NetError`] when the address cannot be had.
    pub fn open(env: &dyn Env, listen: SocketAddr, settings: &LinkSettings, tls: &Tls) -> Result<Net, NetError> {
        let socket = env.bind(listen).map_err(|source| NetError::Bind { address: listen, source })?;
        Net::over(env, socket, settings, tls)
    }

    /// Serves over a socket that is bound already, for wrappers such as [`via`].
    ///
    /// # Errors
    /// [`NetError`] when the endpoint cannot be made.
    pub fn over(env: &dyn Env, socket: Arc<dyn quinn::AsyncUdpSocket>, settings: &LinkSettings, tls: &Tls) -> Result<Net, NetError> {
        let address = socket.local_addr().unwrap_or_else(|_| SocketAddr::from(([0, 0, 0, 0], 0)));
        let endpoint = quinn::Endpoint::new_with_abstract_socket(
            settings.endpoint(env.endpoint_seed(), tls.resets.as_ref()),
            tls.server.clone().map(|server| settings.server(server)),
            socket,
            env.quinn_runtime(),
        )
        .map_err(|source| NetError::Bind { address, source })?;
        Ok(Net { endpoint, client: settings.client(tls.client.clone()) })
    }

    /// Returns the address the endpoint is bound to.
    ///
    /// # Errors
    /// The system's.
    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.endpoint.local_addr()
    }

    /// Dials `name` (`HOST:PORT` or an address) and waits for the peer to prove itself.
    ///
    /// # Errors
    /// [`DialError`].
    pub async fn dial(&self, name: &str) -> Result<Connected, DialError> {
        let address = self.resolve(name).await?;
        let connection = self.connect(address).await?;
        let peer = PeerName::of(&connection).ok_or(DialError::Nameless { address })?;
        Ok(Connected { connection, peer })
    }

    /// Dials `address` without asking who is there; enrolment asks by itself.
    ///
    /// # Errors
    /// [`DialError`].
    pub async fn connect(&self, address: SocketAddr) -> Result<quinn::Connection, DialError> {
        let connecting = self.endpoint.connect_with(self.client.clone(), address, settings::SERVER_NAME);
        let connecting = connecting.map_err(|source| DialError::Start { address, source })?;
        let connected = tokio::time::timeout(settings::DIAL_PATIENCE, connecting).await;
        connected.unwrap_or(Err(quinn::ConnectionError::TimedOut)).map_err(|source| DialError::Connect { address, source })
    }

    /// Waits for the next connection to begin; `None` when the endpoint is closed. Complete it with [`arrive`] in a task of its own.
    pub async fn accept(&self) -> Option<quinn::Incoming> {
        self.endpoint.accept().await
    }

    /// Closes the endpoint and waits, at most `patience`, until the peers have heard.
    pub async fn close(&self, code: u32, patience: Duration) {
        self.endpoint.close(code.into(), b"");
        let _ = tokio::time::timeout(patience, self.endpoint.wait_idle()).await;
    }

    /// Returns the first address of `name` in a family that the socket can send to.
    ///
    /// # Errors
    /// [`DialError::Resolve`].
    pub async fn resolve(&self, name: &str) -> Result<SocketAddr, DialError> {
        if let Ok(address) = name.parse() {
            return Ok(address);
        }
        let nowhere = || DialError::Resolve { name: name.to_owned() };
        let v4_only = self.endpoint.local_addr().is_ok_and(|local| local.is_ipv4());
        let mut found = tokio::net::lookup_host(name).await.map_err(|_| nowhere())?;
        found.find(|address| address.is_ipv4() || !v4_only).ok_or_else(nowhere)
    }
}

/// Completes a handshake and says who arrived; `None` when nothing acceptable came of it.
pub async fn arrive(incoming: quinn::Incoming) -> Option<Arrival> {
    let connection = tokio::time::timeout(settings::HANDSHAKE_PATIENCE, incoming.accept().ok()?).await.ok()?.ok()?;
    let handshake = connection.handshake_data()?.downcast::<quinn::crypto::rustls::HandshakeData>().ok()?;
    if handshake.protocol.as_deref() == Some(settings::ALPN_ENROL) {
        return Some(Arrival::Newcomer(connection));
    }
    let Some(peer) = PeerName::of(&connection) else {
        connection.close(0u32.into(), b"");
        return None;
    };
    Some(Arrival::Node(Connected { connection, peer }))
}
