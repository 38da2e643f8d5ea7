//! A generated file gives back what it was generated from, and every bad row is named.

use super::*;
use crate::report::Lang;
use crate::streams::Stream;

/// Makes a file of lines of 64 kbit/s, 300 ms and up to 40 ms more each way, with 5 % lost in bursts.
fn field(burst: u64) -> String {
    let mut file = String::from("\u{feff}site,at,kind,value\r\n");
    for site in 0..20_u64 {
        let mut stream = Stream::new(7, "field", site);
        let mut at = 1_767_225_600_u64;
        // Lengths of up are two values far apart, so that they vary as much as their mean.
        for turn in 0..40 {
            file += &format!("v{site},{at},session-up,\n");
            let (bytes, rtt) = (stream.between(20_000, 400_000), 300_000 + stream.below(40_001) + stream.below(40_001));
            let ms = bytes * 8_000 / 57_600 + rtt / 1_000;
            file += &format!("v{site},{at},bytes,{bytes}\nv{site},{at},seconds,{}.{:03}\n", ms / 1_000, ms % 1_000);
            file += &format!("v{site},{at},rtt_ms,{}.{:03}\n", rtt / 1_000, rtt % 1_000);
            let (mut lost, mut bad) = (0, false);
            for _ in 0..2_000 {
                // Leaves a burst once in `burst`; enters one so often that a twentieth of all packets is lost.
                bad = if bad { !stream.once_in(burst) } else { stream.once_in(19 * burst) };
                lost += u64::from(bad);
            }
            file += &format!("v{site},{at},sent,2000\nv{site},{at},lost,{lost}\n");
            at += if turn % 5 == 0 { 3_600 * 60 } else { 3_600 * 15 };
            file += &format!("v{site},{at},session-down,\n");
            at += 3_600 * (10 + stream.below(21));
        }
    }
    file
}

#[test]
fn a_generated_file_gives_back_its_line() {
    let fit = fit(field(4).as_bytes()).unwrap();
    assert_eq!((fit.bad.len(), fit.sites), (0, 20));
    let line = fit.line();
    let rate = line.rate_bps.unwrap();
    assert!((61_000..=65_000).contains(&rate), "{rate}");
    assert!((295..=305).contains(&line.rtt_ms.unwrap()), "{:?}", line.rtt_ms);
    assert!((36..=44).contains(&line.jitter_ms), "{}", line.jitter_ms);
    assert!((47_000..=53_000).contains(&line.loss_ppm), "{}", line.loss_ppm);
    assert_eq!(line.burst, 4);
}

#[test]
fn a_generated_file_gives_back_how_the_line_comes_and_goes() {
    let fit = fit(field(4).as_bytes()).unwrap();
    let (up, gap) = (fit.up.unwrap(), fit.gap.unwrap());
    assert_eq!((up.whole, up.mean_ms), (800, 24 * 3_600_000));
    assert!((19 * 3_600_000..=21 * 3_600_000).contains(&gap.mean_ms), "{}", gap.mean_ms);
    // Even between 10 and 30 hours is nothing like exponential.
    assert_eq!(gap.empirical_ms.len(), 11);
    assert_eq!((gap.empirical_ms[0], gap.empirical_ms[10]), (10 * 3_600_000, 30 * 3_600_000));
}

#[test]
fn packets_lost_one_by_one_are_no_bursts() {
    let mut file = String::from("site,at,kind,value\n");
    let mut stream = Stream::new(7, "single", 0);
    for at in 0..400 {
        let lost = (0..2_000).filter(|_| stream.once_in(20)).count();
        file += &format!("v,{at},sent,2000\nv,{at},lost,{lost}\n");
    }
    assert_eq!(fit(file.as_bytes()).unwrap().line().burst, 1);
}

#[test]
fn the_stanza_is_toml_that_a_scenario_understands() {
    let text = fit(field(4).as_bytes()).unwrap().to_toml();
    let file: toml::Table = text.parse().unwrap();
    let class = &file["class"][0];
    assert_eq!(class["count"].as_integer(), Some(20));
    assert!(class["link"]["rate"].as_str().unwrap().ends_with("bit/s"), "{text}");
    assert_eq!(class["link"]["loss_model"].as_str(), Some("gilbert"));
    assert_eq!(class["gap"]["quantiles"].as_array().unwrap().len(), 11);
}

#[test]
fn a_part_that_nobody_measured_is_not_made_up() {
    let text = fit("site,at,kind,value\nv,1,rtt_ms,300\n".as_bytes()).unwrap().to_toml();
    let file: toml::Table = text.parse().unwrap();
    assert!(file["class"][0].get("link").is_none(), "{text}");
    assert!(file["class"][0].get("up").is_none(), "{text}");
    assert!(text.contains("NOT MEASURED"), "{text}");
}

#[test]
fn every_bad_row_is_named_by_line_and_reason() {
    let file = "value,kind,at,site\n300,rtt_ms,2026-06-15T08:30:00+08:00,v\n,session-up,noon,v\nmany,sent,5,v\n9,weather,5,v\n5,bytes,6,v\n\
                7,sent,8,v\n9,lost,8,v\n,session-up,20,v\n,session-up,21,v\n3,rtt_ms,4,\nx,session-down,30,v\n";
    let fit = fit(file.as_bytes()).unwrap();
    let bad: Vec<(u64, &str)> = fit.bad.iter().map(|row| (row.line, row.why.as_str())).collect();
    assert_eq!(
        bad,
        [
            (3, "\"noon\" is no time"),
            (4, "\"many\" is no whole number"),
            (5, "\"weather\" is no kind"),
            (6, "bytes without seconds of the same site and time"),
            (8, "9 of 7 packets cannot be lost"),
            (10, "the line of v was up already; the earlier row counts"),
            (11, "the site is empty"),
            (12, "session-down has no value, and \"x\" stands there"),
        ]
    );
    for lang in [Lang::Zh, Lang::En] {
        assert!(fit.to_text(lang).contains("\"noon\" is no time"));
    }
}

#[test]
fn a_file_without_its_columns_or_rows_is_refused() {
    assert!(matches!(fit("site,at,kind\n".as_bytes()), Err(CalibrateError::Column("value"))));
    assert!(matches!(fit("site,at,kind,value\nv,x,sent,1\n".as_bytes()), Err(CalibrateError::Empty(bad)) if bad.len() == 1));
}

#[test]
fn times_are_read_in_every_documented_form() {
    let file = "site,at,kind,value\nv,1781483400,session-up,\nv,2026-06-15T08:40:00+08:00,session-down,\nv,2026-06-15 00:50,session-up,\n\
                v,2026-06-15T00:50:30.5Z,session-down,\n";
    let fit = fit(file.as_bytes()).unwrap();
    assert_eq!(fit.bad, []);
    let up = fit.up.unwrap();
    assert_eq!((up.ms.p5, up.ms.max), (30_500, 600_000));
}
