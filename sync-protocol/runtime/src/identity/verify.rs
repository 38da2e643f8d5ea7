//! The judgement over a peer's certificate, the same in both directions.
//!
//! Chain to the pinned county root, county and role in the name, not revoked, and the very TLS key that the authority log lists. Time is
//! clamped into the windows of the chain before the signatures are checked, so that neither an expired certificate nor a wrong clock keeps
//! out a node that the county has not revoked.

use super::{PeerName, Role, SharedDirectory};
use mesh_model::id::Hash;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ParsedCertificate, WebPkiClientVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError, RootCertStore, SignatureScheme};
use std::sync::Arc;
use std::time::Duration;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

/// Certificates a peer shows at most: its own, the issuing one, and for newcomers the root.
const CHAIN_MAX: usize = 3;

/// Why a peer was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The certificate cannot be read, or the chain is too long.
    #[error("the certificate is malformed")]
    Malformed,
    /// No moment lies in all windows of the chain.
    #[error("the chain's validity windows do not overlap")]
    Windows,
    /// The chain does not lead to the pinned root.
    #[error("the chain does not lead to the county's root")]
    Root,
    /// Not exactly one name of our form.
    #[error("the certificate does not carry one name of the mesh")]
    Name,
    /// Another county's node.
    #[error("the certificate is another county's")]
    County,
    /// Not in the role it claims or was asked for.
    #[error("the certificate claims a role that is not its node's")]
    Role,
    /// The authority log has ended its right.
    #[error("the node is revoked")]
    Revoked,
    /// The authority log lists another TLS key.
    #[error("the certificate's key is not the node's")]
    Key,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        match refusal {
            Refusal::Revoked => Error::InvalidCertificate(CertificateError::Revoked),
            Refusal::Root => Error::InvalidCertificate(CertificateError::UnknownIssuer),
            Refusal::Malformed => Error::InvalidCertificate(CertificateError::BadEncoding),
            Refusal::Windows | Refusal::Name | Refusal::County | Refusal::Role | Refusal::Key => {
                Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(refusal))))
            }
        }
    }
}

/// What leads to the county.
#[derive(Clone, Debug)]
pub enum Anchor {
    /// The root's certificate, kept since enrolment.
    Root(CertificateDer<'static>),
    /// BLAKE3 of the root's public key, from a token: the peer must show the root as well.
    Pin([u8; 32]),
}

/// Whom a verifier takes.
#[derive(Clone, Debug)]
pub struct Verifier {
    /// What the chain must lead to.
    pub anchor: Anchor,
    /// Six digits; `None` before the county is known.
    pub county: Option<String>,
    /// Only this role; `None`: any.
    pub role: Option<Role>,
    /// Who is known, who is revoked.
    pub directory: SharedDirectory,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    /// Makes a verifier on the project's one cryptographic provider.
    #[must_use]
    pub fn new(anchor: Anchor, county: Option<String>, role: Option<Role>, directory: SharedDirectory) -> Verifier {
        Verifier { anchor, county, role, directory, provider: super::tls::provider() }
    }

    /// Judges the chain that the peer on `side` shows, at `now`.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn judge(&self, leaf: &CertificateDer<'_>, rest: &[CertificateDer<'_>], now: UnixTime, side: Side) -> Result<PeerName, Refusal> {
        if rest.len() >= CHAIN_MAX {
            return Err(Refusal::Malformed);
        }
        let root = self.root(rest)?;
        let below: Vec<CertificateDer<'_>> = rest.iter().filter(|cert| ***cert != **root).cloned().collect();
        let now = clamp(now, std::iter::once(leaf).chain(&below))?;
        self.check_chain(leaf, &below, root.clone().into_owned(), now, side)?;
        let name = name_in(leaf)?;
        self.check_name(&name, leaf)?;
        Ok(name)
    }

