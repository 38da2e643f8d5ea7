//! The planner's questions, answered in plain words with figures of the first variant; of several seeds the worst one speaks.

use super::sheet::{Sheet, SiteSheet, StormCause};
use super::study::{Study, Variant};
use super::words::{self, Lang};

/// Of 64,000 bit/s, what papers get: the rest is headers and a sender's caution.
const USABLE_BPS: u64 = 57_600;
/// A line is enough when a site's busiest day needs no more of it than this.
const ENOUGH_MS: u64 = 3_600_000;
const NARROW_BPS: u64 = 64_000;

/// One question with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) question: &'static str,
    pub(super) text: String,
}

/// Answers every question.
pub(super) fn of(study: &Study, lang: Lang) -> Vec<Answer> {
    let Some(variant) = study.variants.first().filter(|variant| !variant.sheets.is_empty()) else { return Vec::new() };
    let answer = |zh, en, text| Answer { question: lang.pick(zh, en), text };
    vec![
        answer("64 kbit/s 的线路够用吗？", "Is 64 kbit/s enough?", narrow(variant, lang)),
        answer("所有站点同时恢复连接，县中心受得了吗？", "Does the hub survive all sites returning at once?", storm(variant, lang)),
        answer("雨季（长时间断联）之后，台账有多旧？", "How stale is the register after the monsoon?", stale(variant, lang)),
        answer("长时间断联的积压多久能清空？", "How long does a backlog take to clear?", backlog(variant, lang)),
        answer("已经给群众打印回执的材料会丢吗？", "Is a paper with a receipt ever lost?", papers(variant, lang)),
    ]
}

fn narrow(variant: &Variant, lang: Lang) -> String {
    let sites = || variant.sheets.iter().flat_map(|sheet| &sheet.each);
    let recorded = sites().any(|site| site.busiest_day_bytes.is_some());
    // Where days were not recorded, the mean day of the heavier direction stands in, and the answer says so.
    let day = |site: &SiteSheet| site.busiest_day_bytes.unwrap_or(site.month_bytes / 30);
    let needs_ms = |site: &SiteSheet| u64::try_from(u128::from(day(site)) * 8_000 / u128::from(USABLE_BPS)).unwrap_or(u64::MAX);
    let Some(worst) = sites().max_by_key(|site| day(site)) else { return lang.pick("没有站点。", "There is no site.").into() };
    let (all, fit) = (sites().count(), sites().filter(|site| needs_ms(site) <= ENOUGH_MS).count());
    let (bytes, span) = (words::bytes(day(worst)), lang.span(needs_ms(worst)));
    let mut text = match lang {
        Lang::Zh if fit == all => format!("够用。最忙的站点在最忙的一天单向传 {bytes}，占 64 kbit/s 线路 {span}（标准：不超过 1 小时）。"),
        Lang::Zh => {
            format!("对 {all} 个站点（含各种子）中的 {fit} 个够用；最忙的站点最忙的一天单向传 {bytes}，要占线 {span}，超过 1 小时的标准。")
        }
        Lang::En if fit == all => {
            format!(
                "Yes. On its busiest day the busiest site moves {bytes} one way: {span} of a 64 kbit/s line (the measure: at most 1 h)."
            )
        }
        Lang::En => format!(
            "For {fit} of {all} sites (over all seeds). The busiest moves {bytes} one way on one day: {span} of the line, over 1 h."
        ),
    };
    if !recorded {
        text += lang.pick("（未记录逐日流量，按平均日估算。）", " (Days were not recorded; this is the mean day.)");
    }
    let slow: Vec<&SiteSheet> = sites().filter(|site| site.line_bps.is_some_and(|bps| bps <= NARROW_BPS)).collect();
    let age = slow.iter().filter_map(|site| site.stale_online_p95_ms).max();
    text += &match (slow.len(), age, lang) {
        (0, _, Lang::Zh) => "本次仿真没有站点使用 64 kbit/s 及以下的线路，以上为推算。".to_owned(),
        (0, _, Lang::En) => " No site of this run had such a line: this is arithmetic, not a run.".to_owned(),
        (count, Some(age), Lang::Zh) => {
            format!("实际仿真的 {count} 条此类线路中，有连接的日子台账陈旧度（95 %）最差为 {}。", lang.span(age))
        }
        (count, Some(age), Lang::En) => {
            format!(
                " {count} such lines were run: on days with a session the register there was at most {} old (95 %, worst site).",
                lang.span(age)
            )
        }
        (count, None, Lang::Zh) => format!("仿真中有 {count} 条此类线路。"),
        (count, None, Lang::En) => format!(" {count} such lines were run."),
    };
    text
}

