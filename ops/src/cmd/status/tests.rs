//! Every problem that a node tells is worded, in both languages, with a next step.

use super::problem::words_of;
use super::{draw_ways, problem};
use crate::lang::Lang;
use crate::page::Page;
use mesh_office::api::node::{Problem, WayShown};

const KINDS: [&str; 8] =
    ["full", "cache_behind", "damaged_bodies", "damaged_pages", "journal_shortened", "store_lost", "branch_opened", "fork_seen"];

#[test]
fn every_problem_is_worded_with_its_next_step() {
    for lang in [Lang::Chinese, Lang::English] {
        let page = Page::new(lang);
        let unknown = words_of(&Problem::of("newer", 3), &page).next;
        for kind in KINDS {
            let trouble = words_of(&Problem::of(kind, 3), &page);
            assert!(!trouble.what.starts_with(&format!("{kind}:")) && trouble.next != unknown, "{kind}: {}", trouble.what);
        }
    }
}

#[test]
fn a_shortened_journal_says_how_many_were_known_and_where_the_old_lists_are() {
    let lost = Problem { known: Some(12), detail: Some("cache.lost-7.db".to_owned()), ..Problem::of("journal_shortened", 5) };
    let what = words_of(&lost, &Page::new(Lang::Chinese)).what;
    assert!(what.contains("12 件") && what.contains("还缺 5") && what.contains("cache.lost-7.db"), "{what}");
}

#[test]
fn a_way_that_is_not_reached_is_named_with_its_reason_in_words() {
    let way = |reached, why: &str| WayShown {
        address: "hub.example:4710".to_owned(),
        node: None,
        reached,
        why: Some(why.to_owned()),
        detail: None,
    };
    let mut page = Page::new(Lang::Chinese);
    draw_ways(&[way(true, "closed"), way(false, "not_the_county")], &mut page);
    assert_eq!(page.text(), "! 未接通 hub.example:4710: 对方不是本县枢纽\n");
    assert_eq!(problem::why(Lang::Chinese, "unreachable"), "网络不通");
}
