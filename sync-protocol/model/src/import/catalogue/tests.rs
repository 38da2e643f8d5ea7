//! The real catalogue with all its known defects.

use super::*;
use crate::import::org_code::check_org_code;

fn real() -> CatalogueFile {
    parse_catalogue_csv(crate::demo_data::CATALOGUE)
}

fn seqs(file: &CatalogueFile, kind: DefectKind) -> Vec<&str> {
    file.defects.iter().filter(|defect| defect.kind == kind).map(|defect| defect.seq.as_str()).collect()
}

#[test]
fn every_known_defect_of_the_real_catalogue_is_reported() {
    let file = real();
    assert_eq!((file.rows.len(), file.errors.len()), (1_135, 0));
    let want = [
        (DefectKind::AreaCode, 1),
        (DefectKind::CheckDigit, 8),
        (DefectKind::DeptCode, 789),
        (DefectKind::NameTwice, 2),
        (DefectKind::NotWellFormed, 3),
        (DefectKind::OrgLength, 143),
        (DefectKind::TaskTypeZero, 605),
        (DefectKind::Unsorted, 615),
    ];
    assert_eq!(file.defect_counts(), BTreeMap::from(want));
    assert_eq!(seqs(&file, DefectKind::NotWellFormed), ["166", "367", "631"]);
    assert_eq!(seqs(&file, DefectKind::AreaCode), ["118"]);
}

#[test]
fn codes_stay_as_they_are_and_kinds_of_item_get_their_zero() {
    let file = real();
    assert!(file.rows.iter().all(|row| row.task_type.len() == 2));
    assert!(file.rows.iter().any(|row| row.code.as_str() == "E-000004-001-11511301008778386B"));
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let text = crate::demo_data::CATALOGUE.replace("\r\n", "\n");
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert!(parse_catalogue_csv(&windows) == parse_catalogue_csv(&text));
}

#[test]
fn rows_that_cannot_be_used_are_left_out_with_their_line() {
    let text = "seq,department,main_item,name,item_code,task_type,dept_code\n\
        1,区经信局,未分类,甲,A-1,10,X\n\
        2,区经信局,未分类,乙,A-1,10,X\n\
        3,,未分类,丙,A-3,10,X\n\
        4,区经信局,未分类,丁,A 4,10,X\n\
        5,区经信局,未分类,戊,A-5,许可,X\n";
    let file = parse_catalogue_csv(text);
    let lines: Vec<u64> = file.errors.iter().map(|error| error.line).collect();
    assert_eq!(lines, [3, 4, 5, 6]);
    assert_eq!(file.rows.len(), 1);
}

#[test]
fn the_check_digit_of_an_organisation_is_checked() {
    assert_eq!(check_org_code("11511301008778183N"), Ok(()));
    assert_eq!(check_org_code("115113010087781830"), Err(OrgCodeFault::CheckDigit));
    assert_eq!(check_org_code("2222222222222"), Err(OrgCodeFault::Length));
    assert_eq!(check_org_code("1151130100877818IN"), Err(OrgCodeFault::CheckDigit));
}
