//! The county's certificate authority: a root that can be taken away, an issuing key that stays, certificates for nodes.
//!
//! The root's key lies alone in `DATA/root/`, so that an operator can carry the folder off; without it a hub goes on issuing for as long as
//! the issuing certificate is chained. Validity windows are written for others who read them; our own verifiers clamp time into them.

use super::keys::{Ed25519Secret, KeysError};
use super::{PeerName, verify};
use crate::env::{Env, random};
use crate::lock::{self, LockError};
use mesh_model::time::WallTime;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ED25519, SanType, SerialNumber, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, CertificateSigningRequestDer, PrivatePkcs8KeyDer};
use std::path::Path;
use std::time::Duration;

/// Folder of the root key; it may be carried off after founding.
pub const ROOT_FOLDER: &str = "root";
/// Folder of the issuing key.
pub const ISSUING_FOLDER: &str = "ca";

const DAY: Duration = Duration::from_secs(86_400);
const ROOT_DAYS: u32 = 20 * 365;
const ISSUING_DAYS: u32 = 3 * 365;
const NODE_DAYS: u32 = 90;
/// Clocks at sites lag; a certificate that begins a day ago is valid for them too.
const BACKDATED: Duration = DAY;

const KEY: &str = "key";
const CERTIFICATE: &str = "cert.der";
const CERTIFICATE_TEXT: &str = "cert.pem";
const ROOT_COPY: &str = "root.der";

