//! A scenario file is read whole, or its writer learns the line, the reason, and what would be right.

use super::units::{Amount, Bps, Bytes, Dates, Hours, Ms, Offset, Share};
use super::*;
use crate::line::Ppm;

const SMALL: &str =
    "[scenario]\nname = \"s\"\ndays = 3\n\n[[class]]\nname = \"village\"\nparent = \"hub\"\nlink = { rate = \"64k\", rtt = \"1s\" }\n";

fn error(text: &str) -> String {
    read("county.toml", text).unwrap_err().to_string()
}

#[test]
fn the_planners_example_is_read_as_it_is_meant() {
    let example = read("example.toml", ready::named("example").unwrap().text).unwrap();
    assert_eq!((example.head.days, example.classes.len(), example.workloads.len(), example.events.len()), (365, 2, 1, 1));
    let village = example.class("village-gprs").unwrap();
    assert_eq!((village.link.rate, village.link.rtt, village.link.loss), (Bps(64_000), Ms(300), Share(Ppm(50_000))));
    assert_eq!(village.calendar[0].down, Some(Dates { from: (6, 15), to: (9, 15) }));
    assert_eq!(village.calendar[0].share, Share(Ppm(150_000)));
    assert_eq!(village.calendar[1].up_only, Some(Hours { from_ms: 18 * 3_600_000, to_ms: 22 * 3_600_000 }));
    assert_eq!(village.tariff.as_ref().unwrap().over_per_mb, Amount(50));
    assert_eq!(example.expect.bytes_per_site_month_p95, Some(Bytes(40_000_000)));
    assert_eq!(example.expect.converge_after_heal, Some(Ms(7_200_000)));
    assert_eq!(example.not_modelled().len(), 5, "{:?}", example.not_modelled());
}

