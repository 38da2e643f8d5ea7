//! Runs the `quic` engine by hand: `quic run T V DAYS SEED [TRACE_FILE|- [MINUTES]]`, `quic transfer KBPS RTT_MS LOSS_PPM BYTES SEEDS [bbr]`.

use simulations::check;
use simulations::coverage::Coverage;
use simulations::engine::{Engine, Settings};
use simulations::line::{Congestion, LineMake, Loss, Ppm};
use simulations::plan::{Plan, Rhythm};
use simulations::quic::{Quic, transfer};
use simulations::sighting::Blind;
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = |index: usize| args.get(index).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    let small = |index: usize| u16::try_from(number(index)).expect("a small number");
    let started = Instant::now();
    match args.get(1).map(String::as_str) {
        Some("run") => {
            let mut plan = Plan::draw(small(2), small(3), small(4), number(5)).expect("a county");
            if let Some(minutes) = args.get(7).and_then(|text| text.parse::<u64>().ok()) {
                plan.sites.values_mut().for_each(|site| site.rhythm = Rhythm::Every { ms: minutes * 60_000 });
            }
            let settings = Settings { trace_file: args.get(6).filter(|path| *path != "-").map(Into::into), ..Settings::default() };
            let evidence = Quic.run(plan, &settings, &mut Blind, &mut Coverage::default(), &mut |_| {}).expect("runs");
            let (trace, records) = evidence.trace;
            println!("trace {trace} {records} ending {:?} sessions {} wall {:?}", evidence.ending, evidence.sessions, started.elapsed());
            for (seat, site) in &evidence.sites {
                let office = &site.office;
                println!(
                    "  {} printed {} missed {} batches {} {:?}",
                    seat.0,
                    office.receipts.len(),
                    office.missed,
                    site.disk.batches().count(),
                    site.tally
                );
            }
            for breach in check::breaches(&evidence) {
                println!("  broken: {breach:?}");
            }
        }
        Some("transfer") => {
            let loss = if number(4) == 0 { Loss::None } else { Loss::Bernoulli(Ppm(u32::try_from(number(4)).expect("a share"))) };
            let congestion = if args.get(7).is_some() { Congestion::Bbr } else { Congestion::Cubic };
            let make = LineMake { loss, congestion, ..LineMake::clean(number(2) * 1_000, u32::try_from(number(3) / 2).expect("ms")) };
            let bytes = usize::try_from(number(5)).expect("bytes");
            let mut times: Vec<u64> = (1..=number(6)).map(|seed| transfer(make, bytes, seed).expect("arrives")).collect();
            times.sort_unstable();
            println!("{} {times:?} median {} wall {:?}", args[2..].join(" "), times[times.len() / 2], started.elapsed());
        }
        Some(_) | None => println!("see the source"),
    }
}
