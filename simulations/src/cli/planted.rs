//! `simulate planted`: runs the pinned run of every guard without the guard and with it.

use super::hunt::can_switch_off;
use super::replay::to_text;
use super::{BROKEN, refuse};
use crate::hunt::planted::{ALL, need};
use crate::hunt::repro::guard_of;
use std::process::ExitCode;

/// Arguments of `simulate planted`.
#[derive(Debug, clap::Args)]
pub(super) struct Planted {
    /// Only the guard of this number
    #[arg(long, value_name = "N")]
    sabotage: Option<usize>,
}

/// Replays them; exit status 1 when one is not noticed, or when something is broken with all guards standing.
pub(super) fn run(args: &Planted) -> ExitCode {
    if let Err(why) = can_switch_off(guard_of(1)) {
        return refuse(why);
    }
    let mut missed = 0;
    for pinned in ALL {
        let verdict = match pinned.read() {
            Ok((guard, _)) if args.sabotage.is_some_and(|number| number != guard.number()) => continue,
            Ok(_) => pinned.replay(),
            Err(why) => Err(why),
        };
        let verdict = match verdict {
            Ok(verdict) => verdict,
            Err(why) => return refuse(why),
        };
        let guard = verdict.guard;
        let word = if verdict.is_found() { "found" } else { "MISSED" };
        println!("{:>2} {:<20} {:<14} {} actions  {word}", guard.number(), format!("{guard:?}"), verdict.promise, verdict.actions);
        if !verdict.is_found() {
            missed += 1;
            println!("   a run shows it that has {}", need(guard));
            verdict.with.iter().for_each(|violation| println!("   with all guards standing: {}", to_text(violation)));
        }
    }
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::from(BROKEN) }
}
