//! What was fitted, as a stanza for a scenario file and as lines for a person.

use super::{Fit, PAYLOAD_PERCENT, SpanFit};
use crate::report::Lang;

/// Bad rows that a person is shown, at most; the stanza counts all.
const BAD_MAX: usize = 50;

/// The line that explains the file.
pub(super) struct Line {
    pub(super) rate_bps: Option<u64>,
    pub(super) rtt_ms: Option<u64>,
    pub(super) jitter_ms: u64,
    pub(super) loss_ppm: u64,
    pub(super) burst: u16,
}

impl Fit {
    /// Returns the line's settings.
    pub(super) fn line(&self) -> Line {
        // Two even delays of 0 to J on top of each other: 5 % to 95 % of their sum are 1.368 J apart, and their middle is J.
        let jitter_us = self.rtt_us.map_or(0, |rtt| (rtt.p95 - rtt.p5) * 1_000 / 1_368);
        Line {
            rate_bps: self.payload_bps.map(|payload| round(payload.p50 * 100 / PAYLOAD_PERCENT).max(1_000)),
            rtt_ms: self.rtt_us.map(|rtt| rtt.p50.saturating_sub(jitter_us).div_ceil(1_000)),
            jitter_ms: jitter_us / 1_000,
            loss_ppm: self.loss.as_ref().map_or(0, |loss| u64::from(crate::report::ppm(loss.lost, loss.sent))),
            burst: self.loss.as_ref().map_or(1, |loss| loss.burst),
        }
    }

    /// Returns the `[[class]]` of a scenario file, with a comment on each figure. What nobody measured stands there as a comment to be filled in.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut out = format!("# Fitted from field telemetry: {} rows of {} sites used, {} not.\n", self.rows, self.sites, self.bad.len());
        out += "[[class]]\nname = \"field\"\n";
        out += &format!("count = {}\nparent = \"hub\"\n", self.sites.clamp(1, 1_000));
        out += &self.link_toml();
        out += &span_toml("up", self.up.as_ref());
        out += &span_toml("gap", self.gap.as_ref());
        out
    }

    fn link_toml(&self) -> String {
        let line = self.line();
        let mut out = String::new();
        if let Some(payload) = self.payload_bps {
            let (count, low, middle, high) = (payload.count, payload.p5, payload.p50, payload.p95);
            out += &format!(
                "# {count} transfers: payload {middle} bit/s (5-95 %: {low} to {high}); the line is taken to be {PAYLOAD_PERCENT} % payload\n"
            );
        }
        if let Some(rtt) = self.rtt_us {
            let us = |us: u64| format!("{}.{:03}", us / 1_000, us % 1_000);
            out += &format!("# {} round trips: {} ms (5-95 %: {} to {})\n", rtt.count, us(rtt.p50), us(rtt.p5), us(rtt.p95));
        }
        match &self.loss {
            Some(loss) => {
                let (sent, lost, count, all) = (loss.sent, loss.lost, loss.samples, loss.interval_ppm);
                out += &format!("# {lost} of {sent} packets lost in {count} intervals (5-95 %: {} to {})\n", share(all.p5), share(all.p95));
            }
            None => out += "# loss was not measured: none is assumed\n",
        }
        let rate = line.rate_bps.map(rate);
        let rtt = line.rtt_ms.map(|ms| format!("{ms}ms"));
        let hash = if rate.is_some() && rtt.is_some() { "" } else { "# NOT MEASURED, fill in: " };
        let (rate, rtt) = (rate.unwrap_or_else(|| "?".into()), rtt.unwrap_or_else(|| "?".into()));
        out += &format!("{hash}link = {{ rate = \"{rate}\", rtt = \"{rtt}\"");
        if line.jitter_ms > 0 {
            out += &format!(", jitter = \"{}ms\"", line.jitter_ms);
        }
        if line.loss_ppm > 0 {
            out += &format!(", loss = \"{}\"", share(line.loss_ppm));
        }
        if line.burst > 1 {
            out += &format!(", loss_model = \"gilbert\", burst = {}", line.burst);
        }
        out + " }\n"
    }

    /// Returns what was fitted as lines for a person, bad rows included.
    #[must_use]
    pub fn to_text(&self, lang: Lang) -> String {
        let none = || lang.pick("未测量", "not measured").to_owned();
        let line = self.line();
        let mut lines = vec![match lang {
            Lang::Zh => format!("采用 {} 行，{} 个站点；{} 行未采用", self.rows, self.sites, self.bad.len()),
            Lang::En => format!("{} rows of {} sites used, {} not", self.rows, self.sites, self.bad.len()),
        }];
        let mut say = |zh, en, text: Option<String>| lines.push(format!("  {}: {}", lang.pick(zh, en), text.unwrap_or_else(none)));
        let transfers = |count: u64| lang.pick("次传输", "transfers").to_owned() + &format!(" {count}");
        say(
            "线路速率",
            "line rate",
            self.payload_bps.map(|all| {
                let (low, high) = (rate(all.p5 * 100 / PAYLOAD_PERCENT), rate(all.p95 * 100 / PAYLOAD_PERCENT));
                format!("{} (5-95 %: {low} - {high}; {})", rate(line.rate_bps.unwrap_or(0)), transfers(all.count))
            }),
        );
        say("太短而未用的传输", "transfers too short to tell", Some(self.short_transfers.to_string()));
        say(
            "往返时延",
            "round trip",
            self.rtt_us
                .map(|all| format!("{} ms (5-95 %: {} - {} ms; n = {})", all.p50 / 1_000, all.p5 / 1_000, all.p95 / 1_000, all.count)),
        );
        say(
            "丢包",
            "loss",
            self.loss.as_ref().map(|loss| {
                let (low, high) = (share(loss.interval_ppm.p5), share(loss.interval_ppm.p95));
                format!(
                    "{} (5-95 %: {low} - {high}; {} / {}; {} {})",
                    share(line.loss_ppm),
                    loss.lost,
                    loss.sent,
                    lang.pick("平均突发", "mean burst"),
                    loss.burst
                )
            }),
        );
        say("连通时长", "up for", self.up.as_ref().map(|span| span_text(span, lang)));
        say("断开时长", "away for", self.gap.as_ref().map(|span| span_text(span, lang)));
        for row in self.bad.iter().take(BAD_MAX) {
            lines.push(format!("  {} {}: {}", lang.pick("未采用，第", "not used, line"), row.line, row.why));
        }
        if self.bad.len() > BAD_MAX {
            lines.push(format!("  {} {}", lang.pick("其余未采用的行数：", "further rows not used:"), self.bad.len() - BAD_MAX));
        }
        lines.join("\n")
    }
}

