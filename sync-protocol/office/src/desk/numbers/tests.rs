//! Numbers over clean stops, unclean stops, lost databases and copies.

use super::{Drawn, NOTE, Numbers};
use crate::testing::{TestEnv, code, day};
use mesh_model::id::Branch;
use mesh_model::number::CaseNumber;
use mesh_runtime::journal::{Journal, Reader};
use mesh_runtime::store::memory::Disk;
use std::path::Path;
use sync_protocol::journal::{Ticket, Write};

const STORE: Branch = Branch([1; 8]);

async fn open(data: &Path, disk: &Disk, branch: Branch) -> Numbers {
    let reader: Reader = disk.journal().reader();
    Numbers::open(data, &reader, branch, &*TestEnv::on("2026-01-07")).await.expect("opens")
}

async fn commit(disk: &Disk, drawn: &Drawn) {
    let (key, value) = drawn.note();
    assert_eq!(key, NOTE);
    disk.journal().commit(vec![(Ticket(1), vec![Write::Note { key, value }])]).await.expect("commits");
}

fn draw(numbers: &mut Numbers, branch: Branch) -> Drawn {
    numbers.draw(code("511602101201"), 0, branch, day("2026-01-07"), &*TestEnv::on("2026-01-07")).expect("a number")
}

async fn hand_out(numbers: &mut Numbers, disk: &Disk) -> CaseNumber {
    let drawn = draw(numbers, STORE);
    numbers.spend(&drawn).expect("kept");
    commit(disk, &drawn).await;
    drawn.number
}

#[tokio::test]
async fn a_clean_stop_goes_on_with_the_next_number_of_the_same_value() {
    let (data, disk) = (tempfile::tempdir().expect("a directory"), Disk::default());
    let mut numbers = open(data.path(), &disk, STORE).await;
    let first = hand_out(&mut numbers, &disk).await;
    numbers.close();
    let second = hand_out(&mut open(data.path(), &disk, STORE).await, &disk).await;
    assert_eq!((second.node2(), second.seq()), (first.node2(), first.seq() + 1));
}

#[tokio::test]
async fn an_unclean_stop_takes_the_next_value() {
    let (data, disk) = (tempfile::tempdir().expect("a directory"), Disk::default());
    let first = hand_out(&mut open(data.path(), &disk, STORE).await, &disk).await;
    let second = hand_out(&mut open(data.path(), &disk, STORE).await, &disk).await;
    assert_eq!(second.node2().index(), (first.node2().index() + 1) % 32);
}

#[tokio::test]
async fn a_number_that_was_spent_before_a_cut_is_never_handed_out_again() {
    let (data, disk) = (tempfile::tempdir().expect("a directory"), Disk::default());
    let mut numbers = open(data.path(), &disk, STORE).await;
    let spent = draw(&mut numbers, STORE);
    numbers.spend(&spent).expect("kept");
    // The machine stops before the case is durable; even a stop that looks clean repeats nothing.
    numbers.close();
    assert!(hand_out(&mut open(data.path(), &disk, STORE).await, &disk).await > spent.number);
}

#[tokio::test]
async fn a_number_that_was_drawn_and_not_spent_is_drawn_again() {
    let (data, disk) = (tempfile::tempdir().expect("a directory"), Disk::default());
    let mut numbers = open(data.path(), &disk, STORE).await;
    hand_out(&mut numbers, &disk).await;
    let refused = draw(&mut numbers, STORE).number;
    assert_eq!(hand_out(&mut numbers, &disk).await, refused);
}

#[tokio::test]
async fn a_database_put_back_from_yesterday_draws_another_value_and_keeps_the_high_water() {
    let (data, disk) = (tempfile::tempdir().expect("a directory"), Disk::default());
    let mut numbers = open(data.path(), &disk, STORE).await;
    let first = hand_out(&mut numbers, &disk).await;
    let yesterday = disk.copy();
    let later = hand_out(&mut numbers, &disk).await;
    numbers.close();
    let put_back = hand_out(&mut open(data.path(), &yesterday, STORE).await, &yesterday).await;
    assert!(put_back != first && put_back != later, "{put_back}");
    let branched = draw(&mut open(data.path(), &yesterday, STORE).await, Branch([2; 8])).number;
    assert_ne!(branched.node2(), put_back.node2());
}

#[tokio::test]
async fn a_lost_database_leaves_the_numbers_beside_it() {
    let (data, disk) = (tempfile::tempdir().expect("a directory"), Disk::default());
    let mut numbers = open(data.path(), &disk, STORE).await;
    let first = hand_out(&mut numbers, &disk).await;
    numbers.close();
    let fresh = Disk::default();
    let second = hand_out(&mut open(data.path(), &fresh, Branch([2; 8])).await, &fresh).await;
    assert_ne!(second.node2(), first.node2());
}

#[tokio::test]
async fn a_copy_of_a_machine_that_had_moved_on_without_handing_out_a_number_repeats_none() {
    let (data, disk) = (tempfile::tempdir().expect("a directory"), Disk::default());
    hand_out(&mut open(data.path(), &disk, STORE).await, &disk).await;
    // An unclean stop; then the whole machine is copied before the next number.
    let mut numbers = open(data.path(), &disk, STORE).await;
    let (copy, beside) = (disk.copy(), tempfile::tempdir().expect("a directory"));
    for name in [super::HIGH_FILE, super::OPEN_FILE] {
        std::fs::copy(data.path().join(name), beside.path().join(name)).expect("copied");
    }
    let printed = hand_out(&mut numbers, &disk).await;
    let put_back = hand_out(&mut open(beside.path(), &copy, STORE).await, &copy).await;
    assert_ne!(put_back, printed);
}
