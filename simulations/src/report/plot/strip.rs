//! The strip of site by day: how old each site's knowledge was at the end of each day. Darker is older.

use super::{Picture, WIDTH, of_run, open};
use crate::layout::Seat;
use crate::report::sheet::{LEVEL_HOURS, Sheet, Strip};
use crate::report::study::Study;
use crate::report::svg::{Anchor, Canvas, HATCH, SOFT, Stroke};
use crate::report::table;
use crate::report::words::Lang;

/// Rows that a page has room for.
const ROWS_MAX: usize = 60;
/// Lightness falls evenly, so that it reads the same in grey.
const SHADES: [&str; 7] = ["#eef4fa", "#cfe1f1", "#a3c6e2", "#6ba1cd", "#3d78ae", "#1d4c80", "#0a1f3c"];
const LEFT: i64 = 190;
const RIGHT: i64 = WIDTH - 30;
const TOP: i64 = 128;

pub(super) fn draw(study: &Study, lang: Lang) -> Option<Picture> {
    let variant = study.variants.first()?;
    let sheet = variant.worst(|sheet| sheet.course.as_ref().and_then(|course| course.stale_ms).map_or(0, |stale| stale.p95))?;
    let strip = &sheet.course.as_ref()?.strip;
    let rows = chosen(strip);
    let title = lang.pick("各站点的台账有多旧（站点 × 日期）", "How old the register was at each site (site by day)");
    let run = of_run(study, &variant.label, sheet.seed, lang);
    let (shown, all) = (rows.len(), strip.rows.len());
    let second = match lang {
        Lang::Zh if shown < all => format!("颜色越深越旧；全部 {all} 个站点中最旧的 {shown} 个；{run}"),
        Lang::Zh => format!("颜色越深越旧；全部 {all} 个站点；{run}"),
        Lang::En if shown < all => format!("darker is older; the {shown} stalest of {all} sites; {run}"),
        Lang::En => format!("darker is older; all {all} sites; {run}"),
    };
    let row_px = (720 / i64::try_from(shown.max(1)).ok()?).clamp(12, 34);
    let bottom = TOP + row_px * i64::try_from(shown).ok()?;
    let mut canvas = open(bottom + 70, title, &second);
    legend(&mut canvas, strip, lang);
    for (index, (seat, row)) in rows.iter().enumerate() {
        let y = TOP + row_px * i64::try_from(index).ok()?;
        canvas.text((LEFT - 8, y + row_px / 2 + 4), Anchor::End, 11, &name(sheet, *seat, lang));
        cells(&mut canvas, row, y, row_px);
    }
    canvas.frame((LEFT, TOP), (RIGHT - LEFT, bottom - TOP));
    days(&mut canvas, strip, sheet.days, bottom, lang);
    Some(Picture { file: "staleness-strip.svg", title: title.into(), svg: canvas.finish(title, &second) })
}

fn chosen(strip: &Strip) -> Vec<&(Seat, String)> {
    let age = |row: &str| row.chars().filter_map(|level| level.to_digit(10)).sum::<u32>();
    let mut rows: Vec<&(Seat, String)> = strip.rows.iter().collect();
    rows.sort_by_key(|(seat, row)| (std::cmp::Reverse(age(row)), *seat));
    rows.truncate(ROWS_MAX);
    rows.sort_by_key(|(seat, _)| *seat);
    rows
}

fn name(sheet: &Sheet, seat: Seat, lang: Lang) -> String {
    let Some(site) = sheet.site(seat) else { return seat.0.to_string() };
    let post = table::post(site.post, lang);
    match &site.code {
        Some(code) => format!("{post} {}", table::grouped(code)),
        None => format!("{post} {} ({})", seat.0, site.class.chars().take(14).collect::<String>()),
    }
}

fn cells(canvas: &mut Canvas, row: &str, y: i64, row_px: i64) {
    let levels: Vec<char> = row.chars().collect();
    let all = i64::try_from(levels.len().max(1)).unwrap_or(1);
    let column = |index: usize| LEFT + (RIGHT - LEFT) * i64::try_from(index).unwrap_or(0) / all;
    let mut from = 0;
    while from < levels.len() {
        let length = levels[from..].iter().take_while(|level| **level == levels[from]).count();
        let fill = levels[from].to_digit(10).and_then(|level| SHADES.get(usize::try_from(level).ok()?)).copied().unwrap_or(HATCH);
        canvas.rect((column(from), y), (column(from + length) - column(from), row_px - 1), fill);
        from += length;
    }
}

fn legend(canvas: &mut Canvas, strip: &Strip, lang: Lang) {
    let cells: Vec<char> = strip.rows.iter().flat_map(|(_, row)| row.chars()).collect();
    let mut x = 24;
    for (level, shade) in SHADES.iter().enumerate() {
        let count = cells.iter().filter(|cell| cell.to_digit(10) == u32::try_from(level).ok()).count() as u64;
        let share = crate::report::figures::ppm(count, cells.len() as u64);
        let bound = match LEVEL_HOURS.get(level) {
            Some(hours) => format!("≤{}", lang.span(hours * 3_600_000)),
            None => format!(">{}", lang.span(LEVEL_HOURS[5] * 3_600_000)),
        };
        canvas.rect((x, 80), (22, 16), shade);
        canvas.frame((x, 80), (22, 16));
        canvas.text((x + 28, 93), Anchor::Start, 13, &bound);
        canvas.text((x + 28, 111), Anchor::Start, 12, &lang.percent(share));
        x += 120;
    }
    if cells.contains(&'.') {
        canvas.rect((x, 80), (22, 16), HATCH);
        canvas.frame((x, 80), (22, 16));
        canvas.text((x + 28, 93), Anchor::Start, 13, lang.pick("无记录", "not recorded"));
    }
}

fn days(canvas: &mut Canvas, strip: &Strip, days: u16, bottom: i64, lang: Lang) {
    let columns = u64::from(days.max(1).div_ceil(strip.days_per_column.max(1)));
    let shown_days = columns * u64::from(strip.days_per_column.max(1));
    for mark in super::marks(u64::from(days)) {
        let x = LEFT + super::scaled(mark, shown_days, RIGHT - LEFT);
        canvas.line((x, bottom), (x, bottom + 6), Stroke::plain(SOFT, 1));
        canvas.text((x, bottom + 22), Anchor::Middle, 13, &mark.to_string());
    }
    let title = match (lang, strip.days_per_column) {
        (Lang::Zh, 1) => "仿真第几天".to_owned(),
        (Lang::Zh, days) => format!("仿真第几天（每列 {days} 天，取最旧的一天）"),
        (Lang::En, 1) => "day of the run".to_owned(),
        (Lang::En, days) => format!("day of the run ({days} days a column, the worst is shown)"),
    };
    canvas.text(((LEFT + RIGHT) / 2, bottom + 48), Anchor::Middle, 14, &title);
}
