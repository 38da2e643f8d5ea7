//! What the hub bears when many sites come back at once: sessions, minute by minute.

use super::{Picture, Plot, WIDTH, of_run, open};
use crate::report::sheet::{Sheet, Storm, StormCause};
use crate::report::study::Study;
use crate::report::svg::{Anchor, BLUE, Canvas, HATCH, RUST, SOFT, Stroke};
use crate::report::words::{self, Lang};

const BEFORE: i64 = 30;
const SHOWN: u64 = 151;

pub(super) fn draw(study: &Study, lang: Lang) -> Option<Picture> {
    let variant = study.variants.first()?;
    let storm_of = |sheet: &Sheet| sheet.hub.as_ref().and_then(|hub| hub.storm.clone());
    let sheet = variant.worst(|sheet| storm_of(sheet).map_or(0, |storm| storm.peak_sessions))?;
    let storm = storm_of(sheet)?;
    let title = match storm.cause {
        StormCause::Busiest => {
            lang.pick("县中心最忙的时段（本次仿真没有集中断网）", "The hub's busiest time (no common outage in this run)")
        }
        StormCause::HubPower | StormCause::Lines => lang.pick("中断恢复后县中心的负荷", "What the hub bears after an outage"),
    };
    let second = format!("{}; {}", told(&storm, lang), of_run(study, &variant.label, sheet.seed, lang));
    let mut canvas = open(520, title, &second);
    bars(&mut canvas, &storm, lang);
    Some(Picture { file: "hub-after-outage.svg", title: title.into(), svg: canvas.finish(title, &second) })
}

fn told(storm: &Storm, lang: Lang) -> String {
    let (sites, away, peak) = (storm.sites, lang.span(storm.away_ms), storm.peak_sessions);
    let bytes = words::bytes(storm.peak_bytes);
    match (storm.cause, lang) {
        (StormCause::Busiest, Lang::Zh) => format!("每分钟最多 {peak} 个新连接，{bytes}"),
        (StormCause::Busiest, Lang::En) => format!("at most {peak} sessions and {bytes} a minute"),
        (StormCause::HubPower, Lang::Zh) => format!("县中心停电 {away} 后恢复，{sites} 个站点；每分钟最多 {peak} 个新连接，{bytes}"),
        (StormCause::HubPower, Lang::En) => {
            format!("hub without power for {away}, {sites} sites; at most {peak} sessions and {bytes} a minute")
        }
        (StormCause::Lines, Lang::Zh) => format!("{sites} 个站点断网 {away} 后同时恢复；每分钟最多 {peak} 个新连接，{bytes}"),
        (StormCause::Lines, Lang::En) => {
            format!("{sites} sites cut off for {away} come back; at most {peak} sessions and {bytes} a minute")
        }
    }
}

fn bars(canvas: &mut Canvas, storm: &Storm, lang: Lang) {
    let plot = Plot { left: 90, top: 122, right: WIDTH - 40, bottom: 430 };
    let peak = storm.sessions.iter().copied().max().unwrap_or(0);
    let max = u64::from(peak) + u64::from(peak) / 5 + 1;
    let column = |minute: i64| plot.x(u64::try_from(minute + BEFORE).unwrap_or(0), SHOWN);
    if storm.cause != StormCause::Busiest {
        let away = i64::try_from(storm.away_ms / 60_000).unwrap_or(BEFORE).min(BEFORE);
        canvas.rect((column(-away), plot.top), (column(0) - column(-away), plot.height()), HATCH);
    }
    plot.rule(canvas, max, lang.pick("县中心每分钟新连接数", "sessions begun at the hub, a minute"), |mark| mark.to_string());
    for (index, count) in storm.sessions.iter().enumerate().filter(|(_, count)| **count > 0) {
        let minute = i64::try_from(index).unwrap_or(0) - BEFORE;
        let y = plot.y(u64::from(*count), max);
        canvas.rect((column(minute), y), ((column(minute + 1) - column(minute) - 1).max(1), plot.bottom - y), BLUE);
    }
    if storm.cause != StormCause::Busiest {
        let mark = Stroke { colour: RUST, width: 2, dash: "6 3" };
        canvas.line((column(0), plot.top), (column(0), plot.bottom), mark);
        canvas.label((column(0) - 8, plot.top + 18), Anchor::End, 14, lang.pick("中断", "outage"));
        settled(canvas, plot, column(i64::try_from(storm.settled_minutes).unwrap_or(0) + 1), storm, lang);
    }
    if let Some(index) = storm.sessions.iter().position(|count| *count == peak) {
        let at = column(i64::try_from(index).unwrap_or(0) - BEFORE);
        let words = format!("{} {peak}", lang.pick("峰值", "peak"));
        canvas.label((at + 10, plot.y(u64::from(peak), max) - 6), Anchor::Start, 15, &words);
    }
    for minute in [-30, 0, 30, 60, 90, 120] {
        canvas.line((column(minute), plot.bottom), (column(minute), plot.bottom + 6), Stroke::plain(SOFT, 1));
        canvas.text((column(minute), plot.bottom + 22), Anchor::Middle, 13, &minute.to_string());
    }
    let axis = match storm.cause {
        StormCause::Busiest => lang.pick("距最忙一分钟的分钟数", "minutes from the busiest minute"),
        StormCause::HubPower | StormCause::Lines => lang.pick("恢复后的分钟数", "minutes after the outage ended"),
    };
    canvas.text(((plot.left + plot.right) / 2, plot.bottom + 50), Anchor::Middle, 14, axis);
}

fn settled(canvas: &mut Canvas, plot: Plot, x: i64, storm: &Storm, lang: Lang) {
    let y = plot.top + 60;
    canvas.line((x, y), (x, plot.bottom), Stroke { colour: RUST, width: 1, dash: "4 3" });
    canvas.dot((x, y), RUST);
    let words = match lang {
        Lang::Zh => format!("{} 分钟内完成两小时内 95 % 的连接", storm.settled_minutes + 1),
        Lang::En => format!("95 % of two hours' sessions begun within {} min", storm.settled_minutes + 1),
    };
    let (anchor, aside) = if x > WIDTH / 2 { (Anchor::End, -12) } else { (Anchor::Start, 12) };
    canvas.label((x + aside, y + 5), anchor, 14, &words);
}
