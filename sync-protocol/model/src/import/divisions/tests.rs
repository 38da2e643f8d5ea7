//! The real county, and rows that cannot be used.

use super::*;

#[test]
fn the_demo_county_has_358_divisions() {
    let file = parse_divisions_csv(crate::demo_data::DIVISIONS);
    assert_eq!(file.errors, []);
    let count = |level| file.rows.iter().filter(|row| row.level == level).count();
    assert_eq!((count(Level::County), count(Level::Township), count(Level::Village)), (1, 25, 332));
    assert_eq!(file.rows[0].name, "广安区");
}

#[test]
fn rows_that_cannot_be_used_are_reported_by_line_and_take_their_children_with_them() {
    let text = "code,name,level,parent_code\n\
        511602,广安区,county,5117\n\
        511602001,浓洄街道,township,511602\n\
        511602001,又一个,township,511602\n\
        511602002,北辰街道,village,511602\n\
        511602003,,township,511602\n\
        511602004001,无父社区,village,511602004\n\
        511602001001,社区,village,511602002\n\
        51160,短,county,\n\
        511602005,省,province,511602\n";
    let file = parse_divisions_csv(text);
    let lines: Vec<u64> = file.errors.iter().map(|error| error.line).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8, 9, 10], "{:?}", file.errors);
    assert!(file.rows.is_empty());
    let good = parse_divisions_csv(&text.replace("county,5117\n", "county,5116\n"));
    assert_eq!(good.rows.len(), 2);
}