/// An authority that cannot be founded, read or used.
#[derive(Debug, thiserror::Error)]
pub enum CaError {
    /// A key file.
    #[error("use the authority's keys")]
    Keys(#[source] KeysError),
    /// A file of the authority.
    #[error("use the authority's files")]
    File(#[source] LockError),
    /// A certificate could not be made.
    #[error("make a certificate")]
    Make(#[source] rcgen::Error),
    /// A stored certificate cannot be read.
    #[error("the authority's certificate is damaged")]
    Damaged,
    /// The request is malformed, or its signature is not by the key it asks for.
    #[error("the certificate request does not prove its key")]
    Request(#[source] rcgen::Error),
}

/// The county root: signs the founding record and issuing certificates.
#[derive(Debug)]
pub struct RootKey {
    secret: Ed25519Secret,
    cert: CertificateDer<'static>,
}

impl RootKey {
    /// Reads the root from `DATA/root/`.
    ///
    /// # Errors
    /// [`CaError`], as when the folder was taken away.
    pub fn load(data: &Path) -> Result<RootKey, CaError> {
        let folder = data.join(ROOT_FOLDER);
        let cert = lock::read_private(&folder.join(CERTIFICATE)).map_err(CaError::File)?.into();
        Ok(RootKey { secret: Ed25519Secret::load(&folder.join(KEY)).map_err(CaError::Keys)?, cert })
    }

    /// Signs a message with the root key.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.secret.signing_key().sign(message)
    }

    /// Returns the public key.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.secret.signing_key().public()
    }
}

/// The issuing half of the authority, as a running hub holds it.
#[derive(Debug)]
pub struct CountyCa {
    county: String,
    secret: Ed25519Secret,
    cert: CertificateDer<'static>,
    root: CertificateDer<'static>,
}

/// A node's certificates: its own, then the issuing one.
pub type Chain = Vec<CertificateDer<'static>>;

impl CountyCa {
    /// Founds the authority of a county: draws both keys and keeps them under `data`.
    ///
    /// `county` is the six digits of the division code.
    ///
    /// # Errors
    /// [`CaError`].
    pub fn found(env: &dyn Env, data: &Path, county: &str) -> Result<(RootKey, CountyCa), CaError> {
        let secret = Ed25519Secret::draw(env);
        let key = key_pair(&secret)?;
        let mut params = authority(env, &format!("mesh county {county} root"), ROOT_DAYS, 1)?;
        // The root's key is known by its own hash, so that an issuing certificate made years later chains to it.
        params.serial_number = Some(serial(env));
        let cert = params.self_signed(&key).map_err(CaError::Make)?;
        let folder = data.join(ROOT_FOLDER);
        lock::create_private_dir(&folder).map_err(CaError::File)?;
        secret.save(&folder.join(KEY)).map_err(CaError::Keys)?;
        lock::write_private(&folder.join(CERTIFICATE), cert.der()).map_err(CaError::File)?;
        lock::write_private(&folder.join(CERTIFICATE_TEXT), cert.pem().as_bytes()).map_err(CaError::File)?;
        let root = RootKey { secret, cert: cert.der().clone() };
        let ca = CountyCa::succeed(env, data, county, &root)?;
        Ok((root, ca))
    }

    /// Draws a new issuing key under the root and puts it in place of the one before.
    ///
    /// # Errors
    /// [`CaError`].
    pub fn succeed(env: &dyn Env, data: &Path, county: &str, root: &RootKey) -> Result<CountyCa, CaError> {
        let secret = Ed25519Secret::draw(env);
        let params = authority(env, &format!("mesh county {county} issuing"), ISSUING_DAYS, 0)?;
        let issuer = Issuer::from_ca_cert_der(&root.cert, key_pair(&root.secret)?).map_err(CaError::Make)?;
        let cert = params.signed_by(&key_pair(&secret)?, &issuer).map_err(CaError::Make)?;
        let folder = data.join(ISSUING_FOLDER);
        lock::create_private_dir(&folder).map_err(CaError::File)?;
        secret.save(&folder.join(KEY)).map_err(CaError::Keys)?;
        lock::write_private(&folder.join(ROOT_COPY), &root.cert).map_err(CaError::File)?;
        lock::write_private(&folder.join(CERTIFICATE), cert.der()).map_err(CaError::File)?;
        Ok(CountyCa { county: county.to_owned(), secret, cert: cert.der().clone(), root: root.cert.clone() })
    }

    /// Reads the issuing half under `data`.
    ///
    /// # Errors
    /// [`CaError`].
    pub fn load(data: &Path, county: &str) -> Result<CountyCa, CaError> {
        let folder = data.join(ISSUING_FOLDER);
        let read = |name: &str| lock::read_private(&folder.join(name)).map(CertificateDer::from).map_err(CaError::File);
        let secret = Ed25519Secret::load(&folder.join(KEY)).map_err(CaError::Keys)?;
        Ok(CountyCa { county: county.to_owned(), secret, cert: read(CERTIFICATE)?, root: read(ROOT_COPY)? })
    }

    /// Issues a certificate on a request, of which only the key and the proof of its possession count; name, role and window are the county's.
    ///
    /// # Errors
    /// [`CaError::Request`] when the request does not prove its key.
    pub fn issue_on_request(
        &self,
        env: &dyn Env,
        request: &[u8],
        node: mesh_model::id::NodeId,
        role: super::Role,
    ) -> Result<Chain, CaError> {
        let request = CertificateSigningRequestParams::from_der(&CertificateSigningRequestDer::from(request)).map_err(CaError::Request)?;
        self.issue(env, &request.public_key, node, role)
    }

    /// Issues a certificate for a key whose possession was proven in another way.
    ///
    /// # Errors
    /// [`CaError::Make`] when the key is of a kind that is not issued for.
    pub fn issue_for_spki(&self, env: &dyn Env, spki: &[u8], node: mesh_model::id::NodeId, role: super::Role) -> Result<Chain, CaError> {
        let key = rcgen::SubjectPublicKeyInfo::from_der(spki).map_err(CaError::Make)?;
        self.issue(env, &key, node, role)
    }

    /// Returns the root's certificate.
    #[must_use]
    pub fn root(&self) -> &CertificateDer<'static> {
        &self.root
    }

    /// Returns the pin that tokens carry: BLAKE3 of the root's public key.
    ///
    /// # Errors
    /// [`CaError::Damaged`].
    pub fn pin(&self) -> Result<[u8; 32], CaError> {
        verify::pin_of(&self.root).ok_or(CaError::Damaged)
    }

    fn issue(
        &self,
        env: &dyn Env,
        key: &impl rcgen::PublicKeyData,
        node: mesh_model::id::NodeId,
        role: super::Role,
    ) -> Result<Chain, CaError> {
        let name = PeerName { county: self.county.clone(), role, node };
        let mut params = dated(env, &format!("mesh node {node}"), NODE_DAYS)?;
        let uri = name.to_string().try_into().map_err(CaError::Make)?;
        params.subject_alt_names = vec![SanType::URI(uri)];
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
        let issuer = Issuer::from_ca_cert_der(&self.cert, key_pair(&self.secret)?).map_err(CaError::Make)?;
        let cert = params.signed_by(key, &issuer).map_err(CaError::Make)?;
        Ok(vec![cert.der().clone(), self.cert.clone()])
    }
}

/// Makes a certificate request that proves possession of `secret`; nothing else in it is read.
///
/// # Errors
/// [`CaError::Make`].
pub fn request(secret: &Ed25519Secret) -> Result<Vec<u8>, CaError> {
    let params = CertificateParams::new(Vec::<String>::new()).map_err(CaError::Make)?;
    let request = params.serialize_request(&key_pair(secret)?).map_err(CaError::Make)?;
    Ok(request.der().to_vec())
}

/// Returns the SubjectPublicKeyInfo a request asks a certificate for, once the request proves possession.
///
/// # Errors
/// [`CaError::Request`].
pub fn requested_key(request: &[u8]) -> Result<Vec<u8>, CaError> {
    use rcgen::PublicKeyData;
    let request = CertificateSigningRequestParams::from_der(&CertificateSigningRequestDer::from(request)).map_err(CaError::Request)?;
    Ok(request.public_key.subject_public_key_info())
}

fn authority(env: &dyn Env, name: &str, days: u32, authorities_below: u8) -> Result<CertificateParams, CaError> {
    let mut params = dated(env, name, days)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(authorities_below));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

/// Windows are always written: the library's own default reaches from 1975 to 4096.
fn dated(env: &dyn Env, name: &str, days: u32) -> Result<CertificateParams, CaError> {
    let WallTime(ms) = env.wall();
    let now = date_time_ymd(1970, 1, 1) + Duration::from_millis(u64::try_from(ms).unwrap_or(0));
    let mut params = CertificateParams::new(Vec::<String>::new()).map_err(CaError::Make)?;
    params.not_before = now - BACKDATED;
    params.not_after = now + DAY * days;
    params.serial_number = Some(serial(env));
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// A positive number of 127 random bits, as certificates want it.
fn serial(env: &dyn Env) -> SerialNumber {
    let mut bytes: [u8; 16] = random(env);
    bytes[0] = bytes[0] & 0x7f | 0x40;
    SerialNumber::from_slice(&bytes)
}

fn key_pair(secret: &Ed25519Secret) -> Result<KeyPair, CaError> {
    let der = PrivatePkcs8KeyDer::from(secret.pkcs8().to_vec());
    KeyPair::from_pkcs8_der_and_sign_algo(&der, &PKCS_ED25519).map_err(CaError::Make)
}
