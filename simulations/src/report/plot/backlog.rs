//! What gathered at the site with the worst gap, and how it was cleared.

use super::{Picture, Plot, WIDTH, of_run, open, round_up};
use crate::plan::DAY_MS;
use crate::report::sheet::{Gap, Sheet};
use crate::report::study::Study;
use crate::report::svg::{Anchor, BLUE, Canvas, PALE, RUST, SOFT, Stroke};
use crate::report::words::Lang;

pub(super) fn draw(study: &Study, lang: Lang) -> Option<Picture> {
    let variant = study.variants.first()?;
    let sheet = variant.worst(|sheet| sheet.gaps.first().map_or(0, |gap| gap.backlog))?;
    let gap = sheet.gaps.first().filter(|gap| !gap.gathering.is_empty())?;
    let title = lang.pick("长时间断联后的积压", "Backlog after a long gap");
    let site = name(sheet, gap, lang);
    let run = of_run(study, &variant.label, sheet.seed, lang);
    let (waited, cleared, papers) = (lang.span(gap.waited_ms), lang.span(gap.cleared_ms), gap.backlog);
    let second = match lang {
        Lang::Zh => format!("{site}：最早的材料等了 {waited}，积压 {papers} 件，恢复后 {cleared} 清空；{run}"),
        Lang::En => format!("{site}: the oldest paper waited {waited}, {papers} had gathered and were cleared in {cleared}; {run}"),
    };
    let mut canvas = open(500, title, &second);
    let max = gap.gathering.iter().chain(&gap.clearing).map(|(_, papers)| *papers).max().unwrap_or(0);
    let max = (max + max / 6).max(1);
    gathering(&mut canvas, gap, max, lang);
    clearing(&mut canvas, gap, max, lang);
    Some(Picture { file: "backlog-after-gap.svg", title: title.into(), svg: canvas.finish(title, &second) })
}

fn name(sheet: &Sheet, gap: &Gap, lang: Lang) -> String {
    let class = sheet.site(gap.seat).map_or("", |site| site.class.as_str());
    match lang {
        Lang::Zh => format!("站点 {}（{class}）", gap.seat.0),
        Lang::En => format!("site {} ({class})", gap.seat.0),
    }
}

fn gathering(canvas: &mut Canvas, gap: &Gap, max: u64, lang: Lang) {
    let plot = Plot { left: 90, top: 126, right: 620, bottom: 410 };
    let (from, to) = match (gap.gathering.first(), gap.gathering.last()) {
        (Some((from, _)), Some((to, _))) => (*from, *to),
        _ => return,
    };
    plot.rule(canvas, max, lang.pick("等待上传的材料（件）", "papers that wait"), |mark| mark.to_string());
    let column = |at: u64| plot.x(at.saturating_sub(from), to - from);
    fill(canvas, plot, &steps(&gap.gathering, column, |papers| plot.y(papers, max)));
    let back = column(gap.back_ms);
    canvas.line((back, plot.top), (back, plot.bottom), Stroke { colour: RUST, width: 2, dash: "6 3" });
    canvas.label((back - 8, plot.top + 14), Anchor::End, 14, lang.pick("恢复连接", "papers move again"));
    let (first, last) = (from.div_ceil(DAY_MS), to / DAY_MS);
    let step = round_up((last.saturating_sub(first) / 6).max(1));
    for day in (first..=last).filter(|day| day % step == 0) {
        canvas.line((column(day * DAY_MS), plot.bottom), (column(day * DAY_MS), plot.bottom + 6), Stroke::plain(SOFT, 1));
        canvas.text((column(day * DAY_MS), plot.bottom + 22), Anchor::Middle, 13, &day.to_string());
    }
    canvas.text(((plot.left + plot.right) / 2, plot.bottom + 50), Anchor::Middle, 14, lang.pick("仿真第几天", "day of the run"));
}

fn clearing(canvas: &mut Canvas, gap: &Gap, max: u64, lang: Lang) {
    let plot = Plot { left: 700, top: 126, right: WIDTH - 40, bottom: 410 };
    let to = gap.clearing.last().map_or(1, |(after, _)| (*after).max(1));
    plot.rule(canvas, max, lang.pick("放大：恢复后", "closer: from then on"), |mark| mark.to_string());
    let column = |after: u64| plot.x(after, to);
    fill(canvas, plot, &steps(&gap.clearing, column, |papers| plot.y(papers, max)));
    for (part, anchor) in [(0, Anchor::Start), (to / 2, Anchor::Middle), (to, Anchor::End)] {
        canvas.line((column(part), plot.bottom), (column(part), plot.bottom + 6), Stroke::plain(SOFT, 1));
        canvas.text((column(part), plot.bottom + 22), anchor, 13, &lang.span(part));
    }
    canvas.text(
        ((plot.left + plot.right) / 2, plot.bottom + 50),
        Anchor::Middle,
        14,
        lang.pick("恢复后经过的时间", "time since papers move again"),
    );
}

fn steps(curve: &[(u64, u64)], column: impl Fn(u64) -> i64, row: impl Fn(u64) -> i64) -> Vec<(i64, i64)> {
    let mut points = Vec::new();
    for (at, papers) in curve {
        if let Some((_, before)) = points.last().copied() {
            points.push((column(*at), before));
        }
        points.push((column(*at), row(*papers)));
    }
    points
}

fn fill(canvas: &mut Canvas, plot: Plot, curve: &[(i64, i64)]) {
    let (Some(first), Some(last)) = (curve.first(), curve.last()) else { return };
    let mut outline = curve.to_vec();
    outline.extend([(last.0, plot.bottom), (first.0, plot.bottom)]);
    canvas.area(&outline, PALE);
    canvas.path(curve, Stroke::plain(BLUE, 2));
}
