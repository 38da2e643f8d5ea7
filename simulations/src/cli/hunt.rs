//! `simulate hunt`: seed after seed with every fault, until the time is up.

use super::bar::Bar;
use super::replay::{to_text, told};
use super::seeds::Seeds;
use super::{BROKEN, EngineWord, refuse};
use crate::coverage::points_of;
use crate::hunt::planted::need;
use crate::hunt::repro::{Repro, guard_of};
use crate::hunt::{Bag, FINDS_MAX, Find, Ground, hunt};
use crate::plan::swarm::{self, Size};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use sync_protocol::guard::Guard;

/// What follows the help.
pub(super) const EXAMPLES: &str = "Examples:
  simulate hunt --minutes 10
  simulate hunt --seeds 1..1000 --engine flow -o found
  simulate hunt --minutes 10 --sabotage 6      (in builds with the feature `sabotage`)";

/// Arguments of `simulate hunt`.
#[derive(Debug, clap::Args)]
pub(super) struct Hunt {
    /// Stops after so many minutes; 10 unless seeds are named, which then are run to the last. Twenty finds end any hunt
    #[arg(long, value_name = "N")]
    minutes: Option<u64>,
    /// Seeds, both ends included; all from 1 on unless said
    #[arg(long, value_name = "A..B")]
    seeds: Option<Seeds>,
    /// Which engine
    #[arg(long, value_enum, default_value = "flow")]
    engine: EngineWord,
    /// Switches off the guard of this number, 1 to 20; the first find ends the hunt
    #[arg(long, value_name = "N")]
    sabotage: Option<usize>,
    /// Sites of each county, the hub included
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(2..=200))]
    sites: u16,
    /// Days of each run
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=3660))]
    days: u16,
    /// Where failing runs are written
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

/// Minutes of a hunt that is told neither its time nor its seeds.
const MINUTES: u64 = 10;

impl Hunt {
    fn time(&self) -> Option<Duration> {
        let minutes = self.minutes.or(if self.seeds.is_none() { Some(MINUTES) } else { None })?;
        Some(Duration::from_secs(minutes.saturating_mul(60)))
    }
}

/// Says why a guard cannot be switched off in this build.
pub(super) fn can_switch_off(guard: Option<Guard>) -> Result<(), String> {
    match guard {
        Some(guard) if !cfg!(feature = "sabotage") => {
            let build = "cargo build --profile hunt -p simulations --features sabotage --bin simulate";
            Err(format!(
                "guard {} ({guard:?}) cannot be switched off in this build; {build} makes one that can, target/hunt/simulate",
                guard.number()
            ))
        }
        Some(_) | None => Ok(()),
    }
}

/// Hunts; exit status 1 when anything was found.
pub(super) fn run(args: &Hunt) -> ExitCode {
    let sabotage = match args.sabotage.map(|number| guard_of(number).ok_or(number)) {
        None => None,
        Some(Ok(guard)) => Some(guard),
        Some(Err(number)) => return refuse(format_args!("there is no guard {number}; 1 to {} can be switched off", Guard::ALL.len())),
    };
    if let Err(why) = can_switch_off(sabotage) {
        return refuse(why);
    }
    let ground = Ground {
        engine: args.engine.into(),
        size: Size { sites: args.sites, days: args.days },
        seeds: args.seeds.clone().map_or(1..=u64::MAX, |seeds| seeds.0),
        time: args.time(),
        sabotage,
    };
    let mut bar = Bar::new();
    let began = std::time::Instant::now();
    let mut kept = 0;
    let hunted = hunt(&ground, &mut |bag| {
        // At once: a hunt of a night that is stopped in the morning has lost nothing.
        for find in bag.finds.iter().skip(kept) {
            bar.clear();
            keep(args, &ground, find);
        }
        kept = bag.finds.len();
        let word = format!("{} seeds, {} found", bag.seeds, bag.finds.len());
        match ground.time {
            Some(time) => bar.show(began.elapsed().as_millis() as u64, time.as_millis() as u64, &word),
            None => bar.show(bag.seeds, ground.seeds.end() - ground.seeds.start() + 1, &word),
        }
    });
    drop(bar);
    match hunted {
        Ok(bag) => tell(args, &ground, &bag),
        Err(error) => refuse(told(&error)),
    }
}

fn tell(args: &Hunt, ground: &Ground, bag: &Bag) -> ExitCode {
    let (seconds, engine) = (bag.took.as_secs(), ground.engine.word());
    println!("engine {engine}, {} {} sites {} days", swarm::VERSION, args.sites, args.days);
    println!("{} seeds in {seconds} s, {} of them for liveness, {} events", bag.seeds, bag.liveness, bag.events);
    for (point, what) in points_of(engine) {
        println!("  {:>12}  {point}: {what}", bag.coverage.times(point));
    }
    let missed = bag.coverage.missed(engine);
    if !missed.is_empty() {
        println!("never reached: {}", missed.join(", "));
    }
    if let Some(guard) = ground.sabotage {
        println!("without guard {} ({guard:?}); a run shows it that has {}", guard.number(), need(guard));
        println!("{} seeds broke something with all guards standing too, and do not count", bag.unsound);
    }
    bag.unfit.iter().for_each(|(seed, why)| println!("seed {seed} could not be run: {why}"));
    if bag.finds.len() >= FINDS_MAX {
        println!("{FINDS_MAX} finds are enough: seeds after them were not run");
    }
    if bag.is_clean() {
        println!("nothing was found");
        return ExitCode::SUCCESS;
    }
    let found: Vec<String> = bag.finds.iter().map(|find| find.seed.to_string()).collect();
    if !found.is_empty() {
        println!("seeds that broke a promise: {}", found.join(", "));
    }
    ExitCode::from(BROKEN)
}

/// Writes a find down and says how to run it again.
fn keep(args: &Hunt, ground: &Ground, find: &Find) {
    let path = args.out.join(format!("repro-{}-{}.json", ground.engine.word(), find.seed));
    let source = format!("{} {}x{}", swarm::VERSION, args.sites, args.days);
    let repro = Repro::new(source, ground.engine, ground.sabotage, find.plan.clone(), find.violation.clone());
    println!("seed {} after {} s: {}", find.seed, find.after.as_secs(), to_text(&find.violation));
    match repro.write(&path) {
        Ok(()) => println!("  simulate replay {}", path.display()),
        Err(error) => eprintln!("simulate: {}", told(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        hunt: Hunt,
    }

    #[test]
    fn named_seeds_are_run_to_the_last_unless_a_time_is_named_too() {
        let time = |words: &[&str]| Line::parse_from([&["hunt"], words].concat()).hunt.time();
        assert_eq!(time(&[]), Some(Duration::from_secs(600)));
        assert_eq!(time(&["--seeds", "1..1000"]), None);
        assert_eq!(time(&["--seeds", "1..1000", "--minutes", "2"]), Some(Duration::from_secs(120)));
        assert_eq!(time(&["--minutes", "240"]), Some(Duration::from_secs(14_400)));
    }
}
