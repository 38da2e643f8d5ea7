//! `hub init`: draws the county's keys, founds the authority log, signs the first day.
//!
//! The hub's own certificate is written last: a directory with one is whole. After a cut in between the directory is removed and made
//! again; nothing of it was ever shown to anybody.

use crate::cli::InitArgs;
use mesh_model::division::{DivisionCode, Level};
use mesh_model::doc::site::SiteRecord;
use mesh_model::id::{NodeId, SiteId};
use mesh_office::daemon::{failed_to, lock_trouble};
use mesh_office::desk::{Desk, Role};
use mesh_office::face::Face;
use mesh_office::manner::check_clock_file;
use mesh_office::record::Paper;
use mesh_office::trouble::Trouble;
use mesh_runtime::driver::{self, HubStep, Options, Running};
use mesh_runtime::env::{Env, RealEnv, random};
use mesh_runtime::identity::ca::{CountyCa, RootKey};
use mesh_runtime::identity::{self, Identity, NodeSecrets};
use mesh_runtime::journal::Journal;
use mesh_runtime::lock::{DataLock, create_private_dir};
use mesh_runtime::store::SqliteJournal;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use sync_protocol::guard::Guards;
use sync_protocol::limits::LANDED_PAUSE_MS;
use sync_protocol::node::Config;
use sync_protocol::record::{AuthorityAct, found_message};

/// What `hub init` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Founded {
    /// Name and version of the shape.
    pub schema: &'static str,
    /// The county.
    pub county: DivisionCode,
    /// The hub node.
    pub node: NodeId,
    /// The county's own site.
    pub site: SiteId,
    /// The data directory.
    pub data: PathBuf,
    /// The folder with the root key, to be carried off.
    pub root: PathBuf,
}

/// Founds a county.
///
/// # Errors
/// [`Trouble`]; a directory that is in use is not touched.
pub async fn init(args: InitArgs, face: Face) -> Result<(), Trouble> {
    check_clock_file(args.clock_file.as_deref())?;
    let county = read_county(&args.county)?;
    let env: Arc<dyn Env> = Arc::new(RealEnv::new().with_clock_file(args.clock_file));
    if std::fs::read_dir(&args.data).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Trouble::DataExists { path: args.data.display().to_string() });
    }
    create_private_dir(&args.data).map_err(|error| lock_trouble(&error))?;
    let lock = DataLock::take(&args.data).map_err(|error| lock_trouble(&error))?;
    let journal = async { SqliteJournal::open(&args.data).await.map_err(|error| failed_to("make the journal")(&error)) };
    let founded = found(&env, &args.data, county, args.name, journal).await?;
    drop(lock);
    let digits = six_digits(county);
    let node = founded.node;
    let text = match face.lang {
        mesh_office::trouble::Lang::Chinese => {
            format!("县 {digits} 已建立，节点 {node}\n  根密钥在 {}，请取出妥善保管", founded.root.display())
        }
        mesh_office::trouble::Lang::English => {
            format!(
                "county {digits} is founded, node {node}\n  the root key is in {}: carry it off and keep it safe",
                founded.root.display()
            )
        }
    };
    face.answer(&founded, &text)
}

/// Founds a county in an empty directory, on a journal that is made once the keys are there.
///
/// # Errors
/// [`Trouble`]; without a certificate nothing of the directory counts.
pub async fn found<J: Journal>(
    env: &Arc<dyn Env>,
    data: &Path,
    county: DivisionCode,
    name: Option<String>,
    journal: impl Future<Output = Result<J, Trouble>>,
) -> Result<Founded, Trouble> {
    let digits = six_digits(county);
    let (root, ca) = CountyCa::found(&**env, data, &digits).map_err(|error| failed_to("found the authority")(&error))?;
    let secrets = NodeSecrets::create(&**env, data).map_err(|error| failed_to("draw the node's keys")(&error))?;
    let node = secrets.public().node();
    let site = draw_site(&**env);
    let name = name.unwrap_or_else(|| digits.clone());
    let record = SiteRecord { site, code: county, kind: Level::County, parent: None, name };
    write_first(env, data, &digits, &root, &ca, &secrets, record, journal.await?).await?;
    let chain = ca.issue_for_spki(&**env, &secrets.tls_key().spki(), node, identity::Role::Hub);
    let chain = chain.map_err(|error| failed_to("issue the hub's certificate")(&error))?;
    Identity::save_certificates(data, &chain, ca.root()).map_err(|error| failed_to("keep the hub's certificate")(&error))?;
    let root = data.join(identity::ca::ROOT_FOLDER);
    Ok(Founded { schema: "hub.init/1", county, node, site, data: data.to_owned(), root })
}

fn six_digits(county: DivisionCode) -> String {
    county.to_string()[..6].to_owned()
}

fn read_county(text: &str) -> Result<DivisionCode, Trouble> {
    let wrong = || Trouble::BadCounty { code: text.to_owned() };
    let code: DivisionCode = text.parse().map_err(|_| wrong())?;
    if text.len() == 6 && code.level() == Level::County { Ok(code) } else { Err(wrong()) }
}

/// Draws a site's stable id; zero stands for the county in scopes and is never one.
pub(crate) fn draw_site(env: &dyn Env) -> SiteId {
    loop {
        let drawn = random::<8>(env);
        if drawn != [0; 8] {
            return SiteId(drawn);
        }
    }
}

/// Writes the founding record, the first day and the county's own site.
#[expect(clippy::too_many_arguments, reason = "called once, by the founding it is a part of")]
async fn write_first<J: Journal>(
    env: &Arc<dyn Env>,
    data: &Path,
    county: &str,
    root: &RootKey,
    ca: &CountyCa,
    secrets: &NodeSecrets,
    site: SiteRecord,
    journal: J,
) -> Result<(), Trouble> {
    let config = Config {
        key: secrets.signing_key(),
        root_pin: ca.pin().map_err(|error| failed_to("read the county root")(&error))?,
        boot: random(&**env),
        seed: random(&**env),
        slots: 0,
        landed_pause_ms: LANDED_PAUSE_MS,
        guards: Guards::default(),
    };
    let running = driver::start(env.clone(), config, journal, None, Options::default()).await;
    let Running { handle, ended } = running.map_err(|error| failed_to("start the node")(&error))?;
    let keys = secrets.public();
    let signature = root.sign(&found_message(county, &keys, site.site)).into();
    let act = AuthorityAct::Found { county: county.to_owned(), hub: keys, site: site.site, root: root.public().into(), signature };
    handle.hub_act(HubStep::Authority { act: Box::new(act), notes: Vec::new() }).await??;
    handle.hub_act(HubStep::Day(env.wall().day())).await??;
    let desk = Desk::open(handle.clone(), env.clone(), data, Role::Hub).await?;
    desk.publish(vec![Paper::Site(site)]).await?;
    desk.close().await;
    handle.shutdown().await;
    match ended.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(failed_to("write the first records")(&error)),
        Err(_) => Err(Trouble::Driver { why: "the driver's task is gone".to_owned() }),
    }
}
