//! How QUIC is set, with the reason of each figure.

use super::resets::Resets;
use quinn::{ClientConfig, EndpointConfig, IdleTimeout, ServerConfig, TransportConfig, VarInt};
use std::sync::Arc;
use std::time::Duration;

/// Protocol of sessions between nodes.
pub const ALPN: &[u8] = b"mesh/1";
/// Protocol of a newcomer without a certificate.
pub const ALPN_ENROL: &[u8] = b"mesh-enrol/1";
/// What stands in the TLS server name; nobody checks it, since the name that counts is in the certificate.
pub const SERVER_NAME: &str = "mesh.invalid";
/// How long the listener waits for the rest of a handshake. A first flight that is sent again fills a thin line: on 7 kbit/s upwards it takes 23 s,
/// on 4 kbit/s about twice that (`simulations/seeds/found/line-too-thin-for-a-hello.json`).
pub const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(60);
/// How long a dial may take, to the end of the dialler's own half of the handshake. Without it a line that lets one packet in ten through keeps
/// a handshake alive that the listener has given up.
pub const DIAL_PATIENCE: Duration = Duration::from_secs(45);

/// Streams a peer may open: each allowed one costs memory on both sides (10,000 cost 707 KB a connection, 16 cost 32 KB).
const BIDI_STREAMS: u32 = 16;
/// One a lane, and one to spare for blobs.
const UNI_STREAMS: u32 = 4;
/// Bytes one stream may have under way towards us.
const STREAM_BYTES: u32 = 256 * 1024;
/// Bytes a connection may have under way towards us.
const CONNECTION_BYTES: u32 = 512 * 1024;
/// Bytes we keep for retransmission to one peer.
const SEND_BYTES: u64 = 256 * 1024;
/// Connections whose handshake is not done.
const INCOMING: usize = 256;
/// Bytes buffered for all of them.
const INCOMING_BYTES: u64 = 8 * 1024 * 1024;

/// What an operator may choose about a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSettings {
    /// Pause between keep-alives, below the life of a NAT mapping; `None` on a metered line.
    pub keep_alive: Option<Duration>,
    /// Silence after which a connection is given up.
    pub idle: Duration,
    /// The round trip assumed before one is measured: the last session's, where it is known.
    pub initial_rtt: Duration,
    /// How a sender finds its rate.
    pub congestion: Congestion,
}

/// Congestion control.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Congestion {
    /// A model of rate and round trip: for lines that lose packets without being full. The library calls it experimental.
    Bbr,
    /// Takes a lost packet for a full line.
    #[default]
    Cubic,
}

impl Default for LinkSettings {
    fn default() -> Self {
        LinkSettings {
            keep_alive: Some(Duration::from_secs(20)),
            idle: Duration::from_secs(60),
            initial_rtt: Duration::from_millis(333),
            congestion: Congestion::default(),
        }
    }
}

impl LinkSettings {
    pub(super) fn endpoint(&self, seed: Option<[u8; 32]>, resets: Option<&Resets>) -> EndpointConfig {
        let mut config = resets.map_or_else(EndpointConfig::default, Resets::endpoint);
        config.rng_seed(seed);
        config
    }

    pub(super) fn server(&self, tls: Arc<quinn::crypto::rustls::QuicServerConfig>) -> ServerConfig {
        let mut config = ServerConfig::with_crypto(tls);
        let mut transport = self.transport();
        // The dialler stands behind the box whose mapping must be kept. If both ends did it, both would do it at the same moment.
        transport.keep_alive_interval(None);
        config.transport_config(Arc::new(transport));
        config.max_incoming(INCOMING).incoming_buffer_size_total(INCOMING_BYTES);
        // Whoever is asked for a proof of address has as long for it as for the rest: its first flight may take most of a minute.
        config.retry_token_lifetime(HANDSHAKE_PATIENCE);
        config
    }

    pub(super) fn client(&self, tls: Arc<quinn::crypto::rustls::QuicClientConfig>) -> ClientConfig {
        let mut config = ClientConfig::new(tls);
        config.transport_config(Arc::new(self.transport()));
        config
    }

    fn transport(&self) -> TransportConfig {
        let mut transport = TransportConfig::default();
        match self.congestion {
            Congestion::Bbr => transport.congestion_controller_factory(Arc::new(quinn::congestion::BbrConfig::default())),
            Congestion::Cubic => transport.congestion_controller_factory(Arc::new(quinn::congestion::CubicConfig::default())),
        };
        transport
            .max_concurrent_bidi_streams(VarInt::from_u32(BIDI_STREAMS))
            .max_concurrent_uni_streams(VarInt::from_u32(UNI_STREAMS))
            .stream_receive_window(VarInt::from_u32(STREAM_BYTES))
            .receive_window(VarInt::from_u32(CONNECTION_BYTES))
            .send_window(SEND_BYTES)
            .datagram_receive_buffer_size(None)
            // Probing for a larger datagram costs a second on a line of 64 kbit/s and gains nothing there.
            .mtu_discovery_config(None)
            // Segmentation offload fails on odd cards and virtual machines, and the rates here do not need it.
            .enable_segmentation_offload(false)
            .initial_rtt(self.initial_rtt)
            .keep_alive_interval(self.keep_alive)
            .max_idle_timeout(Some(IdleTimeout::try_from(self.idle).unwrap_or(VarInt::from_u32(60_000).into())));
        transport
    }
}
