//! A county of one hub for tests: a real node and driver over a journal in memory, with a clock and a generator of their own.

use crate::desk::{Desk, Role};
use crate::record::Paper;
use mesh_model::calendar::{WorkDays, parse_calendar_csv};
use mesh_model::code::ItemCode;
use mesh_model::division::{DivisionCode, Level};
use mesh_model::doc::item::{Fee, Guide, ItemStatus, ItemVersion, Limit, Material, Necessity, Step};
use mesh_model::doc::site::SiteRecord;
use mesh_model::id::{Hash, SiteId};
use mesh_model::time::{Day, Uptime, WallTime};
use mesh_runtime::driver::{self, Handle, HubStep, Options, Running};
use mesh_runtime::env::{Env, RealEnv, Task};
use mesh_runtime::journal::BoxFuture;
use mesh_runtime::store::memory::Disk;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use sync_protocol::crypto::SigningKey;
use sync_protocol::guard::Guards;
use sync_protocol::limits::LANDED_PAUSE_MS;
use sync_protocol::node::Config;
use sync_protocol::record::{AuthorityAct, NodeKeys, found_message};

/// The county's own site.
pub const SITE: SiteId = SiteId([0xc0; 8]);

/// An environment whose clock stands where it is put and whose generator counts.
pub struct TestEnv {
    real: RealEnv,
    wall_ms: AtomicI64,
    drawn: AtomicU64,
}

impl TestEnv {
    /// Stands at noon of a day.
    pub fn on(day: &str) -> Arc<TestEnv> {
        let wall_ms = AtomicI64::new(noon(day));
        Arc::new(TestEnv { real: RealEnv::new(), wall_ms, drawn: AtomicU64::new(0) })
    }

    /// Puts the clock to noon of a day.
    pub fn set(&self, day: &str) {
        self.wall_ms.store(noon(day), Ordering::Relaxed);
    }
}

impl Env for TestEnv {
    fn bind(&self, address: SocketAddr) -> std::io::Result<Arc<dyn quinn::AsyncUdpSocket>> {
        self.real.bind(address)
    }
    fn quinn_runtime(&self) -> Arc<dyn quinn::Runtime> {
        self.real.quinn_runtime()
    }
    fn endpoint_seed(&self) -> Option<[u8; 32]> {
        None
    }
    fn uptime(&self) -> Uptime {
        Uptime(0)
    }
    fn wall(&self) -> WallTime {
        WallTime(self.wall_ms.load(Ordering::Relaxed))
    }
    fn fill_random(&self, out: &mut [u8]) {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        let stream = Hash::of(&[b"test", &drawn.to_be_bytes()]);
        out.iter_mut().zip(stream.0.iter().cycle()).for_each(|(byte, random)| *byte = *random);
    }
    fn spawn(&self, future: BoxFuture<'static, ()>) -> Task {
        self.real.spawn(future)
    }
}

fn noon(day: &str) -> i64 {
    i64::from(self::day(day).0) * 86_400_000 + 4 * 3_600_000
}

/// Reads a day.
pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// A hub over a disk in memory, founded on 2026-01-07, with its desk over a directory of its own.
pub struct TestCounty {
    pub env: Arc<TestEnv>,
    pub handle: Handle,
    pub desk: Arc<Desk>,
    _data: tempfile::TempDir,
}

impl TestCounty {
    /// Founds the county and publishes its own site, the calendar of 2026 and one complete item.
    pub async fn found() -> TestCounty {
        let env = TestEnv::on("2026-01-07");
        let handle = start(&env, &Disk::default()).await;
        let data = tempfile::tempdir().expect("a directory");
        let desk = open(&handle, &env, &data).await;
        let site = SiteRecord { site: SITE, code: code("511602"), kind: Level::County, parent: None, name: "示例县".to_owned() };
        let years = parse_calendar_csv("date,kind,name\n2026-01-01,holiday,元旦\n2026-01-02,holiday,元旦\n2026-01-04,workday,元旦\n").years;
        let years = years.into_iter().map(Paper::Calendar);
        desk.publish([Paper::Site(site), Paper::Item(Box::new(item(1)))].into_iter().chain(years).collect()).await.expect("published");
        TestCounty { env, handle, desk, _data: data }
    }

    /// Opens another desk over the same node, with a cache that begins empty, as after its file was lost.
    pub async fn desk_from_nothing(&self) -> (Arc<Desk>, tempfile::TempDir) {
        let data = tempfile::tempdir().expect("a directory");
        (open(&self.handle, &self.env, &data).await, data)
    }
}

/// Starts a hub over a disk and founds its county.
async fn start(env: &Arc<TestEnv>, disk: &Disk) -> Handle {
    let (root, key) = (SigningKey::from_secret(&[7; 32]), SigningKey::from_secret(&[8; 32]));
    let keys = NodeKeys { signing: key.public().into(), wrapping: [9; 32].into(), tls: Hash([10; 32]) };
    let signature = root.sign(&found_message("511602", &keys, SITE)).into();
    let root_pin = Hash::of(&[&root.public()]).0;
    let config =
        Config { key, root_pin, boot: [1; 16], seed: [2; 32], slots: 0, landed_pause_ms: LANDED_PAUSE_MS, guards: Guards::default() };
    let Running { handle, .. } =
        driver::start(env.clone(), config, disk.journal(), None, Options::default()).await.expect("the node starts");
    let act = AuthorityAct::Found { county: "511602".to_owned(), hub: keys, site: SITE, root: root.public().into(), signature };
    let founded = handle.hub_act(HubStep::Authority { act: Box::new(act), notes: Vec::new() }).await.expect("the driver runs");
    founded.expect("the county is founded");
    handle.hub_act(HubStep::Day(env.wall().day())).await.expect("the driver runs").expect("the day is signed");
    handle
}

/// Opens a desk over a running node.
pub async fn open(handle: &Handle, env: &Arc<TestEnv>, data: &tempfile::TempDir) -> Arc<Desk> {
    Desk::open(handle.clone(), env.clone(), data.path(), Role::Hub).await.expect("the desk opens")
}

/// Reads a division code.
pub fn code(text: &str) -> DivisionCode {
    text.parse().expect("a code")
}

/// A complete item of ten working days.
pub fn item(version: u32) -> ItemVersion {
    let guide = Guide {
        conditions: "示例条件".to_owned(),
        materials: vec![Material { name: "申请表".to_owned(), necessity: Necessity::Required, originals: 1, copies: 0, standard: None }],
        steps: vec![Step { name: "审查".to_owned(), standard: None, result: None }],
        limit: Limit { promised: WorkDays(10), statutory: Some(WorkDays(20)) },
        fee: Fee::Free,
        source: "test".to_owned(),
    };
    ItemVersion {
        code: item_code(),
        version,
        name: "示例事项".to_owned(),
        department: "示例局".to_owned(),
        task_type: "01".to_owned(),
        level: Level::Village,
        status: ItemStatus::Complete,
        effective: day("2026-01-01"),
        guide: Some(guide),
        main_item: None,
        dept_code: None,
        published: None,
    }
}

/// The item's code.
pub fn item_code() -> ItemCode {
    "TEST-01".parse().expect("a code")
}
