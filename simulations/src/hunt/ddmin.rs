//! Delta debugging: the smallest part of a list that still fails, by taking things out.
//!
//! The result is minimal in this sense: with any single thing less it does not fail.

/// Returns a part of `items`, in their order, that `fails` and of which nothing can be taken out.
///
/// `items` themselves are taken to fail. Large pieces are tried first, so that a few of a thousand are found in some dozens of trials.
pub fn ddmin<T: Clone>(items: &[T], mut fails: impl FnMut(&[T]) -> bool) -> Vec<T> {
    let mut kept = items.to_vec();
    let mut piece = kept.len();
    while piece > 0 {
        let mut took = Took::Nothing;
        let mut at = 0;
        while at < kept.len() {
            let end = (at + piece).min(kept.len());
            let rest = [&kept[..at], &kept[end..]].concat();
            if fails(&rest) {
                kept = rest;
                took = Took::Something;
            } else {
                at = end;
            }
        }
        piece = match took {
            // One thing less can make another one needless.
            Took::Something if piece == 1 => 1,
            Took::Something | Took::Nothing => piece.min(kept.len()) / 2,
        };
    }
    kept
}

enum Took {
    Nothing,
    Something,
}

#[cfg(test)]
mod tests {
    use super::ddmin;

    #[test]
    fn two_needed_of_a_thousand_are_found_in_some_dozens_of_trials() {
        let all: Vec<u32> = (0..1_001).collect();
        let mut trials = 0;
        let found = ddmin(&all, |some| {
            trials += 1;
            some.contains(&17) && some.contains(&903)
        });
        assert_eq!(found, [17, 903]);
        assert!(trials <= 60, "{trials} trials");
    }

    #[test]
    fn nothing_is_left_when_nothing_is_needed() {
        assert_eq!(ddmin(&[1, 2, 3], |_| true), [0_i32; 0]);
        assert_eq!(ddmin(&[0_i32; 0], |_| true), [0_i32; 0]);
    }

    #[test]
    fn everything_is_left_when_everything_is_needed() {
        assert_eq!(ddmin(&[1, 2, 3, 4, 5], |some| some.len() == 5), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn what_is_left_fails_and_with_any_one_less_does_not() {
        // Fails when it holds an even number of sevens' multiples, two at least, and any number above 40.
        let fails = |some: &[u32]| {
            let sevens = some.iter().filter(|number| *number % 7 == 0).count();
            sevens >= 2 && sevens.is_multiple_of(2) && some.iter().any(|number| *number > 40)
        };
        let all: Vec<u32> = (1..=56).collect();
        assert!(fails(&all));
        let found = ddmin(&all, fails);
        assert!(fails(&found));
        for without in 0..found.len() {
            let mut less = found.clone();
            less.remove(without);
            assert!(!fails(&less), "{found:?} without {without}");
        }
    }
}
