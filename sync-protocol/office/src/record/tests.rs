//! Records read back what was written, and leave alone what is not theirs.

use super::{Paper, catalogue_class};
use crate::testing::{day, item};
use mesh_model::division::Level;
use mesh_model::id::NodeId;
use mesh_model::place::{Class, Scope, Shelf};
use sync_protocol::io::LocalBody;
use sync_protocol::record::RecordTag;

#[test]
fn a_paper_reads_back_and_other_records_are_left_alone() {
    let paper = Paper::Item(Box::new(item(1)));
    assert_eq!(Paper::read(&paper.to_bytes()).expect("reads"), Some(paper));
    assert_eq!(Paper::read(&RecordTag::DAY.0.to_be_bytes()).expect("reads"), None);
    assert_eq!(Paper::read(&[]).expect("reads"), None);
    assert!(Paper::read(&[0, 66, 0xff]).is_err());
}

#[test]
fn two_versions_of_an_item_are_one_document_in_the_scope_of_its_level() {
    let scope = Paper::Item(Box::new(item(1))).scope(day("2026-01-07"));
    assert_eq!(scope, Scope::county(Class::CATALOGUE_VILLAGE, Shelf(2026)));
    let document = |version| match Paper::Item(Box::new(item(version))).body(scope, NodeId::default()) {
        LocalBody::Record { document, .. } | LocalBody::Event { document, .. } | LocalBody::Change { document, .. } => document,
    };
    assert!(document(1) == document(2) && document(1).is_in(scope));
    assert_eq!(catalogue_class(Level::County), Class::CATALOGUE_COUNTY);
}
