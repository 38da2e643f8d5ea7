//! How many sites move how many bytes a month, and what that costs.

use super::{Picture, Plot, WIDTH, of_run, open};
use crate::report::quantile;
use crate::report::sheet::{Sheet, SiteSheet};
use crate::report::study::Study;
use crate::report::svg::{Anchor, BLUE, Canvas, HATCH, Stroke};
use crate::report::words::{self, Lang, Unit};

pub(super) fn draw(study: &Study, lang: Lang) -> Option<Picture> {
    let variant = study.variants.first()?;
    let sheet = variant.worst(|sheet| sheet.each.iter().map(|site| site.month_bytes).sum())?;
    let mut sorted: Vec<u64> = sheet.each.iter().map(|site| site.month_bytes).collect();
    sorted.sort_unstable();
    let (half, most) = (quantile(&sorted, 50)?, quantile(&sorted, 95)?);
    let title = lang.pick("每个站点每月用多少流量", "How many bytes each site moves a month");
    let run = of_run(study, &variant.label, sheet.seed, lang);
    let second = match lang {
        Lang::Zh => format!("半数站点不超过 {}，95 % 不超过 {}（30 天，上下行合计）；{run}", words::bytes(half), words::bytes(most)),
        Lang::En => {
            format!("half of the sites up to {}, 95 % up to {} (30 days, both ways); {run}", words::bytes(half), words::bytes(most))
        }
    };
    let mut canvas = open(540, title, &second);
    bars(&mut canvas, sheet, &sorted, lang);
    let note = match &sheet.currency {
        Some(currency) => match lang {
            Lang::Zh => format!("柱上第二行：该档站点每月 SIM 卡资费中位数（{currency}）"),
            Lang::En => format!("second line above a bar: what the card of the middle site costs a month ({currency})"),
        },
        None => lang.pick("方案未给出资费，故不计费用", "the scenario gives no tariff, so no cost is shown").into(),
    };
    canvas.text((24, 522), Anchor::Start, 13, &note);
    Some(Picture { file: "bytes-per-site.svg", title: title.into(), svg: canvas.finish(title, &second) })
}

fn bars(canvas: &mut Canvas, sheet: &Sheet, sorted: &[u64], lang: Lang) {
    let plot = Plot { left: 90, top: 126, right: WIDTH - 40, bottom: 436 };
    let edges = edges(sorted);
    let within = |from: u64, to: u64| sheet.each.iter().filter(move |site| site.month_bytes >= from && site.month_bytes < to);
    let counts: Vec<u64> = edges.windows(2).map(|pair| within(pair[0], pair[1]).count() as u64).collect();
    let max = counts.iter().copied().max().unwrap_or(1).max(1);
    let max = max + max / 5 + 1;
    plot.rule(canvas, max, lang.pick("站点数", "sites"), |mark| mark.to_string());
    let step = plot.width() / i64::try_from(counts.len().max(1)).unwrap_or(1);
    for (index, (count, pair)) in counts.iter().zip(edges.windows(2)).enumerate() {
        let x = plot.left + step * i64::try_from(index).unwrap_or(0);
        let y = plot.y(*count, max);
        let fill = if *count == 0 { HATCH } else { BLUE };
        canvas.rect((x + step / 10, y), (step * 8 / 10, plot.bottom - y), fill);
        if *count > 0 {
            let costs = cost(within(pair[0], pair[1]));
            let lift = if costs.is_some() { 26 } else { 8 };
            canvas.label((x + step / 2, y - lift), Anchor::Middle, 15, &count.to_string());
            if let Some(milli) = costs {
                canvas.label((x + step / 2, y - 8), Anchor::Middle, 13, &lang.say(milli, Unit::Money));
            }
        }
        canvas.line((x, plot.bottom), (x, plot.bottom + 6), Stroke::plain(crate::report::svg::SOFT, 1));
        canvas.text((x, plot.bottom + 22), Anchor::Middle, 13, &words::bytes(pair[0]).replace(".0 ", " "));
    }
    let last = edges.last().copied().unwrap_or(0);
    let end = plot.left + step * i64::try_from(counts.len()).unwrap_or(0);
    canvas.text((end, plot.bottom + 22), Anchor::Middle, 13, &words::bytes(last).replace(".0 ", " "));
    let axis = lang.pick("每站每 30 天流量（上下行合计，非等比刻度）", "bytes per site in 30 days (both ways; steps of the axis grow)");
    canvas.text(((plot.left + plot.right) / 2, plot.bottom + 50), Anchor::Middle, 14, axis);
}

fn cost<'a>(sites: impl Iterator<Item = &'a SiteSheet>) -> Option<u64> {
    let mut costs: Vec<u64> = sites.filter_map(|site| site.month_cost_milli).collect();
    costs.sort_unstable();
    quantile(&costs, 50)
}

/// Returns the round figures around all sites: 1, 2, 5 and zeros.
fn edges(sorted: &[u64]) -> Vec<u64> {
    let (least, most) = (sorted.first().copied().unwrap_or(0), sorted.last().copied().unwrap_or(0));
    let mut all = vec![0, 10_000];
    while all.last().is_some_and(|edge| *edge <= most) {
        let edge = all[all.len() - 1];
        let leads_with_two = edge.to_string().starts_with('2');
        all.push(if leads_with_two { edge / 2 * 5 } else { edge * 2 });
    }
    let first = all.iter().rposition(|edge| *edge <= least).unwrap_or(0);
    all.split_off(first)
}
