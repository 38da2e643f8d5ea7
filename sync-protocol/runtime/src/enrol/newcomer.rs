//! The newcomer's end: proves a token to the hub that the token pins, and keeps what comes back.
//!
//! Everything is repeatable: the keys and the request are kept before the first try, so that a lost answer or a power cut in the middle
//! leads to the same request, which the hub answers again without spending anything.

use super::{ExchangeError, exporter, receive, send};
use crate::env::Env;
use crate::identity::keys::{FOLDER, Identity, KeysError, NodeSecrets};
use crate::identity::tls::{Tls, TlsError};
use crate::identity::verify::{Anchor, Side, Verifier, name_in, pin_of};
use crate::identity::{Role, SharedDirectory, ca};
use crate::link::settings::LinkSettings;
use crate::link::via::NewcomerSocket;
use crate::link::{DialError, Net, NetError};
use crate::lock::{self, LockError};
use mesh_model::id::{NodeId, SiteId};
use rustls::pki_types::{CertificateDer, UnixTime};
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use sync_protocol::enrol::{EnrolRefusal, EnrolReply, EnrolRequest, Token, proof, request_hash, verifier};

const REQUEST: &str = "request.der";
const ENROLLED: &str = "enrolled.json";

/// A newcomer that was not admitted. Keys and request are kept; the same token may be tried again unless it was refused.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The data directory holds a node already.
    #[error("a node is enrolled here already")]
    Already,
    /// Keys could not be made or kept.
    #[error("keep the node's keys")]
    Keys(#[source] KeysError),
    /// A file could not be kept.
    #[error("keep the enrolment")]
    File(#[source] LockError),
    /// The certificate request could not be made.
    #[error("make the certificate request")]
    Request(#[source] ca::CaError),
    /// TLS could not be set up.
    #[error("set up TLS")]
    Tls(#[source] TlsError),
    /// No socket could be had.
    #[error("open a socket")]
    Net(#[source] NetError),
    /// The token names no address.
    #[error("the token names no address to dial")]
    NoAddress,
    /// The hub was not reached, or is not the one that the token pins.
    #[error("reach the hub")]
    Dial(#[source] DialError),
    /// Question or answer did not travel.
    #[error("ask the hub")]
    Exchange(#[source] ExchangeError),
    /// The hub said no.
    #[error("the hub did not admit this machine")]
    Refused(#[source] EnrolRefusal),
    /// What the hub sent does not lead to the token's county, or is not for this node.
    #[error("the hub's answer does not fit the token")]
    Misfit,
}

/// What a node knows since it was enrolled; kept beside its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// This node.
    pub node: NodeId,
    /// Six digits of the county.
    pub county: String,
    /// Whose window it is.
    pub site: SiteId,
    /// Its block of case-number values.
    pub block: u8,
    /// The hub node.
    pub hub: NodeId,
    /// Where to dial the hub.
    pub addresses: Vec<String>,
    /// The neighbour through which it was enrolled, a good first peer.
    pub via: Option<String>,
}

impl Enrolled {
    /// Reads what [`enrol`] kept under `data`.
    ///
    /// # Errors
    /// [`EnrolError::File`] when no node was enrolled there.
    pub fn load(data: &Path) -> Result<Enrolled, EnrolError> {
        let path = data.join(FOLDER).join(ENROLLED);
        let bytes = lock::read_private(&path).map_err(EnrolError::File)?;
        serde_json::from_slice(&bytes).map_err(|source| EnrolError::File(LockError::Io { path, source: source.into() }))
    }
}

/// Enrols a node under `data` with a token, directly or through the neighbour at `via` (`HOST:PORT`).
///
/// # Errors
/// [`EnrolError`]; when several addresses were tried, the last one's.
pub async fn enrol(env: &Arc<dyn Env>, data: &Path, token: &Token, via: Option<&str>) -> Result<Enrolled, EnrolError> {
    if Identity::exists(data) {
        return Err(EnrolError::Already);
    }
    let (secrets, csr) = prepare(&**env, data)?;
    let tls = Tls::of_newcomer(env, token.root_pin.into()).map_err(EnrolError::Tls)?;
    let names: Vec<&str> = via.map_or_else(|| token.addresses.iter().map(String::as_str).collect(), |neighbour| vec![neighbour]);
    let mut last = EnrolError::NoAddress;
    for name in names {
        match ask(env, &tls, name, via.is_some(), token, &secrets, &csr).await {
            Ok((reply, root)) => return keep(data, token, &secrets, reply, root, via),
            Err(error @ EnrolError::Refused(_)) => return Err(error),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn prepare(env: &dyn Env, data: &Path) -> Result<(NodeSecrets, Vec<u8>), EnrolError> {
    lock::create_private_dir(data).map_err(EnrolError::File)?;
    let path = data.join(FOLDER).join(REQUEST);
    if path.exists() {
        let csr = lock::read_private(&path).map_err(EnrolError::File)?;
        return Ok((NodeSecrets::load(data).map_err(EnrolError::Keys)?, csr));
    }
    let secrets = NodeSecrets::create(env, data).map_err(EnrolError::Keys)?;
    let csr = ca::request(secrets.tls_key()).map_err(EnrolError::Request)?;
    lock::write_private(&path, &csr).map_err(EnrolError::File)?;
    Ok((secrets, csr))
}

async fn ask(
    env: &Arc<dyn Env>,
    tls: &Tls,
    name: &str,
    through_neighbour: bool,
    token: &Token,
    secrets: &NodeSecrets,
    csr: &[u8],
) -> Result<(EnrolReply, CertificateDer<'static>), EnrolError> {
    let address = resolve(name).await.map_err(EnrolError::Dial)?;
    let any: SocketAddr = if address.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
    let mut socket = env.bind(any).map_err(|source| EnrolError::Net(NetError::Bind { address: any, source }))?;
    if through_neighbour {
        socket = Arc::new(NewcomerSocket::new(socket));
    }
    let net = Net::over(&**env, socket, &LinkSettings::default(), tls).map_err(EnrolError::Net)?;
    let connection = net.connect(address).await.map_err(EnrolError::Dial)?;
    let root = shown_root(&connection, token).ok_or(EnrolError::Misfit)?;
    let exporter = exporter(&connection).ok_or(EnrolError::Misfit)?;
    let keys = secrets.public();
    let proof = proof(&verifier(&token.secret), &exporter, &request_hash(&keys, csr));
    let request = EnrolRequest { token: token.id, keys, csr: csr.to_vec().into(), proof: proof.into() };
    let broken = |source: quinn::ConnectionError| EnrolError::Exchange(ExchangeError::Broken(source.into()));
    let (mut question, mut answer) = connection.open_bi().await.map_err(broken)?;
    send(&mut question, &request).await.map_err(EnrolError::Exchange)?;
    let reply = receive(&mut answer).await.map_err(EnrolError::Exchange)?;
    net.close(0, std::time::Duration::from_secs(1)).await;
    Ok((reply, root))
}

async fn resolve(name: &str) -> Result<SocketAddr, DialError> {
    if let Ok(address) = name.parse() {
        return Ok(address);
    }
    let nowhere = || DialError::Resolve { name: name.to_owned() };
    tokio::net::lookup_host(name).await.map_err(|_| nowhere())?.next().ok_or_else(nowhere)
}

/// Returns the root that the hub showed, which its verifier has matched with the pin; the hub's county must be the token's.
fn shown_root(connection: &quinn::Connection, token: &Token) -> Option<CertificateDer<'static>> {
    let chain = connection.peer_identity()?.downcast::<Vec<CertificateDer<'static>>>().ok()?;
    if name_in(chain.first()?).ok()?.county != token.county {
        return None;
    }
    chain.into_iter().find(|cert| pin_of(cert) == Some(token.root_pin.into()))
}

fn keep(
    data: &Path,
    token: &Token,
    secrets: &NodeSecrets,
    reply: EnrolReply,
    root: CertificateDer<'static>,
    via: Option<&str>,
) -> Result<Enrolled, EnrolError> {
    let (chain, county, site, block, hub, addresses) = match reply {
        EnrolReply::Welcome { chain, county, site, block, hub, addresses } => (chain, county, site, block, hub, addresses),
        EnrolReply::Refused { why } => return Err(EnrolError::Refused(EnrolRefusal::from_number(why))),
    };
    let chain: Vec<CertificateDer<'static>> = chain.into_iter().map(|cert| CertificateDer::from(cert.to_vec())).collect();
    let node = secrets.public().node();
    let (leaf, rest) = chain.split_first().ok_or(EnrolError::Misfit)?;
    let judge = Verifier::new(Anchor::Root(root.clone()), Some(token.county.clone()), Some(Role::Site), SharedDirectory::default());
    // The moment does not matter: the verifier clamps it into the chain's windows.
    let moment = UnixTime::since_unix_epoch(std::time::Duration::ZERO);
    let name = judge.judge(leaf, rest, moment, Side::Client).map_err(|_| EnrolError::Misfit)?;
    if name.node != node || county != token.county || site != token.site {
        return Err(EnrolError::Misfit);
    }
    let enrolled = Enrolled { node, county, site, block, hub, addresses, via: via.map(str::to_owned) };
    let json = serde_json::to_vec_pretty(&enrolled).expect("names and numbers have a JSON form");
    lock::write_private(&data.join(FOLDER).join(ENROLLED), &json).map_err(EnrolError::File)?;
    Identity::save_certificates(data, &chain, &root).map_err(EnrolError::Keys)?;
    Ok(enrolled)
}
