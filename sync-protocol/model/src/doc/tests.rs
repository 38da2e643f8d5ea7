//! Documents keep their hash, also where a newer build wrote more than this one reads.

use super::calendar::CalendarYear;
use super::item::{ItemStatus, ItemVersion};
use super::site::SiteRecord;
use super::*;
use crate::division::Level;
use crate::id::SiteId;

fn item() -> ItemVersion {
    ItemVersion {
        code: "511A".parse().unwrap(),
        version: 1,
        name: "林木采伐".into(),
        department: "区林业局".into(),
        task_type: "01".into(),
        level: Level::Village,
        status: ItemStatus::Listed,
        effective: "2026-01-01".parse().unwrap(),
        guide: None,
        main_item: None,
        dept_code: None,
        published: None,
    }
}

/// Adds field 99 to a map, as a newer build might.
fn by_a_newer_build(bytes: &[u8]) -> Vec<u8> {
    let fields = u8::try_from(minicbor::Decoder::new(bytes).map().unwrap().unwrap()).unwrap();
    let mut longer = vec![0xa0 | (fields + 1)];
    longer.extend_from_slice(&bytes[1..]);
    longer.extend_from_slice(&[0x18, 99, 0x01]);
    longer
}

#[test]
fn an_item_keeps_the_hash_that_it_was_published_under() {
    let published = by_a_newer_build(&item().to_bytes());
    let read = ItemVersion::from_bytes(&published).unwrap();
    assert_eq!((read.name.as_str(), read.hash()), ("林木采伐", content_hash(&published)));
    assert_eq!(ItemVersion::from_bytes(&item().to_bytes()).unwrap(), item());
    let withdrawn = read.withdrawn("2026-12-01".parse().unwrap());
    assert_eq!(withdrawn.hash(), content_hash(&withdrawn.to_bytes()));
}

#[test]
fn a_calendar_year_keeps_the_hash_that_it_was_published_under() {
    let published = by_a_newer_build(&CalendarYear::new(2027).to_bytes());
    let read = CalendarYear::from_bytes(&published).unwrap();
    assert_eq!((read.year, read.hash()), (2027, content_hash(&published)));
    let revised = read.revised(read.revision);
    assert_eq!((revised.revision, revised.hash()), (2, content_hash(&revised.to_bytes())));
}

#[test]
fn a_site_record_reads_back() {
    let (code, parent) = ("511602001".parse().unwrap(), Some(SiteId([1; 8])));
    let site = SiteRecord { site: SiteId([2; 8]), code, kind: Level::Township, parent, name: "浓洄街道".into() };
    assert_eq!(SiteRecord::from_bytes(&site.to_bytes()).unwrap(), site);
    assert_eq!(SiteRecord::from_bytes(&by_a_newer_build(&site.to_bytes())).unwrap(), site);
}

#[test]
fn bytes_after_a_document_are_refused() {
    let mut bytes = item().to_bytes();
    bytes.push(0);
    assert!(ItemVersion::from_bytes(&bytes).is_err());
}
