//! The page of a study: for a terminal and as Markdown with its pictures. What is said is the same, only the dress differs.

use super::answers;
use super::plot::Picture;
use super::sheet::Sheet;
use super::study::{HEADLINES, Headline, Study};
use super::words::{self, Lang};
use std::collections::BTreeSet;

/// Broken promises that are written out, at most; the rest is counted.
const BROKEN_MAX: usize = 20;

/// One part of the page.
enum Block {
    Heading(&'static str),
    Said(String),
    Asked(&'static str, String),
    List(Vec<String>),
    Table(Vec<Vec<String>>),
    Code(String),
}

/// Returns the page for a terminal.
pub(super) fn text(study: &Study, lang: Lang) -> String {
    let mut lines = vec![study.scenario.clone()];
    for block in blocks(study, lang) {
        match block {
            Block::Heading(heading) => lines.extend([String::new(), heading.to_owned()]),
            Block::Said(said) => lines.push(format!("  {said}")),
            Block::Asked(question, answer) => lines.extend([format!("  {question}"), format!("      {answer}")]),
            Block::List(items) => lines.extend(items.into_iter().map(|item| format!("  - {item}"))),
            Block::Table(rows) => lines.extend(rows.into_iter().skip(1).map(|row| format!("  {}", row.join("  |  ")))),
            Block::Code(code) => lines.push(format!("  {code}")),
        }
    }
    if study.wall_ms > 0 {
        lines.push(format!("  {} {}", lang.pick("本机运行耗时", "took on this machine:"), lang.span(study.wall_ms)));
    }
    lines.join("\n")
}

/// Returns the page as Markdown with these pictures beside it.
pub(super) fn markdown(study: &Study, lang: Lang, pictures: &[Picture]) -> String {
    let mut out = format!("# {}\n", plain(&study.scenario));
    for (index, block) in blocks(study, lang).into_iter().enumerate() {
        out += "\n";
        out += &match block {
            Block::Heading(heading) => format!("## {heading}\n"),
            Block::Said(said) => format!("{}\n", plain(&said)),
            Block::Asked(question, answer) => format!("**{question}** {}\n", plain(&answer)),
            Block::List(items) => items.iter().map(|item| format!("- {}\n", plain(item))).collect(),
            Block::Table(rows) => table(&rows),
            Block::Code(code) => format!("    {code}\n"),
        };
        if index == pictures_after(study, lang) {
            for picture in pictures {
                out += &format!("\n![{}]({})\n", plain(&picture.title), picture.file);
            }
        }
    }
    out
}

/// Pictures stand behind the answers, before the figures.
fn pictures_after(study: &Study, lang: Lang) -> usize {
    let figures = lang.pick("主要数字", "Figures");
    let at = blocks(study, lang).iter().position(|block| matches!(block, Block::Heading(heading) if *heading == figures));
    at.unwrap_or(1).saturating_sub(1)
}

fn blocks(study: &Study, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Said(verdict(study, lang)), Block::Heading(lang.pick("要点", "Answers"))];
    blocks.extend(answers::of(study, lang).into_iter().map(|answer| Block::Asked(answer.question, answer.text)));
    blocks.extend([Block::Heading(lang.pick("主要数字", "Figures")), Block::Said(bands(study, lang)), Block::Table(figures(study, lang))]);
    blocks.push(Block::Heading(lang.pick("承诺与期望", "Promises and expectations")));
    blocks.push(Block::List(promises(study, lang)));
    blocks.push(Block::Heading(lang.pick("本报告从何而来", "Where this comes from")));
    blocks.push(Block::List(origin(study, lang)));
    blocks.push(Block::Said(lang.pick("复现本报告：", "To repeat it:").into()));
    blocks.push(Block::Code(command(study)));
    blocks.push(Block::Heading(lang.pick("模型的局限", "Limits of the model")));
    blocks.push(match study.limits.is_empty() {
        true => Block::Said(lang.pick("引擎没有说明其局限。", "The engine names no limits.").into()),
        false => Block::List(study.limits.clone()),
    });
    blocks
}

fn verdict(study: &Study, lang: Lang) -> String {
    let broken: usize = study.sheets().map(|sheet| sheet.broken.len()).sum();
    let missed = study.expect.iter().filter(|expected| !expected.kept).count();
    match lang {
        Lang::Zh if study.is_kept() => "结论：所有承诺和期望均已满足。".into(),
        Lang::Zh => format!("结论：违反承诺 {broken} 处，未达期望 {missed} 项。"),
        Lang::En if study.is_kept() => "Verdict: every promise and expectation was kept.".into(),
        Lang::En => format!("Verdict: {broken} breaches of promises, {missed} expectations not met."),
    }
}

fn bands(study: &Study, lang: Lang) -> String {
    let seeds = study.variants.iter().map(|variant| variant.sheets.len()).max().unwrap_or(0);
    match (seeds, lang) {
        (0 | 1, Lang::Zh) => "只有一个种子，没有范围；用 --seeds 运行多个种子可得 5–95 % 范围。".into(),
        (0 | 1, Lang::En) => "One seed has no band; run several (--seeds) for 5-95 % bands.".into(),
        (_, Lang::Zh) => format!("各格：中位数（5–95 % 范围），共 {seeds} 个种子。"),
        (_, Lang::En) => format!("Each cell: the middle seed (5-95 % of {seeds} seeds)."),
    }
}

fn figures(study: &Study, lang: Lang) -> Vec<Vec<String>> {
    let label = |label: &str| if label.is_empty() { lang.pick("数值", "figure").to_owned() } else { label.to_owned() };
    let head = [lang.pick("指标", "what").to_owned()].into_iter().chain(study.variants.iter().map(|variant| label(&variant.label)));
    let mut rows = vec![head.collect::<Vec<_>>()];
    for headline in HEADLINES {
        let cells: Vec<String> = study.variants.iter().map(|variant| cell(headline, variant, lang)).collect();
        let is_cost = headline.key == "month_cost_p95_milli";
        if !is_cost || study.sheets().any(|sheet| sheet.currency.is_some()) {
            rows.push([headline.name(lang).to_owned()].into_iter().chain(cells).collect());
        }
    }
    rows
}

fn cell(headline: &Headline, variant: &super::Variant, lang: Lang) -> String {
    let Some(band) = headline.band(variant) else { return lang.pick("未记录", "not recorded").into() };
    let say = |figure| lang.say(figure, headline.unit);
    match (band.seeds, lang) {
        (1, _) => say(band.middle),
        (_, Lang::Zh) => format!("{}（{} – {}）", say(band.middle), say(band.low), say(band.high)),
        (_, Lang::En) => format!("{} ({} - {})", say(band.middle), say(band.low), say(band.high)),
    }
}

fn promises(study: &Study, lang: Lang) -> Vec<String> {
    let mut items = Vec::new();
    for expected in &study.expect {
        let mark = if expected.kept { lang.pick("达到", "kept") } else { lang.pick("未达到", "NOT KEPT") };
        items.push(match lang {
            Lang::Zh => format!("{mark}：{}，要求 {}，实际 {}", expected.what, expected.want, expected.got),
            Lang::En => format!("{mark}: {} wants {}, got {}", expected.what, expected.want, expected.got),
        });
    }
    let broken: Vec<String> = study.variants.iter().flat_map(|variant| &variant.sheets).flat_map(|sheet| broken(sheet, lang)).collect();
    if broken.is_empty() {
        items.push(
            lang.pick(
                "各项承诺（回执不丢、不重号、一致、修复有终、静默）均已遵守",
                "every promise (papers, places, agreement, mending, rest) was kept",
            )
            .into(),
        );
    }
    let more = broken.len().saturating_sub(BROKEN_MAX);
    items.extend(broken.into_iter().take(BROKEN_MAX));
    if more > 0 {
        items.push(format!("{} {more}", lang.pick("其余未列出：", "not listed:")));
    }
    items
}

fn broken(sheet: &Sheet, lang: Lang) -> Vec<String> {
    let line = |broken: &super::Broken| match lang {
        Lang::Zh => format!("违反（种子 {}）：{}：{}", sheet.seed, broken.promise, broken.what),
        Lang::En => format!("BROKEN (seed {}): {}: {}", sheet.seed, broken.promise, broken.what),
    };
    sheet.broken.iter().map(line).collect()
}

fn origin(study: &Study, lang: Lang) -> Vec<String> {
    let mut items = vec![
        format!("{} {} ({})", lang.pick("场景：", "scenario:"), study.scenario, study.file_hash),
        format!("{} {}", lang.pick("引擎：", "engine:"), study.engine.word()),
        format!("{} {}", lang.pick("种子：", "seeds:"), seeds(study).iter().map(u64::to_string).collect::<Vec<_>>().join(", ")),
    ];
    if let Some(sheet) = study.sheets().next() {
        let (sites, days, receipts) = (sheet.sites, sheet.days, words::count(sheet.papers.receipts));
        items.push(match lang {
            Lang::Zh => format!("规模：{sites} 个站点，{days} 天，种子 {} 打印回执 {receipts} 张", sheet.seed),
            Lang::En => format!("size: {sites} sites, {days} days, {receipts} receipts in seed {}", sheet.seed),
        });
        let (outages, cuts) = (words::count(sheet.line_outages), words::count(sheet.power_cuts));
        items.push(match lang {
            Lang::Zh => format!("故障：断线 {outages} 次，停电 {cuts} 次（同一种子）"),
            Lang::En => format!("faults: {outages} line outages, {cuts} power cuts (same seed)"),
        });
        items.push(format!("{} {}", lang.pick("运行轨迹散列：", "trace hash:"), sheet.trace));
    }
    items
}

fn seeds(study: &Study) -> BTreeSet<u64> {
    study.sheets().map(|sheet| sheet.seed).collect()
}

/// Returns the command that repeats the study. Variants called `path=value` are those of a sweep.
fn command(study: &Study) -> String {
    let seeds = seeds(study);
    let (first, last) = (seeds.first().copied().unwrap_or(1), seeds.last().copied().unwrap_or(1));
    let seeds = if first == last { format!("--seed {first}") } else { format!("--seeds {first}..{last}") };
    let mut command = format!("simulate run {}.toml {seeds} --engine {}", study.scenario.replace(' ', "-"), study.engine.word());
    if let Some(sheet) = study.sheets().next() {
        command += &format!(" --days {}", sheet.days);
    }
    let pairs: Vec<(&str, &str)> = study.variants.iter().filter_map(|variant| variant.label.split_once('=')).collect();
    if let Some((path, _)) = pairs.first()
        && pairs.iter().all(|(other, _)| other == path)
    {
        let values: Vec<&str> = pairs.iter().map(|(_, value)| *value).collect();
        command += &format!(" --sweep {path}={}", values.join(","));
    }
    command + " -o out"
}

fn table(rows: &[Vec<String>]) -> String {
    let line =
        |row: &Vec<String>| format!("| {} |\n", row.iter().map(|cell| plain(cell).replace('|', "\\|")).collect::<Vec<_>>().join(" | "));
    let mut out = String::new();
    for (index, row) in rows.iter().enumerate() {
        out += &line(row);
        if index == 0 {
            out += &format!("|{}\n", " --- |".repeat(row.len()));
        }
    }
    out
}

/// Writes a text so that Markdown takes it for text, on one line.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            '\n' | '\r' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}
