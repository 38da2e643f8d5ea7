//! Network namespaces of one run: one for each site, one for the world between them. They go when the value does, however that happens.
//!
//! ```text
//!   site-1 ──veth, tbf── wan ──veth, tbf── site-0 (the hub)
//! ```
//! Nothing is forwarded in `wan`: a site reaches only the address of the proxy at the other end of its own wire.

use crate::engine::{EngineError, EngineKind};
use crate::layout::Seat;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where every daemon listens, and every line begins.
pub const PORT: u16 = 4710;
/// The Debian package of `ip` and `tc`.
pub const PACKAGE: &str = "iproute2";

const PREFIX: &str = "meshsim";
/// Spaces made by this process, so that no two have one name.
static MADE: AtomicU32 = AtomicU32::new(0);

/// The namespaces of one run.
#[derive(Debug)]
pub struct Space {
    prefix: String,
    made: Vec<String>,
    /// The newest address of each site, and how often it changed.
    changes: BTreeMap<Seat, u8>,
}

impl Space {
    /// Makes a namespace for each of `seats` and one between them. `bps` is the fastest that a site's wire must carry.
    ///
    /// # Errors
    /// [`EngineError::Missing`] when this machine gives no namespaces; [`EngineError::World`] when one cannot be furnished.
    pub fn make(seats: &[Seat], bps: u64) -> Result<Space, EngineError> {
        sweep();
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("{PREFIX}-{}-{number}", std::process::id());
        let mut space = Space { prefix, made: Vec::new(), changes: BTreeMap::new() };
        let wan = space.wan();
        space.add(&wan).map_err(missing)?;
        for seat in seats {
            let site = space.site(*seat);
            space.add(&site).map_err(missing)?;
            space.wire(*seat, &wan, &site, bps).map_err(missing)?;
        }
        Ok(space)
    }

    fn add(&mut self, name: &str) -> Result<(), String> {
        ip(&["netns", "add", name])?;
        self.made.push(name.to_owned());
        ip(&["-n", name, "link", "set", "lo", "up"])
    }

    fn wire(&mut self, seat: Seat, wan: &str, site: &str, bps: u64) -> Result<(), String> {
        let end = format!("s{}", seat.0);
        ip(&["link", "add", &end, "netns", wan, "type", "veth", "peer", "name", "eth0", "netns", site])?;
        let (out, into) = (format!("{}/24", wan_address(seat)), format!("{}/24", site_address(seat, 0)));
        ip(&["-n", wan, "addr", "add", &out, "dev", &end])?;
        ip(&["-n", site, "addr", "add", &into, "dev", "eth0"])?;
        ip(&["-n", wan, "link", "set", &end, "up"])?;
        ip(&["-n", site, "link", "set", "eth0", "up"])?;
        let rate = format!("{bps}bit");
        for (space, wire) in [(wan, end.as_str()), (site, "eth0")] {
            tc(&["-n", space, "qdisc", "add", "dev", wire, "root", "tbf", "rate", &rate, "burst", "64kb", "latency", "400ms"])?;
        }
        self.changes.insert(seat, 0);
        Ok(())
    }

    /// Gives a site another address and takes the old one away.
    ///
    /// # Errors
    /// [`EngineError::World`] when it cannot.
    pub fn change_address(&mut self, seat: Seat) -> Result<(), EngineError> {
        let change = self.changes.get(&seat).copied().unwrap_or(0);
        let next = change.wrapping_add(1);
        let site = self.site(seat);
        // Two lengths of prefix in turn: with one and the same, the new address would be the old one's second and go with it.
        let with_prefix = |change: u8| format!("{}/{}", site_address(seat, change), 24 + change % 2);
        let done = ip(&["-n", &site, "addr", "add", &with_prefix(next), "dev", "eth0"])
            .and_then(|()| ip(&["-n", &site, "addr", "del", &with_prefix(change), "dev", "eth0"]));
        self.changes.insert(seat, next);
        done.map_err(|why| world(format!("change the address of site {}", seat.0), why))
    }

    /// Returns the name of the namespace between the sites.
    #[must_use]
    pub fn wan(&self) -> String {
        format!("{}-wan", self.prefix)
    }

    /// Returns the name of a site's namespace.
    #[must_use]
    pub fn site(&self, seat: Seat) -> String {
        format!("{}-site-{}", self.prefix, seat.0)
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        for name in self.made.iter().rev() {
            // There is nobody left to tell; the next run sweeps.
            let _ = ip(&["netns", "del", name]);
        }
    }
}

/// Returns where the line above a site begins: the proxy's end of its wire.
#[must_use]
pub fn gate(seat: Seat) -> SocketAddr {
    (wan_address(seat), PORT).into()
}

/// Returns where a site's daemon is reached from the world between.
#[must_use]
pub fn door(seat: Seat) -> SocketAddr {
    (site_address(seat, 0), PORT).into()
}

fn wan_address(seat: Seat) -> Ipv4Addr {
    let [high, low] = seat.0.to_be_bytes();
    Ipv4Addr::new(10, 77 + high, low, 1)
}

fn site_address(seat: Seat, change: u8) -> Ipv4Addr {
    let [high, low] = seat.0.to_be_bytes();
    Ipv4Addr::new(10, 77 + high, low, 2 + change % 100)
}

/// Removes what a run that was killed left behind: namespaces with our prefix whose process is gone.
fn sweep() {
    let Ok(listed) = Command::new("ip").args(["netns", "list"]).output() else { return };
    for line in String::from_utf8_lossy(&listed.stdout).lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        let made_by = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').nth(1)?.parse::<u32>().ok());
        if made_by.is_some_and(|pid| !std::path::Path::new(&format!("/proc/{pid}")).exists()) {
            let _ = ip(&["netns", "del", name]);
        }
    }
}

fn ip(args: &[&str]) -> Result<(), String> {
    run("ip", args)
}

fn tc(args: &[&str]) -> Result<(), String> {
    run("tc", args)
}

fn run(program: &str, args: &[&str]) -> Result<(), String> {
    let done = Command::new(program).args(args).stdin(Stdio::null()).output();
    let output = done.map_err(|error| format!("{program}: {error} (package {PACKAGE})"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program} {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr).trim()))
}

fn missing(why: String) -> EngineError {
    let hint = if rustix::process::geteuid().is_root() { "" } else { " (this needs root)" };
    EngineError::Missing { engine: EngineKind::Netns, why: format!("{why}{hint}") }
}

pub(super) fn world(what: String, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> EngineError {
    EngineError::World { what, source: std::io::Error::other(why) }
}