fn storm(variant: &Variant, lang: Lang) -> String {
    let peak = |sheet: &Sheet| sheet.hub.as_ref().and_then(|hub| hub.storm.as_ref()).map_or(0, |storm| storm.peak_sessions);
    let sheet = variant.worst(peak);
    let Some((sheet, storm)) = sheet.and_then(|sheet| Some((sheet, sheet.hub.as_ref()?.storm.as_ref()?))) else {
        return lang.pick("未记录县中心负荷，无法回答。", "The hub's load was not recorded: no answer.").into();
    };
    let (sites, peak, bytes) = (storm.sites, storm.peak_sessions, words::bytes(storm.peak_bytes));
    let (away, settled) = (lang.span(storm.away_ms), storm.settled_minutes + 1);
    let kept = sheet.broken.is_empty() && sheet.papers.lost == 0;
    let all = u64::max(sites, sheet.sites) == sites;
    match (storm.cause, lang) {
        (StormCause::Busiest, Lang::Zh) => format!("本次仿真没有出现集中断网，未经检验。最忙时每分钟 {peak} 个新连接、{bytes}。"),
        (StormCause::Busiest, Lang::En) => {
            format!("Not tried: this run had no common outage. Its busiest minute had {peak} sessions and {bytes}.")
        }
        (StormCause::HubPower | StormCause::Lines, Lang::Zh) => {
            let verdict = if kept { "受得了" } else { "有承诺被违反，见下" };
            let who = if all { format!("全部 {sites} 个站点") } else { format!("{sites} 个站点（共 {} 个）", sheet.sites) };
            format!(
                "{verdict}。中断 {away} 后{who}恢复：每分钟最多 {peak} 个新连接、{bytes}，{settled} 分钟内完成 95 % 的连接。县中心本机的处理耗时不在模型内。"
            )
        }
        (StormCause::HubPower | StormCause::Lines, Lang::En) => {
            let verdict = if kept { "Yes" } else { "A promise was broken, see below" };
            let who = if all { format!("all {sites} sites") } else { format!("{sites} of {} sites", sheet.sites) };
            format!(
                "{verdict}. After {away} {who} came back: at most {peak} sessions and {bytes} a minute, 95 % of the sessions begun within \
                 {settled} min. How long the hub's own machine computes is not part of the model."
            )
        }
    }
}

fn stale(variant: &Variant, lang: Lang) -> String {
    let course = |sheet: &Sheet| sheet.course.clone();
    let spell = |sheet: &Sheet| course(sheet).and_then(|course| course.dark).map_or(0, |spell| u64::from(spell.days));
    let Some(course) = variant.worst(spell).and_then(course) else {
        return lang.pick("未记录逐日陈旧度，无法回答。", "Staleness was not recorded: no answer.").into();
    };
    let mut text = match (course.dark, lang) {
        (None, Lang::Zh) => "没有站点整天断联。".to_owned(),
        (None, Lang::En) => "No site was without a session for a whole day.".to_owned(),
        (Some(spell), _) => {
            let (site, days, last, age) = (spell.seat.0, spell.days, spell.last_day, lang.span(spell.stale_ms));
            let after = spell.stale_after_ms.map(|age| lang.span(age));
            match (after, lang) {
                (Some(after), Lang::Zh) => {
                    format!("断联最久的站点 {site} 连续 {days} 天没有会话（至第 {last} 天），其台账已旧 {age}；恢复当天日终降为 {after}。")
                }
                (None, Lang::Zh) => format!("断联最久的站点 {site} 连续 {days} 天没有会话，直到仿真结束，其台账已旧 {age}。"),
                (Some(after), Lang::En) => format!(
                    "Site {site} was cut off longest: {days} days without a session, up to day {last}; its register was {age} old then, and \
                     {after} old at the end of the day it came back."
                ),
                (None, Lang::En) => {
                    format!("Site {site} was cut off longest: {days} days without a session, to the run's end; its register was {age} old.")
                }
            }
        }
    };
    if let Some(worst) = course.worst_day {
        let (day, middle) = (worst.day, lang.span(worst.median_ms));
        text += &match lang {
            Lang::Zh => format!(
                "全县最旧的一天是第 {day} 天：中位站点旧 {middle}；超过 1 天的 {} 个站点，超过 7 天 {} 个，超过 30 天 {} 个。",
                worst.over_day, worst.over_week, worst.over_month
            ),
            Lang::En => format!(
                " The county knew least on day {day}: the middle site was {middle} behind, {} sites more than a day, {} more than a week, {} more \
                 than a month.",
                worst.over_day, worst.over_week, worst.over_month
            ),
        };
    }
    text
}

fn backlog(variant: &Variant, lang: Lang) -> String {
    let gap = variant.worst(|sheet| sheet.gaps.first().map_or(0, |gap| gap.backlog)).and_then(|sheet| sheet.gaps.first());
    let Some(gap) = gap else { return lang.pick("没有材料到达县中心。", "No paper reached the hub.").into() };
    let (site, papers, waited, cleared) = (gap.seat.0, gap.backlog, lang.span(gap.waited_ms), lang.span(gap.cleared_ms));
    match lang {
        Lang::Zh => format!("最严重的是站点 {site}：最早的材料等了 {waited}，共积压 {papers} 件，恢复后 {cleared} 全部到达县中心。"),
        Lang::En => format!(
            "Worst was site {site}: its oldest paper waited {waited}, {papers} had gathered, and all were at the hub {cleared} later."
        ),
    }
}

fn papers(variant: &Variant, lang: Lang) -> String {
    let sum = |of: fn(&Sheet) -> u64| variant.sheets.iter().map(of).sum::<u64>();
    let (receipts, lost, waiting) = (sum(|sheet| sheet.papers.receipts), sum(|sheet| sheet.papers.lost), sum(|sheet| sheet.papers.waiting));
    let counted = words::count(receipts);
    match lang {
        Lang::Zh if receipts == 0 => "本次仿真没有打印回执。".into(),
        Lang::En if receipts == 0 => "This run printed no receipt.".into(),
        Lang::Zh => format!("{counted} 件有回执的材料，丢失 {lost} 件；结束时 {waiting} 件尚未到达县中心但仍有保存。"),
        Lang::En => format!("Of {counted} papers with a receipt {lost} were lost; {waiting} were kept but not at the hub at the end."),
    }
}
