//! The list of guards, and what it is made of in builds that cannot switch one off.

use super::*;

#[test]
fn guards_are_numbered_from_one_in_order_of_their_names() {
    let names: Vec<String> = Guard::ALL.iter().map(|guard| format!("{guard:?}")).collect();
    assert!(names.is_sorted(), "{names:?}");
    assert!(Guard::ALL.is_sorted());
    assert_eq!((Guard::ALL[0].number(), Guard::ALL[19].number()), (1, 20));
}

#[test]
fn all_guards_stand_unless_one_is_switched_off() {
    assert!(Guard::ALL.into_iter().all(|guard| Guards::default().keep(guard)));
    #[cfg(feature = "sabotage")]
    for off in Guard::ALL {
        let kept = Guard::ALL.into_iter().filter(|guard| Guards::without(Some(off)).keep(*guard));
        assert!(kept.eq(Guard::ALL.into_iter().filter(|guard| *guard != off)));
    }
}

#[test]
#[cfg(not(feature = "sabotage"))]
fn guards_that_cannot_be_switched_off_weigh_nothing() {
    assert_eq!(size_of::<Guards>(), 0);
    assert!(!FEATURES.contains(&"sabotage"));
}
