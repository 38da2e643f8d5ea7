//! The seam to a simulated world: sockets on the simulated network, the paused clock, streams for randomness, one set of tasks a process.

use super::net::{SimNet, SimUdp};
use crate::layout::Seat;
use crate::plan::FIRST_DAY;
use crate::streams::Stream;
use mesh_model::time::{Uptime, WallTime};
use mesh_runtime::env::{Env, Statements, Task};
use mesh_runtime::journal::BoxFuture;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Instant as StdInstant;
use tokio::task::AbortHandle;
use tokio::time::{Instant, Sleep};

/// Milliseconds before the plan begins in which the county is founded.
pub const FOUNDING_MS: u64 = 2 * 3_600_000;
/// Milliseconds by which the civil day begins before the one of UTC.
const UTC8_MS: i64 = 8 * 3_600_000;
/// A paused clock's timers are never late.
const TIMER_MS_MAX: u64 = 30 * 86_400_000;

/// The tasks of one process; they end together, in the middle of whatever they do.
#[derive(Clone, Debug, Default)]
pub struct TaskSet(Arc<Mutex<Tasks>>);

#[derive(Debug, Default)]
struct Tasks {
    running: Vec<AbortHandle>,
    tidy_at: usize,
    is_over: bool,
}

impl TaskSet {
    /// Starts a task that ends with the set.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) -> Task {
        let task = tokio::spawn(future);
        let mut tasks = self.0.lock().expect("nobody panics while holding the tasks");
        if tasks.is_over {
            task.abort();
        } else {
            tasks.running.push(task.abort_handle());
            if tasks.running.len() > tasks.tidy_at {
                tasks.running.retain(|task| !task.is_finished());
                tasks.tidy_at = 64 + 2 * tasks.running.len();
            }
        }
        task
    }

    /// Ends all of them, now and later ones.
    pub fn end(&self) {
        let mut tasks = self.0.lock().expect("nobody panics while holding the tasks");
        tasks.is_over = true;
        tasks.running.drain(..).for_each(|task| task.abort());
    }
}

/// The world of one process of one site.
pub struct SimEnv {
    net: Arc<SimNet>,
    seat: Seat,
    began: Instant,
    started: Instant,
    ahead_ms: Arc<AtomicI64>,
    stream: Mutex<Stream>,
    /// Everything the process runs.
    pub tasks: TaskSet,
}

impl SimEnv {
    /// Makes the world of a site's process number `boot`; `began` is when the run's clock stood at the founding's first millisecond.
    #[must_use]
    pub fn new(net: &Arc<SimNet>, seed: u64, seat: Seat, boot: u64, began: Instant, ahead_ms: Arc<AtomicI64>) -> SimEnv {
        let stream = Mutex::new(Stream::new(seed, "quic-process", u64::from(seat.0) << 32 | boot));
        SimEnv { net: net.clone(), seat, began, started: Instant::now(), ahead_ms, stream, tasks: TaskSet::default() }
    }
}

impl Env for SimEnv {
    fn bind(&self, address: SocketAddr) -> io::Result<Arc<dyn quinn::AsyncUdpSocket>> {
        Ok(SimUdp::bind(&self.net, self.seat, address.port())?)
    }

    fn quinn_runtime(&self) -> Arc<dyn quinn::Runtime> {
        Arc::new(SimRuntime(self.tasks.clone()))
    }

    fn endpoint_seed(&self) -> Option<[u8; 32]> {
        Some(self.stream.lock().expect("nobody panics while drawing").bytes())
    }

    fn uptime(&self) -> Uptime {
        Uptime(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn wall(&self) -> WallTime {
        let ran_ms = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        let founded_ms = i64::try_from(FOUNDING_MS).expect("two hours");
        let first_ms = i64::from(FIRST_DAY) * 86_400_000 - UTC8_MS;
        WallTime((first_ms - founded_ms + ran_ms).saturating_add(self.ahead_ms.load(Ordering::Relaxed)))
    }

    fn fill_random(&self, out: &mut [u8]) {
        let drawn = self.stream.lock().expect("nobody panics while drawing").filling(out.len());
        out.copy_from_slice(&drawn);
    }

    fn spawn(&self, future: BoxFuture<'static, ()>) -> Task {
        self.tasks.spawn(future)
    }

    fn statements(&self) -> Statements {
        Statements::Inline
    }

    fn timer_ms_max(&self) -> u64 {
        TIMER_MS_MAX
    }
}

/// Runs QUIC on the paused clock, its tasks in the process's set.
#[derive(Debug)]
struct SimRuntime(TaskSet);

impl quinn::Runtime for SimRuntime {
    fn new_timer(&self, at: StdInstant) -> Pin<Box<dyn quinn::AsyncTimer>> {
        Box::pin(SimTimer(Box::pin(tokio::time::sleep_until(at.into()))))
    }

    fn spawn(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) {
        drop(self.0.spawn(future));
    }

    fn wrap_udp_socket(&self, _: std::net::UdpSocket) -> io::Result<Arc<dyn quinn::AsyncUdpSocket>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn now(&self) -> StdInstant {
        Instant::now().into_std()
    }
}

struct SimTimer(Pin<Box<Sleep>>);

impl fmt::Debug for SimTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimTimer")
    }
}

impl quinn::AsyncTimer for SimTimer {
    fn reset(mut self: Pin<&mut Self>, at: StdInstant) {
        self.0.as_mut().reset(at.into());
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Future::poll(self.0.as_mut(), cx)
    }
}
