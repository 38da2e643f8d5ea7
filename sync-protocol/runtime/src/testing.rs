//! A county for this crate's tests: a founded hub on loopback, and sites that enrol with it.

use crate::driver::{self, Handle, HubStep, Options, Running};
use crate::enrol::{Desk, Enrolled, desk::waiting_room, enrol, token_note};
use crate::env::{Env, RealEnv, random};
use crate::identity::ca::CountyCa;
use crate::identity::tls::Newcomers;
use crate::identity::{Identity, NodeSecrets, Role, SharedDirectory};
use crate::link::Net;
use crate::link::settings::LinkSettings;
use crate::lock::create_private_dir;
use crate::store::SqliteJournal;
use mesh_model::id::SiteId;
use mesh_model::time::Day;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use sync_protocol::enrol::{Token, TokenState, verifier};
use sync_protocol::guard::Guards;
use sync_protocol::node::Config;
use sync_protocol::record::{AuthorityAct, Level, Placement, found_message};

pub const COUNTY: &str = "511602";
pub const HALL: SiteId = SiteId([1; 8]);
pub const TOWN: SiteId = SiteId([2; 8]);
pub const VILLAGE: SiteId = SiteId([3; 8]);

pub fn loopback() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

/// A running node.
pub struct Daemon {
    pub handle: Handle,
    pub running: Running,
    pub address: SocketAddr,
    pub data: PathBuf,
}

impl Daemon {
    pub async fn end(self) {
        self.handle.shutdown().await;
        self.running.ended.await.unwrap().unwrap();
    }
}

pub struct Hub {
    pub env: Arc<dyn Env>,
    pub daemon: Daemon,
    pin: [u8; 32],
}

impl Hub {
    /// Founds the county under `data` and opens its enrolment desk.
    pub async fn found(data: &Path) -> Hub {
        let env: Arc<dyn Env> = Arc::new(RealEnv::new());
        create_private_dir(data).unwrap();
        let secrets = NodeSecrets::create(&*env, data).unwrap();
        let (root, ca) = CountyCa::found(&*env, data, COUNTY).unwrap();
        let keys = secrets.public();
        let chain = ca.issue_for_spki(&*env, &secrets.tls_key().spki(), keys.node(), Role::Hub).unwrap();
        Identity::save_certificates(data, &chain, ca.root()).unwrap();
        let (newcomers, waiting) = waiting_room();
        let daemon = run(&env, data, vec![], Some(newcomers)).await;
        let signature = root.sign(&found_message(COUNTY, &keys, HALL)).into();
        let pin = ca.pin().unwrap();
        let hub = keys.node();
        let found = AuthorityAct::Found { county: COUNTY.into(), hub: keys, site: HALL, root: root.public().into(), signature };
        let town = Placement { site: TOWN, parent: Some(HALL), level: Level::TOWNSHIP };
        let village = Placement { site: VILLAGE, parent: Some(TOWN), level: Level::VILLAGE };
        for act in [found, AuthorityAct::Place { sites: vec![town, village] }] {
            daemon.handle.hub_act(HubStep::Authority { act: Box::new(act), notes: vec![] }).await.unwrap().unwrap();
        }
        daemon.handle.hub_act(HubStep::Day(Day(20_700))).await.unwrap().unwrap();
        let desk = Desk::new(env.clone(), daemon.handle.clone(), ca, COUNTY.into(), hub, vec![daemon.address.to_string()]);
        env.spawn(Box::pin(desk.run(waiting)));
        Hub { env, daemon, pin }
    }

    /// Gives a token for a site.
    pub async fn token(&self, site: SiteId) -> Token {
        let (id, secret): ([u8; 8], [u8; 20]) = (random(&*self.env), random(&*self.env));
        let expires_ms = self.env.wall().0 + 60_000;
        let state = TokenState { verifier: verifier(&secret).into(), site, expires_ms, spent: None, wrong: 0 };
        self.daemon.handle.keep(vec![token_note(&id, &state)]).await.unwrap().unwrap();
        let addresses = vec![self.daemon.address.to_string()];
        Token { id: id.into(), secret: secret.into(), root_pin: self.pin.into(), county: COUNTY.into(), site, addresses }
    }

    /// Enrols a node of `site` under `data`.
    pub async fn enrol(&self, data: &Path, site: SiteId) -> Enrolled {
        enrol(&self.env, data, &self.token(site).await, None).await.unwrap()
    }
}

/// Runs the node that lies under `data`.
pub async fn run(
    env: &Arc<dyn Env>,
    data: &Path,
    peers: Vec<String>,
    newcomers: Option<tokio::sync::mpsc::Sender<quinn::Connection>>,
) -> Daemon {
    let identity = Identity::load(data).unwrap();
    let directory = SharedDirectory::default();
    let welcome = if newcomers.is_some() { Newcomers::Welcome } else { Newcomers::Refused };
    let tls = identity.tls(env, &directory, welcome).unwrap();
    let net = Net::open(&**env, loopback(), &LinkSettings::default(), &tls).unwrap();
    let address = net.local_addr().unwrap();
    let config = Config {
        key: identity.secrets.signing_key(),
        root_pin: identity.root_pin().unwrap(),
        boot: random(&**env),
        seed: random(&**env),
        slots: u16::try_from(peers.len()).unwrap(),
        landed_pause_ms: 10,
        guards: Guards::default(),
    };
    let journal = SqliteJournal::open(data).await.unwrap();
    let sent_log = Some(data.join("sent.jsonl"));
    let options = Options { peers, directory, newcomers, sent_log, ..Options::default() };
    let running = driver::start(env.clone(), config, journal, Some(net), options).await.unwrap();
    Daemon { handle: running.handle.clone(), running, address, data: data.to_owned() }
}
