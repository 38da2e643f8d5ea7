//! Tables whose columns stand straight although a Chinese character is two cells wide.

use unicode_width::UnicodeWidthStr;

/// Cells between two columns.
const GAP: usize = 2;

/// On which side of its column a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// For words.
    Left,
    /// For figures.
    Right,
}

/// A table in the making.
#[derive(Clone, Debug)]
pub struct Table {
    head: Vec<String>,
    sides: Vec<Side>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Begins a table with these columns.
    #[must_use]
    pub fn new<const N: usize>(columns: [(&str, Side); N]) -> Table {
        Table {
            head: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
            sides: columns.iter().map(|(_, side)| *side).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; a cell that is not given stays empty, one too many is left out.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into_iter().map(|cell| one_line(&cell)).collect());
    }

    /// Returns whether it has no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the lines, the head first; no line ends in blanks.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let widths: Vec<usize> = (0..self.head.len()).map(|column| self.width_of(column)).collect();
        std::iter::once(&self.head).chain(&self.rows).map(|row| self.line_of(row, &widths)).collect()
    }

    fn width_of(&self, column: usize) -> usize {
        std::iter::once(&self.head).chain(&self.rows).filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
    }

    fn line_of(&self, row: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, width), side) in row.iter().zip(widths).zip(&self.sides) {
            line.push_str(&padded(cell, *width, *side));
            line.push_str(&" ".repeat(GAP));
        }
        line.trim_end().to_owned()
    }
}

/// Returns `text` filled with blanks up to `width` cells; a wider one comes back as it is.
#[must_use]
pub fn padded(text: &str, width: usize, side: Side) -> String {
    let blanks = " ".repeat(width.saturating_sub(text.width()));
    match side {
        Side::Left => format!("{text}{blanks}"),
        Side::Right => format!("{blanks}{text}"),
    }
}

/// Returns `text` cut to `width` cells, with an ellipsis where something was cut off.
#[must_use]
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        let longer = format!("{kept}{c}");
        // The ellipsis itself takes one cell.
        if longer.width() + 1 > width {
            break;
        }
        kept = longer;
    }
    kept.push('…');
    kept
}

/// A cell never breaks its row, and a name out of a file never steers the terminal.
fn one_line(cell: &str) -> String {
    cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests;
