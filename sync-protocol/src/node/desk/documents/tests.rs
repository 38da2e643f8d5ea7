//! What a desk may write on without asking the journal.

use super::*;

fn document(number: usize) -> DocId {
    DocId((number as u128).to_be_bytes())
}

/// Heads on which the first event stands.
fn heads(value: &[u8]) -> DocumentHeads {
    let change = DocumentHeads::default().append([1; 16], value.to_vec());
    let mut heads = DocumentHeads::default();
    heads.take(&change, change.to_bytes().1, &[1; 16]);
    heads
}

fn write(documents: &mut Documents, ticket: u64, number: usize) {
    documents.on_written(Ticket(ticket), document(number), heads(b"first"));
}

#[test]
fn a_paper_on_its_way_and_a_durable_one_are_written_on_without_asking() {
    let mut documents = Documents::default();
    assert!(documents.heads(&document(1)).is_none());
    write(&mut documents, 7, 1);
    assert_eq!(documents.heads(&document(1)), Some(&heads(b"first")));
    documents.on_durable(Ticket(6));
    assert_eq!(documents.heads(&document(1)), Some(&heads(b"first")));
    documents.on_durable(Ticket(7));
    let next = |heads: &DocumentHeads| heads.append([1; 16], b"second".to_vec());
    assert_eq!(documents.heads(&document(1)).map(next), Some(next(&heads(b"first"))));
}

#[test]
fn what_others_wrote_on_is_asked_for_again() {
    let mut documents = Documents::default();
    write(&mut documents, 1, 1);
    documents.on_durable(Ticket(1));
    documents.on_others(&[document(1)]);
    assert!(documents.heads(&document(1)).is_none());
}

#[test]
fn what_others_wrote_on_while_a_paper_was_on_its_way_is_not_remembered() {
    for stage in 0..3 {
        let mut documents = Documents::default();
        let others_at = |now: usize, documents: &mut Documents| {
            if now == stage {
                documents.on_others(&[document(1)]);
            }
        };
        assert!(documents.ask(document(1)) && !documents.ask(document(1)));
        others_at(0, &mut documents);
        documents.on_loaded(document(1), DocumentHeads::default());
        others_at(1, &mut documents);
        write(&mut documents, 3, 1);
        documents.drop_loaded();
        others_at(2, &mut documents);
        documents.on_durable(Ticket(3));
        assert!(documents.heads(&document(1)).is_none(), "at stage {stage}");
        write(&mut documents, 4, 1);
        documents.on_durable(Ticket(4));
        assert!(documents.heads(&document(1)).is_some(), "in peace again after stage {stage}");
    }
}

#[test]
fn what_the_journal_refused_is_forgotten() {
    let mut documents = Documents::default();
    write(&mut documents, 1, 1);
    documents.on_refused();
    documents.on_durable(Ticket(1));
    assert!(documents.heads(&document(1)).is_none());
}

#[test]
fn the_document_written_longest_ago_is_forgotten_first() {
    let mut documents = Documents::default();
    for (ticket, number) in (0..REMEMBERED_MAX).chain([0, REMEMBERED_MAX]).enumerate() {
        write(&mut documents, ticket as u64, number);
        documents.on_durable(Ticket(ticket as u64));
    }
    assert!(documents.heads(&document(0)).is_some(), "written again");
    assert!(documents.heads(&document(1)).is_none());
    assert_eq!((documents.remembered.len(), documents.by_age.len()), (REMEMBERED_MAX, REMEMBERED_MAX));
}
