//! The variants of a sweep or a comparison side by side: bars of the middle seed, whiskers over the seeds, change against the first.

use super::{Picture, Plot, WIDTH, open};
use crate::report::figures::Band;
use crate::report::study::{HEADLINES, Headline, Study};
use crate::report::svg::{Anchor, BLUE, Canvas, INK, PALE, SOFT, Stroke};
use crate::report::words::Lang;

/// The figures that are drawn, where the runs have them.
const SHOWN: [&str; 6] =
    ["window_to_hub_p95_ms", "stale_online_p95_ms", "stale_p95_ms", "month_bytes_p95", "month_cost_p95_milli", "hub_peak_sessions"];
/// Variants that a page has room for.
const VARIANTS_MAX: usize = 12;
const ROW_PX: i64 = 26;

pub(super) fn draw(study: &Study, lang: Lang) -> Option<Picture> {
    if study.variants.len() < 2 {
        return None;
    }
    let shown: Vec<(&Headline, Vec<Option<Band>>)> = HEADLINES
        .iter()
        .filter(|headline| SHOWN.contains(&headline.key))
        .map(|headline| (headline, study.variants.iter().take(VARIANTS_MAX).map(|variant| headline.band(variant)).collect::<Vec<_>>()))
        .filter(|(_, bands)| bands.iter().any(Option::is_some))
        .collect();
    let rows = i64::try_from(study.variants.len().min(VARIANTS_MAX)).ok()?;
    let panel = 44 + rows * ROW_PX;
    let title = lang.pick("各方案对比", "The variants side by side");
    let base = &study.variants[0].label;
    let second = match lang {
        Lang::Zh => format!("横条：各种子的中位数；细线：5–95 % 范围；括号：与“{base}”相比"),
        Lang::En => format!("bar: the middle seed; whisker: 5-95 % of the seeds; in brackets: against \"{base}\""),
    };
    let mut canvas = open(84 + panel * i64::try_from(shown.len()).ok()? + 10, title, &second);
    let mut top = 84;
    for (headline, bands) in &shown {
        let plot = Plot { left: 210, top: top + 30, right: WIDTH - 230, bottom: top + 30 + rows * ROW_PX };
        figure(&mut canvas, plot, headline, bands, study, lang);
        top += panel;
    }
    Some(Picture { file: "variants.svg", title: title.into(), svg: canvas.finish(title, &second) })
}

fn figure(canvas: &mut Canvas, plot: Plot, headline: &Headline, bands: &[Option<Band>], study: &Study, lang: Lang) {
    canvas.heading((24, plot.top - 8), 14, headline.name(lang));
    let max = bands.iter().flatten().map(|band| band.high).max().unwrap_or(0).max(1);
    let base = bands.first().copied().flatten();
    for (index, band) in bands.iter().enumerate() {
        let y = plot.top + ROW_PX * i64::try_from(index).unwrap_or(0);
        let label: String = study.variants[index].label.chars().take(26).collect();
        canvas.text((plot.left - 8, y + 16), Anchor::End, 13, &label);
        let Some(band) = band else {
            canvas.text((plot.left + 6, y + 16), Anchor::Start, 13, lang.pick("无记录", "not recorded"));
            continue;
        };
        let (low, middle, high) = (plot.x(band.low, max), plot.x(band.middle, max), plot.x(band.high, max));
        canvas.rect((plot.left, y + 4), ((middle - plot.left).max(1), ROW_PX - 10), if index == 0 { PALE } else { BLUE });
        if index == 0 {
            canvas.frame((plot.left, y + 4), ((middle - plot.left).max(1), ROW_PX - 10));
        }
        let mid = y + ROW_PX / 2 - 1;
        canvas.line((low, mid), (high, mid), Stroke::plain(INK, 2));
        for end in [low, high] {
            canvas.line((end, mid - 5), (end, mid + 5), Stroke::plain(INK, 2));
        }
        let change = base.filter(|_| index > 0).map(|base| changed(base.middle, band.middle)).unwrap_or_default();
        canvas.text((high.max(middle) + 10, y + 16), Anchor::Start, 13, &format!("{}{change}", lang.say(band.middle, headline.unit)));
    }
    canvas.line((plot.left, plot.top), (plot.left, plot.bottom), Stroke::plain(SOFT, 1));
}

/// Says how a figure changed, in percent of what it was.
fn changed(was: u64, is: u64) -> String {
    if was == 0 || was == is {
        return String::from(if was == is { " (±0 %)" } else { "" });
    }
    let percent = (i128::from(is) - i128::from(was)) * 100 / i128::from(was);
    format!(" ({percent:+} %)")
}
