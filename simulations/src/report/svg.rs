//! A small writer of SVG: whole pixels, no script, no outside resource, the same bytes for the same picture.
//!
//! What tells two things apart is never colour alone: fills are hatched or differ in lightness, lines are dashed, values are written out.

use std::fmt::Write as _;

pub(super) const INK: &str = "#1f2933";
pub(super) const SOFT: &str = "#5b6772";
pub(super) const GRID: &str = "#d9dee3";
pub(super) const BLUE: &str = "#1f5a94";
pub(super) const PALE: &str = "#c6dbee";
pub(super) const RUST: &str = "#b3541e";
/// Diagonal lines on white: nothing happened, or was not recorded.
pub(super) const HATCH: &str = "url(#hatch)";
/// How the lines of different variants are dashed, in order.
pub(super) const DASHES: [&str; 6] = ["", "9 4", "2 4", "12 3 2 3", "5 2", "1 6"];

const FONTS: &str = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','WenQuanYi Micro Hei',SimHei,sans-serif";

/// Which point of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    pub(super) colour: &'static str,
    pub(super) width: u8,
    pub(super) dash: &'static str,
}

impl Stroke {
    pub(super) const fn plain(colour: &'static str, width: u8) -> Stroke {
        Stroke { colour, width, dash: "" }
    }
}

/// A picture in the making.
#[derive(Debug)]
pub(super) struct Canvas {
    width: i64,
    height: i64,
    body: String,
}

impl Canvas {
    pub(super) fn new(width: i64, height: i64) -> Canvas {
        Canvas { width, height, body: String::new() }
    }

    /// Writes a text of this size.
    pub(super) fn text(&mut self, (x, y): (i64, i64), anchor: Anchor, size: u8, text: &str) {
        self.write_text((x, y), anchor, &format!("font-size=\"{size}\""), text);
    }

    /// Writes a heading.
    pub(super) fn heading(&mut self, (x, y): (i64, i64), size: u8, text: &str) {
        self.write_text((x, y), Anchor::Start, &format!("font-size=\"{size}\" font-weight=\"bold\""), text);
    }

    /// Writes a text that stays readable on whatever is behind it.
    pub(super) fn label(&mut self, (x, y): (i64, i64), anchor: Anchor, size: u8, text: &str) {
        let style = format!("font-size=\"{size}\" stroke=\"#fff\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\"");
        self.write_text((x, y), anchor, &style, text);
    }

    fn write_text(&mut self, (x, y): (i64, i64), anchor: Anchor, style: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let _ = writeln!(self.body, "<text x=\"{x}\" y=\"{y}\"{anchor} {style}>{}</text>", escaped(text));
    }

    /// Draws a straight line.
    pub(super) fn line(&mut self, from: (i64, i64), to: (i64, i64), stroke: Stroke) {
        self.path(&[from, to], stroke);
    }

    /// Draws a line through points.
    pub(super) fn path(&mut self, points: &[(i64, i64)], stroke: Stroke) {
        let Stroke { colour, width, dash } = stroke;
        let dash = if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dash}\"") };
        let points = listed(points);
        let _ = writeln!(self.body, "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{dash}/>");
    }

    /// Fills an outline.
    pub(super) fn area(&mut self, points: &[(i64, i64)], fill: &str) {
        let _ = writeln!(self.body, "<polygon points=\"{}\" fill=\"{fill}\"/>", listed(points));
    }

    /// Fills a rectangle.
    pub(super) fn rect(&mut self, (x, y): (i64, i64), (width, height): (i64, i64), fill: &str) {
        let _ = writeln!(self.body, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>");
    }

    /// Frames a rectangle.
    pub(super) fn frame(&mut self, (x, y): (i64, i64), (width, height): (i64, i64)) {
        let size = format!("width=\"{width}\" height=\"{height}\"");
        let _ = writeln!(self.body, "<rect x=\"{x}\" y=\"{y}\" {size} fill=\"none\" stroke=\"{SOFT}\" stroke-width=\"1\"/>");
    }

    /// Draws a dot.
    pub(super) fn dot(&mut self, (x, y): (i64, i64), fill: &str) {
        let _ = writeln!(self.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"5\" fill=\"{fill}\" stroke=\"#fff\" stroke-width=\"2\"/>");
    }

    /// Returns the picture; `title` and `description` are read out to those who do not see it.
    pub(super) fn finish(self, title: &str, description: &str) -> String {
        let Canvas { width, height, body } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
             aria-labelledby=\"title desc\" font-family=\"{FONTS}\" fill=\"{INK}\">\n<title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n\
             <defs><pattern id=\"hatch\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" fill=\"#fff\"/>\
             <path d=\"M0 8L8 0\" stroke=\"#8a949e\" stroke-width=\"1\"/></pattern></defs>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n{body}</svg>\n",
            escaped(title),
            escaped(description),
        )
    }
}

fn listed(points: &[(i64, i64)]) -> String {
    points.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ")
}

/// Writes a text so that XML takes it for text; characters that XML cannot hold become a replacement mark.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}
