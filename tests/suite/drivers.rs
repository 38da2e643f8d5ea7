//! A county of drivers in this process, over real QUIC and real SQLite: for what is counted inside a node.

use crate::watched::{Asked, Watched};
use mesh_model::id::SiteId;
use mesh_model::time::Day;
use mesh_runtime::driver::{self, Handle, HubStep, Options, Running};
use mesh_runtime::enrol::desk::waiting_room;
use mesh_runtime::enrol::{Desk, enrol, token_note};
use mesh_runtime::env::{Env, RealEnv, random};
use mesh_runtime::identity::ca::CountyCa;
use mesh_runtime::identity::tls::Newcomers;
use mesh_runtime::identity::{Identity, NodeSecrets, Role, SharedDirectory};
use mesh_runtime::link::Net;
use mesh_runtime::link::settings::LinkSettings;
use mesh_runtime::lock::create_private_dir;
use mesh_runtime::store::SqliteJournal;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use sync_protocol::enrol::{Token, TokenState, verifier};
use sync_protocol::guard::Guards;
use sync_protocol::node::{Config, Node};
use sync_protocol::record::{AuthorityAct, Level, Placement, found_message};

const COUNTY: &str = "511602";
const HALL: SiteId = SiteId([1; 8]);
/// The one township of the county.
pub const TOWN: SiteId = SiteId([2; 8]);
/// How long a test waits for a condition before it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running node.
pub struct Driver {
    pub handle: Handle,
    pub address: SocketAddr,
    pub asked: Asked,
    running: Running,
}

/// A running hub that enrols.
pub struct Hub {
    env: Arc<dyn Env>,
    pub driver: Driver,
    pin: [u8; 32],
}

impl Driver {
    /// Runs the node that lies under `data`.
    pub async fn run(data: &Path, peers: Vec<String>) -> Driver {
        let env: Arc<dyn Env> = Arc::new(RealEnv::new());
        start(&env, data, peers, None).await
    }

    /// Ends the node and waits until it has ended.
    pub async fn end(self) {
        self.handle.shutdown().await;
        self.running.ended.await.expect("the driver answers").expect("the driver ends well");
    }

    /// Waits until `done` holds; woken by news of the node.
    pub async fn until(&self, what: &str, done: impl Fn(&Node) -> bool + Clone + Send + 'static) {
        let waiting = async {
            let mut notices = self.handle.notices();
            while !self.handle.view(done.clone()).await.expect("the driver runs") {
                // Not every change makes a notice; a look now and then finds the rest.
                let _ = tokio::time::timeout(Duration::from_millis(20), notices.recv()).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("waited in vain: {what}"));
    }

    /// Returns frames and bytes on the line to the only peer: (bytes sent, received), (frames sent, received).
    pub fn line(&self) -> ((u64, u64), (u64, u64)) {
        let counters = self.handle.counters();
        let peer = *counters.line_bytes().keys().next().expect("one peer");
        let line = counters.line(peer);
        (line.bytes(), line.frames())
    }
}

impl Hub {
    /// Founds the county under `data`, places one township and opens the enrolment desk.
    pub async fn found(data: &Path) -> Hub {
        let env: Arc<dyn Env> = Arc::new(RealEnv::new());
        create_private_dir(data).expect("a directory");
        let secrets = NodeSecrets::create(&*env, data).expect("keys");
        let (root, ca) = CountyCa::found(&*env, data, COUNTY).expect("an authority");
        let keys = secrets.public();
        let chain = ca.issue_for_spki(&*env, &secrets.tls_key().spki(), keys.node(), Role::Hub).expect("a certificate");
        Identity::save_certificates(data, &chain, ca.root()).expect("certificates");
        let (newcomers, waiting) = waiting_room();
        let driver = start(&env, data, vec![], Some(newcomers)).await;
        let (pin, hub) = (ca.pin().expect("a pin"), keys.node());
        let signature = root.sign(&found_message(COUNTY, &keys, HALL)).into();
        let found = AuthorityAct::Found { county: COUNTY.into(), hub: keys, site: HALL, root: root.public().into(), signature };
        let town = Placement { site: TOWN, parent: Some(HALL), level: Level::TOWNSHIP };
        for act in [found, AuthorityAct::Place { sites: vec![town] }] {
            let step = HubStep::Authority { act: Box::new(act), notes: vec![] };
            driver.handle.hub_act(step).await.expect("the driver runs").expect("the act is durable");
        }
        driver.handle.hub_act(HubStep::Day(Day(20_700))).await.expect("the driver runs").expect("a day");
        let desk = Desk::new(env.clone(), driver.handle.clone(), ca, COUNTY.into(), hub, vec![driver.address.to_string()]);
        env.spawn(Box::pin(desk.run(waiting)));
        Hub { env, driver, pin }
    }

    /// Enrols a node of the township under `data`.
    pub async fn enrol(&self, data: &Path) {
        let (id, secret): ([u8; 8], [u8; 20]) = (random(&*self.env), random(&*self.env));
        let expires_ms = self.env.wall().0 + 60_000;
        let state = TokenState { verifier: verifier(&secret).into(), site: TOWN, expires_ms, spent: None, wrong: 0 };
        self.driver.handle.keep(vec![token_note(&id, &state)]).await.expect("the driver runs").expect("a token");
        let addresses = vec![self.driver.address.to_string()];
        let token = Token { id: id.into(), secret: secret.into(), root_pin: self.pin.into(), county: COUNTY.into(), site: TOWN, addresses };
        enrol(&self.env, data, &token, None).await.expect("the node enrols");
    }
}

async fn start(
    env: &Arc<dyn Env>,
    data: &Path,
    peers: Vec<String>,
    newcomers: Option<tokio::sync::mpsc::Sender<quinn::Connection>>,
) -> Driver {
    let identity = Identity::load(data).expect("an identity");
    let directory = SharedDirectory::default();
    let welcome = if newcomers.is_some() { Newcomers::Welcome } else { Newcomers::Refused };
    let tls = identity.tls(env, &directory, welcome).expect("certificates that fit");
    let net = Net::open(&**env, SocketAddr::from(([127, 0, 0, 1], 0)), &LinkSettings::default(), &tls).expect("a socket");
    let address = net.local_addr().expect("an address");
    let config = Config {
        key: identity.secrets.signing_key(),
        root_pin: identity.root_pin().expect("a root"),
        boot: random(&**env),
        seed: random(&**env),
        slots: u16::try_from(peers.len()).expect("few peers"),
        landed_pause_ms: 10,
        guards: Guards::default(),
    };
    let asked = Asked::default();
    let journal = Watched::new(SqliteJournal::open(data).await.expect("a journal"), asked.clone());
    let options = Options { peers, directory, newcomers, ..Options::default() };
    let running = driver::start(env.clone(), config, journal, Some(net), options).await.expect("the driver starts");
    Driver { handle: running.handle.clone(), address, asked, running }
}