#[test]
fn every_ready_scenario_is_read_and_asks_a_question_and_expects_something() {
    for ready in ready::ALL {
        let scenario = read(ready.name, ready.text).unwrap_or_else(|error| panic!("{error}"));
        assert!(ready.question().len() > 30, "{}: {}", ready.name, ready.question());
        assert_eq!(scenario.expect.lost_writes, Some(0), "{}", ready.name);
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_what_would_be_right() {
    let cases: &[(&str, &str, usize, &str)] = &[
        ("days = 3", "days = \"many\"", 3, "invalid type"),
        ("days = 3", "days = 0", 3, "1 to 3660 can be run"),
        ("days = 3", "dais = 3", 3, "the nearest is `days`"),
        ("name = \"s\"", "name = s", 2, "s"),
        ("rate = \"64k\"", "rate = \"64 parsec\"", 8, "\"64 parsec\" is not a rate such as \"64kbit/s\""),
        ("rate = \"64k\"", "rate = \"1bit\"", 8, "from 1 kbit/s"),
        ("rtt = \"1s\"", "rtt = \"1\"", 8, "a length of time such as"),
        ("rtt = \"1s\"", "rtt = \"1s\", los = \"5%\"", 8, "the nearest is `loss`"),
        ("rtt = \"1s\"", "rtt = \"1s\", loss = \"105%\"", 8, "a share such as"),
        ("rtt = \"1s\"", "rtt = \"1s\", loss_model = \"gilbart\"", 8, "the nearest is `gilbert`"),
        ("rtt = \"1s\"", "rtt = \"1s\", mtu = 100", 8, "576 to 9000"),
        ("parent = \"hub\"", "parent = \"hut\"", 7, "the nearest is \"hub\""),
        ("parent = \"hub\"", "parent = \"hub\"\ncount = 2000", 5, "1 to 1000 can be run"),
        ("name = \"village\"", "name = \"hub\"", 6, "a name of its own"),
    ];
    for (right, wrong, line, reason) in cases {
        let text = SMALL.replacen(right, wrong, 1);
        let told = error(&text);
        let place = format!("county.toml:{line}: ");
        // A list of classes is named by its first one.
        let is_near = told.starts_with(&place) || told.starts_with(&format!("county.toml:{}: ", line - 1));
        assert!(is_near && told.contains(reason), "{wrong}: {told}");
    }
}

#[test]
fn what_stands_further_down_is_told_with_its_line_too() {
    let cases: &[(&str, usize, &str)] = &[
        ("[[event]]\nat = \"day 1\"\ndo = \"chnge-ip\"\n", 12, "the nearest is `change-ip`"),
        ("[[event]]\nat = \"tomorrow\"\ndo = \"change-ip\"\n", 11, "a moment such as"),
        ("[[event]]\nat = \"12s\"\ndo = \"cut-power\"\n", 12, "needs the key `for`"),
        ("[[event]]\nat = \"12s\"\ndo = \"change-ip\"\nclass = \"vilage\"\n", 13, "the nearest is \"village\""),
        ("[[workload]]\nclass = \"x\"\nwrites_per_day = 1\nbytes = { p50 = 3, p95 = 9 }\n", 11, "no class is called \"x\""),
        ("[[workload]]\nclass = \"village\"\nwrites_per_day = 1\nbytes = { p50 = 30, p95 = 9 }\n", 13, "not above p95"),
        ("[office]\nevents_per_case = 0\n", 11, "1 to 64"),
        ("[office]\ncases_per_day = { hamlet = 3 }\n", 11, "no class is called \"hamlet\""),
        ("[county]\ndivisions = \"110101\"\n", 11, "511602"),
        ("[expect]\nlost_write = 0\n", 11, "the nearest is `lost_writes`"),
        ("[[class]]\nname = \"a\"\nparent = \"villag\"\nlink = { rate = \"1M\", rtt = \"1s\" }\n", 12, "the nearest is \"village\""),
        ("[[class]]\nname = \"a\"\nparent = \"hub\"\nup = { mean = \"1d\" }\nlink = { rate = \"1M\", rtt = \"1s\" }\n", 10, "needs both"),
        (
            "[[class]]\nname = \"a\"\nparent = \"hub\"\ncalendar = [{ share = 1 }]\nlink = { rate = \"1M\", rtt = \"1s\" }\n",
            13,
            "exactly one of",
        ),
    ];
    for (part, line, reason) in cases {
        let told = error(&format!("{SMALL}\n{part}"));
        assert!(told.starts_with(&format!("county.toml:{line}: ")) && told.contains(reason), "{part}: {told}");
    }
}

#[test]
fn quantities_are_whole_numbers() {
    let text = SMALL.replacen("rtt = \"1s\"", "rtt = \"1.5s\", jitter = \"20ms\", loss = 0.005", 1)
        + "\n[clock]\nwrong_share = \"2.5%\"\n[[event]]\nat = \"day 2 10:30\"\ndo = \"set-clock\"\nahead = \"-26y\"\nsite = 1\n";
    let scenario = read("s", &text).unwrap();
    assert_eq!((scenario.classes[0].link.rtt, scenario.classes[0].link.loss), (Ms(1_500), Share(Ppm(5_000))));
    assert_eq!(scenario.clock.wrong_share, Share(Ppm(25_000)));
    assert_eq!(scenario.events[0].at.0, 2 * 86_400_000 + 21 * 1_800_000);
    assert_eq!(scenario.events[0].ahead, Some(Offset(-26 * 365 * 86_400_000)));
}

#[test]
fn a_month_of_data_is_priced_as_the_carrier_does() {
    let example = read("example.toml", ready::named("example").unwrap().text).unwrap();
    let tariff = example.class("village-gprs").unwrap().tariff.clone().unwrap();
    assert_eq!(tariff.price(0), 1_500);
    assert_eq!(tariff.price(100_000_000), 1_500);
    // Ten megabytes more at 0.05 each.
    assert_eq!(tariff.price(110_000_000), 2_000);
}

#[test]
fn a_sweep_changes_one_key_and_nothing_else() {
    let text = ready::named("example").unwrap().text;
    let before = read("a", text).unwrap();
    let after = read("b", &vary(text, "link.village.rate", "128k").unwrap()).unwrap();
    assert_eq!(after.class("village-gprs").unwrap().link.rate, Bps(128_000));
    assert_eq!(after.class("township"), before.class("township"));
    let back = read("c", &vary(text, "link.village-gprs.rate", "64k").unwrap()).unwrap();
    assert_eq!(back, before);
    assert_eq!(read("d", &vary(text, "scenario.days", "30").unwrap()).unwrap().head.days, 30);
    assert_eq!(read("e", &vary(text, "class.township.count", "20").unwrap()).unwrap().classes[0].count, 20);
    let writes = read("f", &vary(text, "workload.village-gprs.writes_per_day", "24").unwrap()).unwrap();
    assert_eq!(writes.workloads[0].writes_per_day, Amount(24_000));
    for path in ["days", "link.hamlet.rate", "workload.township.x"] {
        assert!(vary(text, path, "1").is_err(), "{path}");
    }
}
