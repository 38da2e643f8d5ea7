//! A plan says what publishing would change, and the same plan has the same id.

use super::*;
use crate::demo_data::{CATALOGUE, GUIDES};
use crate::import::{parse_catalogue_csv, parse_guides_jsonl};

fn plan(rows: &[CatalogueRow], guides: &[GuideRow], current: &BTreeMap<ItemCode, ItemVersion>) -> CataloguePlan {
    let effective = "2026-11-22".parse().unwrap();
    CataloguePlan::new(&PlanInput { rows, guides, current, offered: Level::Village, effective })
}

fn published(plan: &CataloguePlan) -> BTreeMap<ItemCode, ItemVersion> {
    plan.to_publish().map(|item| (item.code.clone(), item.clone())).collect()
}

#[test]
fn the_real_catalogue_gives_1135_new_items_of_which_54_are_complete() {
    let rows = parse_catalogue_csv(CATALOGUE).rows;
    let guides = parse_guides_jsonl(GUIDES, "test").rows;
    let first = plan(&rows, &guides, &BTreeMap::new());
    assert_eq!((first.new.len(), first.changed.len(), first.unchanged.len()), (1_135, 0, 0));
    assert_eq!(first.new.iter().filter(|item| item.status == ItemStatus::Complete).count(), 54);
    let again = plan(&rows, &guides, &published(&first));
    assert_eq!((again.new.len(), again.changed.len(), again.unchanged.len()), (0, 0, 1_135));
}

#[test]
fn the_id_of_a_plan_does_not_depend_on_the_order_of_rows() {
    let mut rows = parse_catalogue_csv(CATALOGUE).rows;
    let first = plan(&rows, &[], &BTreeMap::new());
    rows.reverse();
    assert_eq!(plan(&rows, &[], &BTreeMap::new()).id(), first.id());
    rows.pop();
    assert_ne!(plan(&rows, &[], &BTreeMap::new()).id(), first.id());
}

#[test]
fn changes_name_their_fields_and_guides_stay_when_only_the_catalogue_comes() {
    let rows = parse_catalogue_csv(CATALOGUE).rows;
    let guides = parse_guides_jsonl(GUIDES, "test").rows;
    let current = published(&plan(&rows, &guides, &BTreeMap::new()));
    let mut renamed = rows.clone();
    renamed[0].name.push_str("（新）");
    let next = plan(&renamed, &[], &current);
    assert_eq!(next.changed.len(), 1);
    assert_eq!(next.changed[0].fields, ["name"]);
    assert_eq!(next.changed[0].item.version, 2);
}

#[test]
fn withdrawn_items_stay_withdrawn_and_items_not_in_the_file_are_only_named() {
    let rows = parse_catalogue_csv(CATALOGUE).rows;
    let mut current = published(&plan(&rows, &[], &BTreeMap::new()));
    let withdrawn = current[&rows[0].code].withdrawn("2026-12-01".parse().unwrap());
    current.insert(rows[0].code.clone(), withdrawn);
    let next = plan(&rows[..10], &[], &current);
    assert_eq!(next.withdrawn, [rows[0].code.clone()]);
    assert_eq!(next.absent.len(), 1_125);
    assert_eq!(next.unchanged.len(), 9);
}

#[test]
fn a_published_item_reads_back_and_keeps_its_hash() {
    let rows = parse_catalogue_csv(CATALOGUE).rows;
    let guides = parse_guides_jsonl(GUIDES, "test").rows;
    for item in plan(&rows, &guides, &BTreeMap::new()).to_publish() {
        let read = ItemVersion::from_bytes(&item.to_bytes()).unwrap();
        assert!((&read, read.hash()) == (item, item.hash()), "{}", item.code);
    }
}
