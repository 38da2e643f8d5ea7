//! The demo county: four daemons on loopback, lines between them that can be cut, and a folder for all they write.
//!
//! ```text
//!   village-1 ──line── township ──line── hub
//!   village-2 ──line──┘
//! ```

use super::forwarder::Forwarder;
use super::papers::{COUNTY, COUNTY_NAME, TOWNSHIP, VILLAGE_CUT, VILLAGE_NEAR};
use super::process::{self, Process};
use super::site::Site;
use super::trouble::Trouble;
use crate::desk::{Desk, Form};
use crate::lang::Lang;
use mesh_model::division::DivisionCode;
use mesh_office::api::site::Token;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Any free port of this machine alone.
const ANYWHERE: &str = "127.0.0.1:0";
/// Milliseconds between two receipts of the demo's hub, so that the rungs rise while somebody watches.
const LANDED_PAUSE_MS: &str = "500";

/// The running county.
#[derive(Debug)]
pub(super) struct County {
    /// The reader's language.
    pub lang: Lang,
    /// Hub, township, the village that is cut off, the other one; as many as have been started.
    pub sites: Vec<Arc<Site>>,
    /// Their daemons, in the same order.
    pub processes: Vec<Process>,
    /// The command lines that started them.
    commands: Vec<Vec<String>>,
    folder: PathBuf,
    gate: Option<Forwarder>,
}

/// Over which way a site enrols.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    /// Straight to the hub.
    Straight,
    /// Through the township.
    Neighbour,
}

impl County {
    /// Founds the county and starts its hub.
    pub(super) async fn found(folder: &Path, lang: Lang) -> Result<County, Trouble> {
        let mut county =
            County { lang, sites: Vec::new(), processes: Vec::new(), commands: Vec::new(), folder: folder.to_owned(), gate: None };
        let (data, log) = (county.data_of("hub"), county.log_of("hub"));
        let init = ["hub", "init", "--data", &data, "--county", COUNTY, "--name", COUNTY_NAME];
        process::run_to_end(&words(&init), &log).await?;
        // Sites reach the hub over a line that exists before the hub does; its address is what tokens say.
        let gate = county.lay().await?;
        let address = gate.address().to_string();
        let serve = ["hub", "serve", "--json", "--data", &data, "--listen", ANYWHERE, "--advertise", &address];
        let serve = [&serve[..], &["--landed-pause-ms", LANDED_PAUSE_MS]].concat();
        let serve = words(&serve);
        let process = process::start(&serve, &log).await?;
        gate.lead_to(process.listen);
        county.gate = Some(gate);
        county.take_up("hub", COUNTY, COUNTY_NAME, None, process);
        county.commands.push(serve);
        Ok(county)
    }

    /// Enrols the township, then starts it.
    pub(super) async fn add_township(&mut self) -> Result<(), Trouble> {
        let token = self.token(TOWNSHIP, "township").await?;
        self.enrol("township", &token.file, None).await?;
        let gate = self.gate.take().expect("the hub was founded with its gate");
        self.run_edge("township", TOWNSHIP, &token.name, gate).await
    }

    /// Enrols a village, straight at the hub or through the township, then starts it below the township.
    pub(super) async fn add_village(&mut self, key: &'static str, way: Way) -> Result<(), Trouble> {
        let code = if key == "village-1" { VILLAGE_CUT } else { VILLAGE_NEAR };
        let token = self.token(code, key).await?;
        let line = self.lay().await?;
        line.lead_to(self.processes[1].listen);
        let via = match way {
            Way::Straight => None,
            Way::Neighbour => Some(line.address()),
        };
        self.enrol(key, &token.file, via).await?;
        self.run_edge(key, code, &token.name, line).await
    }

