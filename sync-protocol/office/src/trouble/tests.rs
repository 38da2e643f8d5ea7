//! The table of troubles: stable codes, both languages.

use super::{CODES, Exit, Lang, Trouble};
use std::collections::BTreeSet;

#[test]
fn no_code_stands_twice() {
    let codes: BTreeSet<&str> = CODES.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes.len(), CODES.len());
}

#[test]
fn a_trouble_is_told_in_the_language_asked_for() {
    let trouble = Trouble::NoCase { number: "N-1".to_owned() };
    let (zh, en) = (trouble.say(Lang::Chinese), trouble.say(Lang::English));
    assert!(zh.what.contains("办件") && zh.cause.contains("N-1"), "{zh:?}");
    assert!(en.what.is_ascii() && en.cause.contains("N-1"), "{en:?}");
    assert_eq!((trouble.code(), trouble.exit()), ("E0201", Exit::NotFound));
}

#[test]
fn a_locale_that_begins_with_en_is_english_and_the_rest_is_chinese() {
    let of = |value: &'static str| Lang::of_environment(move |name| (name == "LANG").then(|| value.into()));
    assert_eq!((of("en_GB.UTF-8"), of("zh_CN.UTF-8"), of("C")), (Lang::English, Lang::Chinese, Lang::Chinese));
}

#[test]
fn every_refusal_of_the_model_has_chinese_words() {
    use mesh_model::case::{Superseded, Unauthorised};
    let superseded = [Superseded::AlreadyDone, Superseded::NotReturned, Superseded::OfferPending, Superseded::TooEarly];
    let unauthorised = [Unauthorised::LevelMayNot, Unauthorised::NotCustodian, Unauthorised::UnknownNode, Unauthorised::WrongSite];
    let words = superseded.map(Superseded::word).into_iter().chain(unauthorised.map(Unauthorised::word));
    for word in words {
        assert_ne!(crate::words::refusal(word), crate::words::refusal("?"), "{word}");
    }
}
