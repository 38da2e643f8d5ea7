//! The model of a line, against figures that were measured.

use crate::flow::line::{Towards, Track, rate_bps, rtt_ms};
use crate::line::{Congestion, LineMake, Loss, Ppm};
use crate::streams::Stream;
use mesh_model::time::Uptime;

fn make(bps: u64, rtt_ms: u32, loss_ppm: u32, congestion: Congestion) -> LineMake {
    let loss = if loss_ppm == 0 { Loss::None } else { Loss::Bernoulli(Ppm(loss_ppm)) };
    LineMake { loss, congestion, ..LineMake::clean(bps, rtt_ms / 2) }
}

/// The middle one of nine transfers, in milliseconds; frames of 48 KiB one behind the other.
fn transfer_ms(make: &LineMake, bytes: u64) -> u64 {
    let one = |seed: u64| {
        let mut track = Track::new(Towards::Above, Stream::new(seed, "loss", 0));
        let frames = (0..bytes.div_ceil(49_152)).map(|frame| 49_152.min(bytes - frame * 49_152));
        frames.map(|bytes| track.carry(make, Uptime(0), bytes, 2).arrives.0).max().unwrap()
    };
    let mut all: Vec<u64> = (0..9).map(one).collect();
    all.sort_unstable();
    all[4]
}

#[test]
fn two_megabytes_take_as_long_as_measured() {
    // 2 MB down, 512 kbit/s, 300 ms: kbit/s measured over nine seeds, see the constants.
    let bytes = 2_000_000;
    for (loss_ppm, congestion, slowest, fastest) in [
        (0, Congestion::Cubic, 440, 490),
        (0, Congestion::Bbr, 430, 470),
        (50_000, Congestion::Cubic, 150, 235),
        (50_000, Congestion::Bbr, 400, 465),
    ] {
        let kbps = bytes * 8 / transfer_ms(&make(512_000, 300, loss_ppm, congestion), bytes);
        assert!((slowest..=fastest).contains(&kbps), "{loss_ppm} ppm, {congestion:?}: {kbps} kbit/s");
    }
}

#[test]
fn small_frames_pay_the_way_and_large_ones_the_rate() {
    for (bps, rtt) in [(64_000, 80), (64_000, 300), (512_000, 80), (512_000, 300), (2_000_000, 80), (2_000_000, 300)] {
        let clean = make(bps, rtt, 0, Congestion::Bbr);
        let rate = rate_bps(&clean, Towards::Above);
        assert_eq!((rate, rtt_ms(&clean)), (bps * 9 / 10, u64::from(rtt)));
        for bytes in [100, 10_000, 400_000] {
            let least_ms = u64::from(rtt) / 2 + bytes * 8_000 / rate;
            let (most_ms, took_ms) = (least_ms + 6 * u64::from(rtt) + 5, transfer_ms(&clean, bytes));
            assert!((least_ms..=most_ms).contains(&took_ms), "{bytes} bytes at {bps}: {took_ms} of {least_ms} to {most_ms} ms");
        }
    }
}

#[test]
fn losses_cost_rounds_and_repeated_bytes_in_the_mean_share() {
    for loss in [Loss::Bernoulli(Ppm(50_000)), Loss::Gilbert { share: Ppm(50_000), burst_packets: 4 }] {
        let make = LineMake { loss, ..LineMake::clean(10_000_000, 50) };
        let mut track = Track::new(Towards::Site, Stream::new(3, "loss", 1));
        let (mut sent, mut received, mut late) = (0, 0, 0);
        for _ in 0..20_000 {
            let passage = track.carry(&make, Uptime(0), 11_900, 2);
            sent += passage.sent_bytes;
            received += passage.received_bytes;
            late += u64::from(passage.arrives > passage.left.after_ms(50));
        }
        // 5 % lost, and 5 % of what is sent again: 52.6 thousandths more.
        let extra_permille = (sent - received) * 1_000 / received;
        assert!((40..=65).contains(&extra_permille), "{loss:?}: {extra_permille}");
        assert!(late > 1_000, "{loss:?}: {late} late frames");
    }
}

#[test]
fn a_stream_of_its_own_decides_what_is_lost() {
    let lossy = make(1_000_000, 100, 200_000, Congestion::Bbr);
    let passages = |number: u64| {
        let mut track = Track::new(Towards::Above, Stream::new(1, "loss", number));
        (0..50).map(|at| track.carry(&lossy, Uptime(at * 1_000), 5_000, 0)).collect::<Vec<_>>()
    };
    assert_eq!(passages(1), passages(1));
    assert_ne!(passages(1), passages(2));
}