    async fn enrol(&self, key: &str, token: &Path, via: Option<SocketAddr>) -> Result<(), Trouble> {
        let (data, token) = (self.data_of(key), token.display().to_string());
        let via = via.map(|address| address.to_string());
        let mut args = vec!["edge", "enroll", "--data", &data, "--token-file", &token];
        if let Some(address) = &via {
            args.extend(["--via", address]);
        }
        let enrolled = process::run_to_end(&words(&args), &self.log_of(key)).await;
        // A spent token is worth nothing, but a folder that stays need not hold it.
        let _ = std::fs::remove_file(&token);
        enrolled
    }

    async fn run_edge(&mut self, key: &'static str, code: &str, name: &str, line: Forwarder) -> Result<(), Trouble> {
        let (data, peer) = (self.data_of(key), line.address().to_string());
        let args = ["edge", "run", "--json", "--data", &data, "--listen", ANYWHERE, "--peer", &peer];
        let args = words(&args);
        let process = process::start(&args, &self.log_of(key)).await?;
        self.take_up(key, code, name, Some(line), process);
        self.commands.push(args);
        Ok(())
    }

    fn take_up(&mut self, key: &'static str, code: &str, name: &str, line: Option<Forwarder>, process: Process) {
        let code: DivisionCode = code.parse().expect("the codes of the demo are division codes");
        let desk = Desk::new(PathBuf::from(self.data_of(key)), self.lang, Form::Text);
        let site = Site { key, code, name: name.to_owned(), desk, line };
        self.sites.push(Arc::new(site));
        self.processes.push(process);
    }

    async fn token(&self, code: &str, key: &str) -> Result<TokenFile, Trouble> {
        let code = code.parse().expect("the codes of the demo are division codes");
        let given = self.hub().ask(&Token { code, ttl_s: Some(600) }).await?;
        let file = self.folder.join(format!("{key}.token"));
        let failed = |error: std::io::Error| Trouble::own(file.display().to_string(), &error);
        let mut written = std::fs::File::options().create_new(true).write(true).mode(0o600).open(&file).map_err(failed)?;
        std::io::Write::write_all(&mut written, given.token.as_bytes()).map_err(failed)?;
        Ok(TokenFile { file: file.clone(), name: given.name })
    }

    async fn lay(&self) -> Result<Forwarder, Trouble> {
        Forwarder::lay().await.map_err(|error| Trouble::own("UDP 127.0.0.1", &error))
    }

    fn data_of(&self, key: &str) -> String {
        self.folder.join(key).display().to_string()
    }

    fn log_of(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.log"))
    }

    /// Returns the hub.
    pub(super) fn hub(&self) -> &Arc<Site> {
        &self.sites[0]
    }

    /// Returns the township.
    pub(super) fn township(&self) -> &Arc<Site> {
        &self.sites[1]
    }

    /// Returns the village whose line is cut.
    pub(super) fn village(&self) -> &Arc<Site> {
        &self.sites[2]
    }

    /// Returns the daemon of a site.
    pub(super) fn process(&self, key: &str) -> &Process {
        &self.processes[self.at(key)]
    }

    /// Ends a daemon and starts it again; lines from below lead to where it listens then.
    pub(super) async fn restart(&mut self, key: &str) -> Result<(), Trouble> {
        let at = self.at(key);
        let process = self.processes.remove(at);
        process.end().await;
        let process = process::start(&self.commands[at], &self.log_of(key)).await?;
        let below = if key == "hub" { 1..self.sites.len().min(2) } else { 2..self.sites.len() };
        for site in &self.sites[below] {
            if let Some(line) = &site.line {
                line.lead_to(process.listen);
            }
        }
        self.processes.insert(at, process);
        Ok(())
    }

    fn at(&self, key: &str) -> usize {
        self.sites.iter().position(|site| site.key == key).expect("only sites that were started are asked for")
    }

    /// Ends every daemon, the lowest first.
    pub(super) async fn end(self) {
        for process in self.processes.into_iter().rev() {
            process.end().await;
        }
    }
}

/// A token on disk, readable by its owner alone.
struct TokenFile {
    file: PathBuf,
    name: String,
}

fn words(args: &[&str]) -> Vec<String> {
    args.iter().map(|word| (*word).to_owned()).collect()
}

/// How long anything that crosses lines may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
