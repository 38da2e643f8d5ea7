//! The one seam to the world: sockets, clocks, randomness and tasks.
//!
//! Daemons run on [`RealEnv`]; a simulation brings its own and runs the same code in virtual time. Durations are tokio's, which a paused
//! runtime moves by itself; only where a clock is read, a socket bound, a secret drawn or a task started does code come here.

use crate::journal::BoxFuture;
use mesh_model::time::{Uptime, WallTime};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// A task that was started through an [`Env`].
pub type Task = tokio::task::JoinHandle<()>;

/// Longest sleep in milliseconds: after a suspend the timers of the system are late, and a node's own clock says so only when asked.
const TIMER_MS_MAX: u64 = 15_000;

/// How an answer of a database on the same machine is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statements {
    /// Other tasks run meanwhile.
    Awaited,
    /// Nothing else happens meanwhile: a paused clock would run away while a foreign thread works.
    Inline,
}

/// Everything that is not a value.
pub trait Env: Send + Sync + 'static {
    /// Binds a UDP socket.
    ///
    /// # Errors
    /// The system's, when the address cannot be had.
    fn bind(&self, address: SocketAddr) -> io::Result<Arc<dyn quinn::AsyncUdpSocket>>;
    /// Returns the runtime that QUIC endpoints run on.
    fn quinn_runtime(&self) -> Arc<dyn quinn::Runtime>;
    /// Returns the seed of an endpoint's generator; `None`: drawn by the endpoint.
    fn endpoint_seed(&self) -> Option<[u8; 32]>;
    /// Returns the milliseconds since this process started, suspended time included.
    fn uptime(&self) -> Uptime;
    /// Returns the machine's claim about civil time.
    fn wall(&self) -> WallTime;
    /// Fills `out` with bytes that nobody can foresee.
    fn fill_random(&self, out: &mut [u8]);
    /// Starts a task that ends with the node.
    fn spawn(&self, future: BoxFuture<'static, ()>) -> Task;
    /// Returns how an answer of a database on this machine is awaited.
    fn statements(&self) -> Statements {
        Statements::Awaited
    }
    /// Returns the milliseconds for which a timer is trusted without a look at the clock.
    fn timer_ms_max(&self) -> u64 {
        TIMER_MS_MAX
    }
}

/// Draws `N` random bytes.
pub fn random<const N: usize>(env: &dyn Env) -> [u8; N] {
    let mut out = [0; N];
    env.fill_random(&mut out);
    out
}

/// The machine this process runs on.
#[derive(Debug)]
pub struct RealEnv {
    started_ms: u64,
    clock_file: Option<PathBuf>,
}

impl RealEnv {
    /// Takes the machine as it is.
    #[must_use]
    pub fn new() -> RealEnv {
        RealEnv { started_ms: boot_ms(), clock_file: None }
    }

    /// Shifts the wall clock by what a file says, for tests only: seconds as a signed number, read again at every look.
    #[must_use]
    pub fn with_clock_file(mut self, file: Option<PathBuf>) -> RealEnv {
        self.clock_file = file;
        self
    }

    fn offset_ms(&self) -> i64 {
        let Some(path) = &self.clock_file else { return 0 };
        let seconds = std::fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<i64>().ok());
        seconds.unwrap_or(0).saturating_mul(1_000)
    }
}

impl Default for RealEnv {
    fn default() -> Self {
        RealEnv::new()
    }
}

impl Env for RealEnv {
    fn bind(&self, address: SocketAddr) -> io::Result<Arc<dyn quinn::AsyncUdpSocket>> {
        self.quinn_runtime().wrap_udp_socket(std::net::UdpSocket::bind(address)?)
    }

    fn quinn_runtime(&self) -> Arc<dyn quinn::Runtime> {
        Arc::new(quinn::TokioRuntime)
    }

    fn endpoint_seed(&self) -> Option<[u8; 32]> {
        None
    }

    fn uptime(&self) -> Uptime {
        Uptime(boot_ms().saturating_sub(self.started_ms))
    }

    fn wall(&self) -> WallTime {
        let now = SystemTime::now();
        let ms = match now.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        };
        WallTime(ms.saturating_add(self.offset_ms()))
    }

    fn fill_random(&self, out: &mut [u8]) {
        use rand::TryRng;
        rand::rngs::SysRng.try_fill_bytes(out).expect("the system's generator works");
    }

    fn spawn(&self, future: BoxFuture<'static, ()>) -> Task {
        tokio::spawn(future)
    }
}

/// Milliseconds since the machine started. `CLOCK_BOOTTIME` counts suspended time, which `CLOCK_MONOTONIC` leaves out.
#[cfg(target_os = "linux")]
fn boot_ms() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    seconds * 1_000 + u64::try_from(now.tv_nsec).unwrap_or(0) / 1_000_000
}

/// Milliseconds since the first look, where the system has no clock that counts suspended time.
#[cfg(not(target_os = "linux"))]
fn boot_ms() -> u64 {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    u64::try_from(FIRST.get_or_init(std::time::Instant::now).elapsed().as_millis()).unwrap_or(u64::MAX)
}
