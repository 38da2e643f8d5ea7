//! One average county-year in the `flow` engine: 203 sites, 94,000 cases of eight events each, and how long that takes.
//!
//! `cargo run --release -p simulations --example county_year -- [DAYS] [SEED]`. It measures; it judges nothing.

use simulations::coverage::Coverage;
use simulations::engine::{Engine, Settings};
use simulations::flow::Flow;
use simulations::layout::{Layout, Post, Seat, Site};
use simulations::line::{Congestion, LineMake, Loss, Ppm};
use simulations::plan::clerks::{Case, Paper};
use simulations::plan::{Action, Bodies, DAY_MS, Healing, Plan, Rhythm, SiteMake, What};
use simulations::sighting::Blind;
use simulations::streams::Stream;
use std::time::Instant;

const TOWNSHIPS: u16 = 16;
const VILLAGES: u16 = 187;
const EVENTS: u64 = 8;
const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse().ok());
    let (days, seed) = (args.next().unwrap_or(365), args.next().unwrap_or(1));
    let plan = county(u16::try_from(days).unwrap_or(365), seed);
    let papers = plan.actions.iter().filter(|action| matches!(action.what, What::Paper(_))).count();
    println!("plan       {papers} papers in {days} days, {} sites", plan.layout.len() - 1);
    let began = Instant::now();
    let evidence = Flow.run(plan, &Settings::default(), &mut Blind, &mut Coverage::default(), &mut |_| {}).expect("the plan fits");
    let wall = began.elapsed();
    let receipts: usize = evidence.sites.values().map(|site| site.office.receipts.len()).sum();
    let frames: u64 = evidence.sites.values().map(|site| site.tally.frames).sum();
    println!("run        {} events, {} sessions, {frames} frames, {receipts} receipts", evidence.trace.1, evidence.sessions);
    println!("at the hub {} batches; agreement after {:?} ms", evidence.at_hub.len(), evidence.ending.healed_ms);
    println!("wall       {:.1} s", wall.as_secs_f64());
    println!("memory     {} MiB at most", peak_kib() / 1_024);
    println!("trace      {}", evidence.trace.0);
}

/// The most memory that the process ever had, as the kernel counts it.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn county(days: u16, seed: u64) -> Plan {
    let layout = layout();
    let site = |seat: Seat| {
        let loss = |ppm| Loss::Bernoulli(Ppm(ppm));
        let (line, rhythm) = match layout.post(seat) {
            Post::Hub => (None, Rhythm::Always),
            Post::Township => {
                (Some(LineMake { loss: loss(10_000), ..LineMake::clean(2_000_000, 40) }), Rhythm::Every { ms: 15 * MINUTE_MS })
            }
            Post::Village => {
                let make = LineMake { loss: loss(50_000), congestion: Congestion::Bbr, ..LineMake::clean(256_000, 150) };
                (Some(make), Rhythm::Every { ms: 6 * HOUR_MS })
            }
        };
        (seat, SiteMake { line, sync_ms: 10, rhythm })
    };
    let sites = layout.seats().map(site).collect();
    let mut plan = Plan { seed, days, sites, layout, actions: Vec::new(), ending: Healing::All, bodies: Bodies::Counted };
    for number in 0..days {
        let at = mesh_model::time::Uptime(u64::from(number) * DAY_MS + DAY_MS / 4);
        plan.actions.push(Action { at, what: What::DayDeclared { number } });
    }
    let mut papers = 0;
    for seat in plan.layout.below_hub().collect::<Vec<_>>() {
        write_cases(&mut plan, seat, &mut papers);
    }
    plan.sort();
    plan
}

fn layout() -> Layout {
    let site = |post, above, class: &str| Site { post, above, class: class.into(), code: None };
    let mut sites = vec![site(Post::Hub, None, "hub")];
    for township in 0..TOWNSHIPS {
        let number = Seat(u16::try_from(sites.len()).expect("a small county"));
        sites.push(site(Post::Township, Some(Seat::HUB), "township"));
        let villages = VILLAGES / TOWNSHIPS + u16::from(township < VILLAGES % TOWNSHIPS);
        sites.extend((0..villages).map(|_| site(Post::Village, Some(number), "village")));
    }
    Layout::new(sites).expect("a county")
}

/// A township takes in 20 cases a working day, a village 0.27; each case has eight events over five working days.
fn write_cases(plan: &mut Plan, seat: Seat, papers: &mut u64) {
    let mut stream = Stream::new(plan.seed, "load", u64::from(seat.0));
    let above = plan.layout.above(seat).expect("a site below the hub");
    let mut number = 0;
    for day in (0..u64::from(plan.days)).filter(|day| day % 7 < 5) {
        let cases = match plan.layout.post(seat) {
            Post::Township => stream.between(15, 24),
            Post::Village => u64::from(stream.below(100) < 27),
            Post::Hub => 0,
        };
        for _ in 0..cases {
            let case = Case { intake: seat, number };
            number += 1;
            for event in 0..EVENTS {
                let writer = match event {
                    0 | 1 | 7 => seat,
                    2 | 3 | 6 => {
                        if above == Seat::HUB {
                            seat
                        } else {
                            above
                        }
                    }
                    _ => Seat::HUB,
                };
                let on = day + event * 7 / EVENTS;
                let at = mesh_model::time::Uptime(on * DAY_MS + 8 * HOUR_MS + HOUR_MS * event / 2 + stream.below(4 * HOUR_MS));
                *papers += 1;
                let bytes = usize::try_from(stream.between(300, 1_200)).expect("a small number");
                if on < u64::from(plan.days) {
                    let paper = Paper { number: *papers, seat: writer, case, bytes };
                    plan.actions.push(Action { at, what: What::Paper(paper) });
                }
            }
        }
    }
}