fn span_text(span: &SpanFit, lang: Lang) -> String {
    let (mean, low, high, max) = (lang.span(span.mean_ms), lang.span(span.ms.p5), lang.span(span.ms.p95), lang.span(span.ms.max));
    match lang {
        Lang::Zh => format!("平均 {mean}（5–95 %：{low} – {high}，最长 {max}；完整 {} 段，未结束 {} 段）", span.whole, span.cut_off),
        Lang::En => format!("{mean} in the mean (5-95 %: {low} - {high}, longest {max}; {} whole, {} cut off)", span.whole, span.cut_off),
    }
}

fn span_toml(key: &str, span: Option<&SpanFit>) -> String {
    let Some(span) = span else { return format!("# {key} was not measured\n") };
    let (low, high, max) = (time(span.ms.p5), time(span.ms.p95), time(span.ms.max));
    let mut out = format!("# {} whole, {} cut off (5-95 %: {low} to {high}, longest {max})\n", span.whole, span.cut_off);
    out += &match span.empirical_ms.is_empty() {
        true => format!("{key} = {{ mean = \"{}\" }}\n", time(span.mean_ms)),
        false => {
            let quantiles: Vec<String> = span.empirical_ms.iter().map(|ms| format!("\"{}\"", time(*ms))).collect();
            format!("{key} = {{ dist = \"empirical\", quantiles = [{}] }}\n", quantiles.join(", "))
        }
    };
    out
}

/// Writes a length of time as scenarios do, to three digits or better.
fn time(ms: u64) -> String {
    match ms {
        0..10_000 => format!("{ms}ms"),
        10_000..600_000 => format!("{}s", ms / 1_000),
        600_000..36_000_000 => format!("{}m", ms / 60_000),
        _ => format!("{}.{}h", ms / 3_600_000, ms % 3_600_000 / 360_000),
    }
}

fn rate(bps: u64) -> String {
    let bps = round(bps);
    if bps.is_multiple_of(1_000) { format!("{}kbit/s", bps / 1_000) } else { format!("{bps}bit/s") }
}

fn share(ppm: u64) -> String {
    format!("{}.{:03}%", ppm / 10_000, ppm % 10_000 / 10)
}

/// Rounds to three digits.
fn round(figure: u64) -> u64 {
    let mut unit = 1;
    while figure / unit >= 1_000 {
        unit *= 10;
    }
    (figure + unit / 2) / unit * unit
}
