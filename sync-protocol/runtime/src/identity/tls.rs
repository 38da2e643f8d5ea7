//! TLS settings of both directions: version 1.3 alone, one provider, no early data, no resumption.
//!
//! Resumption is off because a resumed session would skip the judgement that keeps the revoked out.

use super::keys::{Ed25519Secret, Identity};
use super::verify::{Anchor, ClientVerifier, Verifier};
use super::{Role, SharedDirectory};
use crate::env::Env;
use crate::link::resets::Resets;
use crate::link::settings::{ALPN, ALPN_ENROL};
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::time_provider::TimeProvider;
use rustls::version::TLS13;
use rustls::{ClientConfig, ServerConfig};
use std::sync::Arc;
use std::time::Duration;

/// TLS that cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Key and certificates do not fit.
    #[error("use the node's key and certificates")]
    Key(#[source] rustls::Error),
    /// The provider lacks what QUIC wants.
    #[error("use the provider's ciphers for QUIC")]
    Ciphers(#[source] quinn::crypto::rustls::NoInitialCipherSuite),
}

/// Whether an endpoint speaks to those who have no certificate yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newcomers {
    /// Only a hub enrols.
    Welcome,
    /// Everybody shows a certificate.
    Refused,
}

/// The settings an endpoint is opened with.
#[derive(Clone)]
pub struct Tls {
    /// For dialling.
    pub client: Arc<QuicClientConfig>,
    /// For listening; `None`: only dials.
    pub server: Option<Arc<QuicServerConfig>>,
    /// For ending the connections of the process before; `None`: there was none.
    pub resets: Option<Resets>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("listens", &self.server.is_some()).finish_non_exhaustive()
    }
}

impl Tls {
    /// Sets up an enrolled node.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn of_node(
        env: &Arc<dyn Env>,
        identity: &Identity,
        county: &str,
        directory: &SharedDirectory,
        newcomers: Newcomers,
    ) -> Result<Tls, TlsError> {
        let anchor = Anchor::Root(identity.root.clone());
        let verifier = Verifier::new(anchor, Some(county.to_owned()), None, directory.clone());
        let certified = certified(identity.chain.clone(), identity.secrets.tls_key())?;
        let with_root = identity.chain.iter().cloned().chain([identity.root.clone()]).collect();
        let for_newcomers = self::certified(with_root, identity.secrets.tls_key())?;
        let shown = Arc::new(Shown { to_nodes: certified, to_newcomers: for_newcomers });

        let clock: Arc<dyn TimeProvider> = Arc::new(WallClock(env.clone()));
        let mut client = ClientConfig::builder_with_details(provider(), clock.clone())
            .with_protocol_versions(&[&TLS13])
            .map_err(TlsError::Key)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier.clone()))
            .with_client_auth_cert(identity.chain.clone(), private_key(identity.secrets.tls_key()))
            .map_err(TlsError::Key)?;
        client.alpn_protocols = vec![ALPN.to_vec()];

        let mut server = ServerConfig::builder_with_details(provider(), clock)
            .with_protocol_versions(&[&TLS13])
            .map_err(TlsError::Key)?
            .with_client_cert_verifier(Arc::new(ClientVerifier { verifier, newcomers }))
            .with_cert_resolver(shown);
        server.alpn_protocols = match newcomers {
            Newcomers::Welcome => vec![ALPN.to_vec(), ALPN_ENROL.to_vec()],
            Newcomers::Refused => vec![ALPN.to_vec()],
        };
        server.max_early_data_size = 0;
        server.send_tls13_tickets = 0;
        server.session_storage = Arc::new(NoServerSessionStorage {});
        let server = QuicServerConfig::try_from(server).map_err(TlsError::Ciphers)?;
        let resets = Some(identity.secrets.resets());
        Ok(Tls { client: quic_client(client)?, server: Some(Arc::new(server)), resets })
    }

    /// Sets up a newcomer that holds nothing but a token's pin; it takes a hub only.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn of_newcomer(env: &Arc<dyn Env>, pin: [u8; 32]) -> Result<Tls, TlsError> {
        let verifier = Verifier::new(Anchor::Pin(pin), None, Some(Role::Hub), SharedDirectory::default());
        let clock: Arc<dyn TimeProvider> = Arc::new(WallClock(env.clone()));
        let mut client = ClientConfig::builder_with_details(provider(), clock)
            .with_protocol_versions(&[&TLS13])
            .map_err(TlsError::Key)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        client.alpn_protocols = vec![ALPN_ENROL.to_vec()];
        Ok(Tls { client: quic_client(client)?, server: None, resets: None })
    }
}

/// Returns the one cryptographic provider; nothing here uses a process-wide default.
#[must_use]
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn quic_client(mut config: ClientConfig) -> Result<Arc<QuicClientConfig>, TlsError> {
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    QuicClientConfig::try_from(config).map(Arc::new).map_err(TlsError::Ciphers)
}

fn certified(chain: Vec<CertificateDer<'static>>, key: &Ed25519Secret) -> Result<Arc<CertifiedKey>, TlsError> {
    CertifiedKey::from_der(chain, private_key(key), &provider()).map(Arc::new).map_err(TlsError::Key)
}

fn private_key(key: &Ed25519Secret) -> PrivateKeyDer<'static> {
    PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.pkcs8().to_vec()))
}

/// A newcomer knows only the root's pin and must be shown the root; a node has it, and a shorter chain saves a datagram.
#[derive(Debug)]
struct Shown {
    to_nodes: Arc<CertifiedKey>,
    to_newcomers: Arc<CertifiedKey>,
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let newcomer = hello.alpn().is_some_and(|mut protocols| protocols.any(|protocol| protocol == ALPN_ENROL));
        Some(if newcomer { self.to_newcomers.clone() } else { self.to_nodes.clone() })
    }
}

/// The environment's claim about civil time, for the verifiers to clamp.
struct WallClock(Arc<dyn Env>);

impl std::fmt::Debug for WallClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WallClock")
    }
}

impl TimeProvider for WallClock {
    fn current_time(&self) -> Option<UnixTime> {
        let ms = u64::try_from(self.0.wall().0).unwrap_or(0);
        Some(UnixTime::since_unix_epoch(Duration::from_millis(ms)))
    }
}
