//! One short scenario over real programs in network namespaces. Without them it says so loudly, and with `CI=true` it fails.

use simulations::engine::{Engine, EngineError, Settings};
use simulations::netns::Netns;
use simulations::netns::scenarios::{Outcome, run_one, scenarios};
use simulations::plan::Plan;
use std::path::PathBuf;

fn engine() -> Netns {
    Netns { program: PathBuf::from(env!("CARGO_BIN_EXE_simulate")) }
}

#[test]
fn a_chain_of_three_real_programs_brings_every_paper_to_the_hub() {
    let scenario = scenarios().into_iter().find(|scenario| scenario.name == "relay-chain").expect("a ready scenario");
    let line = run_one(&engine(), scenario, None);
    match &line.outcome {
        Outcome::Passed => {}
        Outcome::Failed { .. } | Outcome::Interrupted => panic!("{}", line.to_text()),
        Outcome::Skipped { why } => {
            eprintln!("SKIPPED: no network namespaces here, nothing was tested: {why}");
            assert!(!std::env::var("CI").is_ok_and(|ci| ci == "true"), "a skipped scenario is none passed: {why}");
        }
    }
}

#[test]
fn a_plan_that_cannot_be_carried_out_is_refused_before_anything_is_made() {
    let plan = Plan::quiet(5, 0, 1, 3).expect("a county");
    let settings = Settings::default();
    let mut coverage = simulations::coverage::Coverage::default();
    let ran = engine().run(plan, &settings, &mut simulations::sighting::Blind, &mut coverage, &mut |_| {});
    assert!(matches!(ran, Err(EngineError::Unfit { .. })), "{ran:?}");
}
