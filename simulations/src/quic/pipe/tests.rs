//! What one direction of a line does to packets, counted.

use super::*;

fn pipe() -> Pipe {
    Pipe::new(Stream::new(1, "pipe", 0), Way::Up)
}

fn make() -> LineMake {
    LineMake::clean(512_000, 150)
}

#[test]
fn a_packet_takes_its_length_at_the_line_s_rate_and_then_the_delay() {
    assert_eq!(pipe().pass(&make(), 1_000, 1_200), [1_000 + 19_188 + 150_000]);
}

#[test]
fn a_queue_holds_two_seconds_of_line_rate_and_drops_the_rest() {
    let mut pipe = pipe();
    let through = (0..400).filter(|_| !pipe.pass(&make(), 0, 1_200).is_empty()).count();
    assert_eq!(through, 105);
}

#[test]
fn a_datagram_over_the_line_s_size_is_dropped() {
    assert_eq!(pipe().pass(&make(), 0, 1_253), Vec::<u64>::new());
    assert_eq!(pipe().pass(&make(), 0, 1_252).len(), 1);
}

#[test]
fn both_models_lose_their_share_and_one_of_them_in_bursts() {
    let count = |loss| {
        let (mut pipe, make) = (pipe(), LineMake { loss, ..make() });
        let fates: Vec<bool> = (0..200_000u64).map(|n| pipe.pass(&make, n * 1_000_000, 100).is_empty()).collect();
        let bursts = fates.windows(2).filter(|pair| !pair[0] && pair[1]).count();
        (fates.iter().filter(|lost| **lost).count(), bursts)
    };
    let (single, scattered) = count(Loss::Bernoulli(Ppm(50_000)));
    let (grouped, bursts) = count(Loss::Gilbert { share: Ppm(50_000), burst_packets: 10 });
    assert!((9_500..10_500).contains(&single), "{single}");
    assert!((8_500..11_500).contains(&grouped), "{grouped}");
    assert!(bursts * 7 < scattered, "{bursts} bursts against {scattered}");
}

#[test]
fn a_closed_direction_carries_nothing_until_its_time() {
    let mut pipe = pipe();
    pipe.close_until(5_000_000);
    assert_eq!(pipe.pass(&make(), 4_999_999, 100), Vec::<u64>::new());
    assert_eq!(pipe.pass(&make(), 5_000_000, 100).len(), 1);
}

#[test]
fn doubles_and_latecomers_come_as_often_as_they_are_asked_for() {
    let mut pipe = pipe();
    let odd = LineMake { duplicate: Ppm::ALL, reorder: Ppm::ALL, ..make() };
    let arrivals = pipe.pass(&odd, 0, 100);
    assert_eq!((arrivals.len(), arrivals[0]), (2, 2_000 + 3 * 150_000));
}
