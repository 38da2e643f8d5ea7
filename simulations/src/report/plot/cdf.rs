//! How long papers take from the window to the hub: which share is there after how long.

use super::{Picture, Plot, WIDTH, open};
use crate::report::figures::Band;
use crate::report::study::{Study, Variant};
use crate::report::svg::{Anchor, BLUE, Canvas, DASHES, GRID, INK, PALE, RUST, SOFT, Stroke};
use crate::report::words::Lang;

/// Where the axis of time has its marks, evenly apart.
const STOPS_MS: [u64; 11] =
    [0, 1_000, 10_000, 60_000, 600_000, 3_600_000, 6 * 3_600_000, 86_400_000, 7 * 86_400_000, 30 * 86_400_000, 120 * 86_400_000];

pub(super) fn draw(study: &Study, lang: Lang) -> Option<Picture> {
    let first = study.variants.first()?;
    let base = bands(first);
    let (half, most) = (base.get(49)?.middle, base.get(94)?.middle);
    let title = lang.pick("材料从窗口到达县中心要多久", "How long papers take from the window to the county hub");
    let seeds = first.sheets.len();
    let second = match lang {
        Lang::Zh => format!("半数在 {} 内到达，95 % 在 {} 内到达（{seeds} 个种子）", lang.span(half), lang.span(most)),
        Lang::En => format!("half within {}, 95 % within {} ({seeds} seeds)", lang.span(half), lang.span(most)),
    };
    let mut canvas = open(560, title, &second);
    let plot = Plot { left: 90, top: 112, right: WIDTH - 40, bottom: 470 };
    axes(&mut canvas, plot, lang);
    if seeds > 1 {
        let low = base.iter().zip(1_u64..=100).map(|(band, percent)| (column(plot, band.low), plot.y(percent, 100)));
        let high = base.iter().zip(1_u64..=100).map(|(band, percent)| (column(plot, band.high), plot.y(percent, 100)));
        let high: Vec<_> = high.collect();
        canvas.area(&low.chain(high.into_iter().rev()).collect::<Vec<_>>(), PALE);
    }
    for (index, variant) in study.variants.iter().take(DASHES.len()).enumerate() {
        let points: Vec<_> =
            bands(variant).iter().zip(1..).map(|(band, percent)| (column(plot, band.middle), plot.y(percent, 100))).collect();
        let colour = if index == 0 { BLUE } else { INK };
        canvas.path(&points, Stroke { colour, width: 3, dash: DASHES[index] });
    }
    for (percent, at) in [(50, half), (95, most)] {
        let (x, y) = (column(plot, at), plot.y(percent, 100));
        canvas.line((x, y), (x, plot.bottom), Stroke { colour: RUST, width: 1, dash: "4 3" });
        canvas.dot((x, y), RUST);
        let (anchor, aside) = if x > WIDTH - 260 { (Anchor::End, -10) } else { (Anchor::Start, 10) };
        canvas.label((x + aside, y + 22), anchor, 15, &format!("{percent} %: {}", lang.span(at)));
    }
    legend(&mut canvas, study, lang);
    Some(Picture { file: "window-to-hub.svg", title: title.into(), svg: canvas.finish(title, &second) })
}

fn bands(variant: &Variant) -> Vec<Band> {
    let at = |index: usize| Band::of(variant.sheets.iter().filter_map(|sheet| sheet.window_to_hub_cdf_ms.get(index).copied()));
    (0..100).map_while(at).collect()
}

fn column(plot: Plot, ms: u64) -> i64 {
    let after = STOPS_MS.iter().rposition(|stop| *stop <= ms).unwrap_or(0).min(STOPS_MS.len() - 2);
    let (from, to) = (STOPS_MS[after], STOPS_MS[after + 1]);
    let steps = STOPS_MS.len() as u64 - 1;
    let part = (ms.min(to) - from) * 1_000 / (to - from);
    plot.x(after as u64 * 1_000 + part, steps * 1_000)
}

fn axes(canvas: &mut Canvas, plot: Plot, lang: Lang) {
    plot.rule(canvas, 100, lang.pick("已到达县中心的材料（%）", "papers at the hub (%)"), |mark| format!("{mark} %"));
    for stop in STOPS_MS {
        let x = column(plot, stop);
        canvas.line((x, plot.top), (x, plot.bottom), Stroke::plain(GRID, 1));
        canvas.text((x, plot.bottom + 22), Anchor::Middle, 13, &lang.span(stop));
    }
    canvas.line((plot.left, plot.bottom), (plot.right, plot.bottom), Stroke::plain(SOFT, 1));
    let title = lang
        .pick("从打印回执到写入县中心磁盘的时间（非等比刻度）", "time from the printed receipt to the hub's disk (steps of the axis grow)");
    canvas.text(((plot.left + plot.right) / 2, plot.bottom + 46), Anchor::Middle, 14, title);
}

fn legend(canvas: &mut Canvas, study: &Study, lang: Lang) {
    let mut x = 90;
    let y = 540;
    if study.variants.first().is_some_and(|variant| variant.sheets.len() > 1) {
        canvas.rect((x, y - 12), (34, 14), PALE);
        canvas.text((x + 42, y), Anchor::Start, 13, lang.pick("各种子的 5–95 % 范围", "5-95 % of the seeds"));
        x += 200;
    }
    if study.variants.len() > 1 {
        for (index, variant) in study.variants.iter().take(DASHES.len()).enumerate() {
            let colour = if index == 0 { BLUE } else { INK };
            canvas.line((x, y - 5), (x + 38, y - 5), Stroke { colour, width: 3, dash: DASHES[index] });
            canvas.text((x + 46, y), Anchor::Start, 13, &variant.label);
            x += 66 + 9 * i64::try_from(variant.label.chars().count()).unwrap_or(20);
        }
    }
}
