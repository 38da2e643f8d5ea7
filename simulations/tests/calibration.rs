//! The faster engine's lines against the real transport: every transfer of the grid within a fifth.
//!
//! The medians of `quic` stand in `data/transfer-grid.csv`; the example `transfer_grid` writes them. Here every cell is measured in `flow`, and
//! a few are measured in `quic` again, so that neither can move away unnoticed.

use simulations::engine::EngineError;
use simulations::line::{LineMake, Loss, Ppm};

const GRID: &str = include_str!("../data/transfer-grid.csv");
/// Percent by which a transfer may take longer or shorter in the faster engine.
const FAR_MAX: u64 = 20;
/// Percent by which a transfer measured again may differ from the file.
const DRIFT_MAX: u64 = 5;
const SEEDS: std::ops::RangeInclusive<u64> = 1..=9;
/// Rate, round trip, loss and bytes of the cells that are measured in `quic` again.
const AGAIN: [(u64, u32, u32, usize); 3] = [(2_000_000, 80, 0, 5_120), (2_000_000, 300, 50_000, 5_120), (512_000, 80, 0, 51_200)];

#[derive(Clone, Copy)]
struct Cell {
    bps: u64,
    rtt_ms: u32,
    loss_ppm: u32,
    bytes: usize,
    quic_ms: u64,
}

impl Cell {
    fn make(&self) -> LineMake {
        let loss = if self.loss_ppm == 0 { Loss::None } else { Loss::Bernoulli(Ppm(self.loss_ppm)) };
        LineMake { loss, ..LineMake::clean(self.bps, self.rtt_ms / 2) }
    }

    fn median(&self, transfer: fn(LineMake, usize, u64) -> Result<u64, EngineError>) -> u64 {
        let mut all: Vec<u64> = SEEDS.map(|seed| transfer(self.make(), self.bytes, seed).expect("a transfer ends")).collect();
        all.sort_unstable();
        all[all.len() / 2]
    }
}

fn grid() -> Vec<Cell> {
    let mut reader = csv::Reader::from_reader(GRID.as_bytes());
    let rows = reader.deserialize().map(|row| row.expect("five numbers"));
    rows.map(|(bps, rtt_ms, loss_ppm, bytes, quic_ms)| Cell { bps, rtt_ms, loss_ppm, bytes, quic_ms }).collect()
}

#[test]
fn flow_takes_as_long_as_quic_for_every_transfer_of_the_grid() {
    let cells = grid();
    assert_eq!(cells.len(), 36);
    println!("kbit/s  rtt ms  loss %  KiB   quic ms   flow ms  difference");
    let mut far = Vec::new();
    for cell in cells {
        let Cell { bps, rtt_ms, loss_ppm, bytes, quic_ms } = cell;
        let flow_ms = cell.median(simulations::flow::transfer);
        let (permille, sign) = (flow_ms.abs_diff(quic_ms) * 1_000 / quic_ms, if flow_ms < quic_ms { '-' } else { '+' });
        let row = format!(
            "{:>6}  {rtt_ms:>6}  {:>6}  {:>3}  {quic_ms:>8}  {flow_ms:>8}    {sign}{}.{} %",
            bps / 1_000,
            loss_ppm / 10_000,
            bytes / 1_024,
            permille / 10,
            permille % 10
        );
        println!("{row}");
        if flow_ms.abs_diff(quic_ms) * 100 > FAR_MAX * quic_ms {
            far.push(row);
        }
    }
    assert!(far.is_empty(), "{far:#?}");
}

#[test]
fn quic_still_takes_as_long_as_the_file_says() {
    let cells = grid();
    for again in AGAIN {
        let cell = cells.iter().find(|cell| (cell.bps, cell.rtt_ms, cell.loss_ppm, cell.bytes) == again).expect("a cell of the grid");
        let now_ms = cell.median(simulations::quic::transfer);
        assert!(now_ms.abs_diff(cell.quic_ms) * 100 <= DRIFT_MAX * cell.quic_ms, "{again:?}: {now_ms} ms, the file says {}", cell.quic_ms);
    }
}
