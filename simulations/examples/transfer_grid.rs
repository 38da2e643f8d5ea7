//! How long one backlog takes in the `flow` and in the `quic` engine, over a grid of lines.
//!
//! `cargo run --release -p simulations --example transfer_grid -- flow|quic` writes the medians as CSV, as they stand in
//! `simulations/data/transfer-grid.csv` for `quic`.

use simulations::line::{LineMake, Loss, Ppm};

fn main() {
    let engine = std::env::args().nth(1).unwrap_or_default();
    let transfer = match engine.as_str() {
        "flow" => simulations::flow::transfer,
        "quic" => simulations::quic::transfer,
        _ => {
            eprintln!("which engine: flow or quic?");
            std::process::exit(2);
        }
    };
    println!("bps,rtt_ms,loss_ppm,bytes,median_ms");
    for bps in [64_000, 512_000, 2_000_000] {
        for rtt_ms in [80, 300] {
            for loss_ppm in [0, 50_000] {
                let loss = if loss_ppm == 0 { Loss::None } else { Loss::Bernoulli(Ppm(loss_ppm)) };
                let make = LineMake { loss, ..LineMake::clean(bps, rtt_ms / 2) };
                for bytes in [5 << 10, 50 << 10, 300 << 10] {
                    let mut all: Vec<u64> = (1..=9).map(|seed| transfer(make, bytes, seed).expect("a transfer ends")).collect();
                    all.sort_unstable();
                    println!("{bps},{rtt_ms},{loss_ppm},{bytes},{}", all[4]);
                }
            }
        }
    }
}
