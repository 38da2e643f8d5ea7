//! The pictures of a report, one a file; each says what it shows without the page around it.

mod backlog;
mod bytes;
mod cdf;
mod hub;
mod strip;
mod variants;

use super::study::Study;
use super::svg::{Anchor, Canvas, GRID, SOFT, Stroke};
use super::words::Lang;

/// One picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) file: &'static str,
    pub(super) title: String,
    pub(super) svg: String,
}

/// Draws every picture for which there are figures.
pub(super) fn all(study: &Study, lang: Lang) -> Vec<Picture> {
    let drawn = [
        cdf::draw(study, lang),
        strip::draw(study, lang),
        bytes::draw(study, lang),
        hub::draw(study, lang),
        backlog::draw(study, lang),
        variants::draw(study, lang),
    ];
    drawn.into_iter().flatten().collect()
}

/// Width of every picture.
const WIDTH: i64 = 1_000;

/// Where the figures of a picture are drawn.
#[derive(Clone, Copy, Debug)]
struct Plot {
    left: i64,
    top: i64,
    right: i64,
    bottom: i64,
}

impl Plot {
    fn width(self) -> i64 {
        self.right - self.left
    }

    fn height(self) -> i64 {
        self.bottom - self.top
    }

    /// Returns the column of a figure between 0 and `max`.
    fn x(self, figure: u64, max: u64) -> i64 {
        self.left + scaled(figure, max, self.width())
    }

    /// Returns the row of a figure between 0 and `max`.
    fn y(self, figure: u64, max: u64) -> i64 {
        self.bottom - scaled(figure, max, self.height())
    }

    /// Draws the frame, horizontal lines at round figures from 0 to `max`, and what the figures are, above them.
    fn rule(self, canvas: &mut Canvas, max: u64, title: &str, say: impl Fn(u64) -> String) {
        canvas.text((self.left - 8, self.top - 14), Anchor::Start, 14, title);
        for mark in marks(max) {
            let y = self.y(mark, max);
            canvas.line((self.left, y), (self.right, y), Stroke::plain(GRID, 1));
            canvas.text((self.left - 8, y + 5), Anchor::End, 13, &say(mark));
        }
        canvas.line((self.left, self.bottom), (self.right, self.bottom), Stroke::plain(SOFT, 1));
    }
}

fn scaled(figure: u64, max: u64, pixels: i64) -> i64 {
    let share = i128::from(figure.min(max)) * i128::from(pixels) / i128::from(max.max(1));
    i64::try_from(share).unwrap_or(pixels)
}

/// Returns the smallest round figure (1, 2 or 5 and zeros) that is not below one.
fn round_up(figure: u64) -> u64 {
    let mut size = 1_u64;
    loop {
        for step in [1, 2, 5] {
            if size * step >= figure || size > u64::MAX / 20 {
                return size * step;
            }
        }
        size *= 10;
    }
}

/// Returns up to six round figures from 0 to `max`.
fn marks(max: u64) -> Vec<u64> {
    let step = round_up(max.div_ceil(5).max(1));
    (0..).map(|index| index * step).take_while(|mark| *mark <= max).collect()
}

/// Opens a picture with its title and a second line.
fn open(height: i64, title: &str, second: &str) -> Canvas {
    let mut canvas = Canvas::new(WIDTH, height);
    canvas.heading((24, 36), 21, title);
    canvas.text((24, 62), Anchor::Start, 14, second);
    canvas
}

/// Says which of several runs a picture is of.
fn of_run(study: &Study, label: &str, seed: u64, lang: Lang) -> String {
    let mut out = format!("{} {seed}", lang.pick("种子", "seed"));
    if study.variants.len() > 1 && !label.is_empty() {
        out = format!("{label}, {out}");
    }
    out
}
