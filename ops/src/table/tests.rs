//! Straight columns.

use super::*;

#[test]
fn chinese_and_latin_cells_stand_straight() {
    let mut table = Table::new([("站点", Side::Left), ("件数", Side::Right), ("state", Side::Left)]);
    table.row(["浓洄街道".to_owned(), "7".to_owned(), "ok".to_owned()]);
    table.row(["hub".to_owned(), "1024".to_owned(), String::new()]);
    assert_eq!(table.lines(), ["站点      件数  state", "浓洄街道     7  ok", "hub       1024"].map(str::to_owned));
}

#[test]
fn a_cell_never_breaks_its_row_nor_steers_the_terminal() {
    let mut table = Table::new([("a", Side::Left)]);
    table.row(["x\ny\u{1b}[2J".to_owned()]);
    assert_eq!(table.lines()[1], "x y [2J");
}

#[test]
fn a_text_is_cut_at_whole_characters() {
    assert_eq!(cut("林木采伐许可", 7), "林木采…");
    assert_eq!(cut("林木采伐许可", 8), "林木采…");
    assert_eq!(cut("林木采伐许可", 12), "林木采伐许可");
    assert_eq!(padded("采伐", 6, Side::Right), "  采伐");
}