    fn root<'a>(&'a self, shown: &'a [CertificateDer<'a>]) -> Result<&'a CertificateDer<'a>, Refusal> {
        match &self.anchor {
            Anchor::Root(root) => Ok(root),
            Anchor::Pin(pin) => shown.iter().find(|cert| pin_of(cert).as_ref() == Some(pin)).ok_or(Refusal::Root),
        }
    }

    fn check_chain(
        &self,
        leaf: &CertificateDer<'_>,
        below: &[CertificateDer<'_>],
        root: CertificateDer<'static>,
        now: UnixTime,
        side: Side,
    ) -> Result<(), Refusal> {
        let mut roots = RootCertStore::empty();
        roots.add(root).map_err(|_| Refusal::Malformed)?;
        match side {
            Side::Server => {
                let parsed = ParsedCertificate::try_from(leaf).map_err(|_| Refusal::Malformed)?;
                let algorithms = self.provider.signature_verification_algorithms.all;
                rustls::client::verify_server_cert_signed_by_trust_anchor(&parsed, &roots, below, now, algorithms)
                    .map_err(|_| Refusal::Root)
            }
            Side::Client => {
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), self.provider.clone()).build();
                let verifier = verifier.map_err(|_| Refusal::Malformed)?;
                verifier.verify_client_cert(leaf, below, now).map(|_| ()).map_err(|_| Refusal::Root)
            }
        }
    }

    fn check_name(&self, name: &PeerName, leaf: &CertificateDer<'_>) -> Result<(), Refusal> {
        if self.county.as_ref().is_some_and(|county| *county != name.county) {
            return Err(Refusal::County);
        }
        if self.role.is_some_and(|role| role != name.role) {
            return Err(Refusal::Role);
        }
        // A node that this log does not know yet was enrolled since; the county's signature stands for it until the log arrives.
        let Some(listed) = self.directory.find(name.node) else {
            return Ok(());
        };
        if listed.revoked {
            return Err(Refusal::Revoked);
        }
        if listed.role != name.role {
            return Err(Refusal::Role);
        }
        if tls_hash_of(leaf) != Some(listed.tls) { Err(Refusal::Key) } else { Ok(()) }
    }

    fn check_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }
}

/// Which side of the handshake is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that dialled.
    Client,
    /// The one that was dialled.
    Server,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.judge(end_entity, intermediates, now, Side::Server)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("only TLS 1.3 is spoken".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}

/// A [`Verifier`] of those who dial; whoever shows no certificate may only enrol, which the [link](crate::link) sees to.
#[derive(Clone, Debug)]
pub struct ClientVerifier {
    pub(super) verifier: Verifier,
    pub(super) newcomers: super::tls::Newcomers,
}

impl ClientCertVerifier for ClientVerifier {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn client_auth_mandatory(&self) -> bool {
        self.newcomers == super::tls::Newcomers::Refused
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.verifier.judge(end_entity, intermediates, now, Side::Client)?;
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("only TLS 1.3 is spoken".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.check_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}

/// Moves `now` to the nearest moment inside the windows of all certificates below the root, whose own window nobody asks for.
fn clamp<'a, 'b: 'a>(now: UnixTime, chain: impl Iterator<Item = &'a CertificateDer<'b>>) -> Result<UnixTime, Refusal> {
    let (mut from, mut until) = (0, i64::MAX);
    for cert in chain {
        let (_, parsed) = X509Certificate::from_der(cert).map_err(|_| Refusal::Malformed)?;
        from = from.max(parsed.validity().not_before.timestamp());
        until = until.min(parsed.validity().not_after.timestamp());
    }
    if from > until {
        return Err(Refusal::Windows);
    }
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX).clamp(from, until);
    Ok(UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now).expect("the window begins at 0 or later"))))
}

/// Returns the one name in a certificate.
///
/// # Errors
/// [`Refusal::Malformed`] or [`Refusal::Name`].
pub fn name_in(cert: &CertificateDer<'_>) -> Result<PeerName, Refusal> {
    let (_, parsed) = X509Certificate::from_der(cert).map_err(|_| Refusal::Malformed)?;
    let names = parsed.subject_alternative_name().map_err(|_| Refusal::Malformed)?.ok_or(Refusal::Name)?;
    match names.value.general_names.as_slice() {
        [GeneralName::URI(uri)] => uri.parse().map_err(|_| Refusal::Name),
        _ => Err(Refusal::Name),
    }
}

/// Returns the pin of a root certificate: BLAKE3 over its raw Ed25519 public key.
#[must_use]
pub fn pin_of(cert: &CertificateDer<'_>) -> Option<[u8; 32]> {
    let (_, parsed) = X509Certificate::from_der(cert).ok()?;
    let key = &parsed.public_key().subject_public_key.data;
    (key.len() == 32).then(|| Hash::of(&[key]).0)
}

/// Returns BLAKE3 over the SubjectPublicKeyInfo of a certificate's key.
#[must_use]
pub fn tls_hash_of(cert: &CertificateDer<'_>) -> Option<Hash> {
    let (_, parsed) = X509Certificate::from_der(cert).ok()?;
    Some(Hash::of(&[parsed.public_key().raw]))
}
