//! A county of real daemons in namespaces: founded over clean lines, then handed to the run.

use super::papers;
use super::process::{Process, Starter};
use super::proxy::control::{Answer, LineCount, Order, order};
use super::proxy::{Config, LineConfig};
use super::space::{PORT, Space, door, gate, world};
use crate::engine::{EngineError, EngineKind};
use crate::layout::{Post, Seat};
use crate::line::LineMake;
use crate::plan::Plan;
use mesh_office::api::{Ask, catalog, node, site};
use mesh_runtime::admin::client::{self, ClientError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use sync_protocol::enrol::Token;
use tokio::time::{Instant, timeout};

/// How long an answer of a daemon may take.
const ANSWER_PATIENCE: Duration = Duration::from_secs(20);
/// How long the first agreement over clean lines may take.
const FOUNDING_PATIENCE: Duration = Duration::from_secs(30);
/// How often something that is waited for is looked at.
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(150);
/// Milliseconds between two receipts of the hub for one scope.
const LANDED_PAUSE_MS: &str = "500";
/// Bits a second of the lines over which the county is founded.
const FOUNDING_BPS: u64 = 50_000_000;
/// A site's own wire is so many times faster than its line: the line is what slows.
const WIRE_FACTOR: u64 = 2;

/// The running county.
#[derive(Debug)]
pub struct County {
    folder: PathBuf,
    starter: Starter,
    // Processes end before their namespaces go.
    proxy: Option<Process>,
    sites: BTreeMap<Seat, Site>,
    /// Where the daemons run.
    pub space: Space,
}

/// One site.
#[derive(Debug)]
struct Site {
    args: Vec<String>,
    process: Option<Process>,
}

/// Asks the daemon of a data directory.
///
/// # Errors
/// [`ClientError`]; no answer in time counts as a broken connection.
pub async fn ask<A: Ask>(data: &Path, request: &A) -> Result<A::Reply, ClientError> {
    let answer = timeout(ANSWER_PATIENCE, client::call(data, A::ROUTE, request)).await;
    let value = answer.map_err(|late| ClientError::Broken(late.into()))??;
    serde_json::from_value(value).map_err(|error| ClientError::Form(error.into()))
}

impl County {
    /// Founds the county of a plan under `folder` and waits until all its sites agree.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn found(plan: &Plan, starter: Starter, folder: &Path) -> Result<County, EngineError> {
        let seats: Vec<Seat> = plan.layout.seats().collect();
        let makes = plan.sites.values().filter_map(|site| site.line);
        let bps = makes.map(|make| make.up_bps.max(make.down_bps)).max().unwrap_or(0).max(FOUNDING_BPS) * WIRE_FACTOR;
        let space = Space::make(&seats, bps)?;
        let mut county = County { folder: folder.to_owned(), starter, proxy: None, sites: BTreeMap::new(), space };
        county.start_proxy(plan).await?;
        county.found_hub(plan).await?;
        for seat in plan.layout.below_hub() {
            county.add_site(plan, seat).await?;
        }
        county.agree_at_first(plan).await?;
        for (seat, site) in &plan.sites {
            if let Some(make) = site.line {
                county.order(&Order::Shape { line: seat.0, make }).await?;
            }
        }
        Ok(county)
    }

    async fn start_proxy(&mut self, plan: &Plan) -> Result<(), EngineError> {
        let make = LineMake::clean(FOUNDING_BPS, 0);
        let line = |seat: Seat| {
            let above = plan.layout.above(seat)?;
            Some(LineConfig { line: seat.0, listen: gate(seat), to: door(above), make })
        };
        let lines = plan.layout.below_hub().filter_map(line).collect();
        let config = Config { seed: plan.seed, control: self.control(), lines };
        let file = self.folder.join("proxy.json");
        let text = serde_json::to_vec_pretty(&config).expect("a configuration is plain data");
        std::fs::write(&file, text).map_err(|source| EngineError::World { what: format!("write {}", file.display()), source })?;
        let file = file.display().to_string();
        let process = self.starter.start(&self.space.wan(), &["proxy", "--config", &file], &self.log_named("proxy")).await?;
        self.proxy = Some(process);
        Ok(())
    }

    async fn found_hub(&mut self, plan: &Plan) -> Result<(), EngineError> {
        let (data, log) = (self.data(Seat::HUB).display().to_string(), self.log(Seat::HUB));
        let init = ["daemon", "hub", "init", "--data", &data, "--county", papers::COUNTY, "--name", papers::COUNTY_NAME];
        self.starter.run_to_end(&self.space.site(Seat::HUB), &init, &log).await?;
        let listen = format!("0.0.0.0:{PORT}");
        let mut serve = words(&["daemon", "hub", "serve", "--json", "--data", &data, "--listen", &listen]);
        serve.extend(words(&["--landed-pause-ms", LANDED_PAUSE_MS]));
        for below in plan.layout.below(Seat::HUB) {
            serve.extend(words(&["--advertise", &gate(below).to_string()]));
        }
        self.sites.insert(Seat::HUB, Site { args: serve, process: None });
        self.power_on(Seat::HUB).await?;
        self.ask(Seat::HUB, &site::Import { csv: papers::divisions(&plan.layout) }).await?;
        let import = catalog::Import {
            csv: papers::CATALOGUE.to_owned(),
            guides: Some(papers::GUIDES.to_owned()),
            dry_run: false,
            effective: None,
            level: None,
            guides_source: Some(papers::GUIDES_SOURCE.to_owned()),
        };
        let planned = self.ask(Seat::HUB, &import).await?;
        self.ask(Seat::HUB, &catalog::Publish { plan: planned.plan.unwrap_or_default() }).await?;
        Ok(())
    }

    async fn add_site(&mut self, plan: &Plan, seat: Seat) -> Result<(), EngineError> {
        let code = papers::code(&plan.layout, seat);
        let unfit = |why: String| EngineError::Unfit { engine: EngineKind::Netns, why };
        let code = code.parse().map_err(|error| unfit(format!("site {}: {code}: {error}", seat.0)))?;
        let given = self.ask(Seat::HUB, &site::Token { code, ttl_s: Some(600) }).await?;
        let unread = |error: &dyn std::fmt::Display| world("read the hub's token".into(), error.to_string());
        // Every site sees the hub at the end of its own wire; no other address of the token leads anywhere from there.
        let token = Token { addresses: vec![gate(seat).to_string()], ..Token::from_line(&given.token).map_err(|error| unread(&error))? };
        let file = self.folder.join(format!("{}.token", name(seat)));
        std::fs::write(&file, token.to_line())
            .map_err(|source| EngineError::World { what: format!("write {}", file.display()), source })?;
        let (data, file, at_gate) = (self.data(seat).display().to_string(), file.display().to_string(), gate(seat).to_string());
        let mut enroll = vec!["daemon", "edge", "enroll", "--data", &data, "--token-file", &file];
        if plan.layout.post(seat) == Post::Village {
            enroll.extend(["--via", &at_gate]);
        }
        self.starter.run_to_end(&self.space.site(seat), &enroll, &self.log(seat)).await?;
        let listen = format!("0.0.0.0:{PORT}");
        let run = words(&["daemon", "edge", "run", "--json", "--data", &data, "--listen", &listen, "--peer", &at_gate]);
        self.sites.insert(seat, Site { args: run, process: None });
        self.power_on(seat).await
    }

    async fn agree_at_first(&self, plan: &Plan) -> Result<(), EngineError> {
        let deadline = Instant::now() + FOUNDING_PATIENCE;
        for seat in plan.layout.below_hub() {
            loop {
                let status = self.ask(seat, &node::Status {}).await?;
                let equal = status.peers.iter().any(|peer| peer.linked) && status.peers.iter().all(|peer| peer.in_sync);
                if equal && status.county_news.day.is_some() {
                    break;
                }
                if Instant::now() > deadline {
                    return Err(world(format!("found site {}", seat.0), "it does not agree with the one above it over a clean line"));
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
        Ok(())
    }

    /// Starts a site's daemon.
    ///
    /// # Errors
    /// [`EngineError::World`].
    pub async fn power_on(&mut self, seat: Seat) -> Result<(), EngineError> {
        let (space, log) = (self.space.site(seat), self.log(seat));
        let site = self.sites.get_mut(&seat).expect("only sites of the layout are started");
        let args: Vec<&str> = site.args.iter().map(String::as_str).collect();
        site.process = Some(self.starter.start(&space, &args, &log).await?);
        Ok(())
    }

    /// Takes a site's daemon its life at once; false when it was off.
    pub async fn cut_power(&mut self, seat: Seat) -> bool {
        let process = self.sites.get_mut(&seat).and_then(|site| site.process.take());
        let ran = process.is_some();
        if let Some(process) = process {
            process.kill().await;
        }
        ran
    }

    /// Returns the site whose daemon ended by itself, if there is one.
    pub fn fallen(&mut self) -> Option<Seat> {
        let is_gone = |site: &mut Site| site.process.as_mut().is_some_and(|process| !process.runs());
        self.sites.iter_mut().find_map(|(seat, site)| is_gone(site).then_some(*seat))
    }

    /// Cuts the power of all sites: what is judged is what their disks hold, not what a daemon tidies up when it is told to end.
    pub async fn cut_all(&mut self) {
        for site in self.sites.values_mut() {
            if let Some(process) = site.process.take() {
                process.kill().await;
            }
        }
    }

    /// Gives the proxy an order.
    ///
    /// # Errors
    /// [`EngineError::World`] when it is not obeyed.
    pub async fn order(&self, what: &Order) -> Result<Answer, EngineError> {
        let failed = |source| EngineError::World { what: format!("give the proxy the order {what:?}"), source };
        match order(&self.control(), what).await.map_err(failed)? {
            Answer::Refused { why } => Err(failed(std::io::Error::other(why))),
            answer @ (Answer::Done | Answer::Stats { .. }) => Ok(answer),
        }
    }

    /// Returns what every line counted, by the site below.
    ///
    /// # Errors
    /// [`EngineError::World`].
    pub async fn line_counts(&self) -> Result<BTreeMap<Seat, LineCount>, EngineError> {
        match self.order(&Order::Stats).await? {
            Answer::Stats { lines } => Ok(lines.into_iter().map(|(line, count)| (Seat(line), count)).collect()),
            Answer::Done | Answer::Refused { .. } => Err(world("ask the proxy for its figures".into(), "it answered something else")),
        }
    }

    /// Asks a site's daemon.
    ///
    /// # Errors
    /// [`EngineError::World`] when it does not answer or refuses.
    pub async fn ask<A: Ask>(&self, seat: Seat, request: &A) -> Result<A::Reply, EngineError> {
        ask(&self.data(seat), request).await.map_err(|error| world(format!("ask site {} for {}", seat.0, A::ROUTE), error))
    }

    /// Returns a site's data directory.
    #[must_use]
    pub fn data(&self, seat: Seat) -> PathBuf {
        self.folder.join(name(seat))
    }

    /// Returns a site's log file.
    #[must_use]
    pub fn log(&self, seat: Seat) -> PathBuf {
        self.log_named(&name(seat))
    }

    fn log_named(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.log"))
    }

    fn control(&self) -> PathBuf {
        self.folder.join("proxy.sock")
    }
}

fn name(seat: Seat) -> String {
    if seat == Seat::HUB { "hub".to_owned() } else { format!("site-{}", seat.0) }
}

fn words(args: &[&str]) -> Vec<String> {
    args.iter().map(|word| (*word).to_owned()).collect()
}
