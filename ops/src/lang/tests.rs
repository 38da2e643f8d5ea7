//! Which variable decides, and what it says.

use super::*;

fn chosen(set: &[(&str, &str)]) -> Lang {
    Lang::of_environment(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value)))
}

#[test]
fn an_office_without_a_locale_reads_chinese() {
    assert_eq!(chosen(&[]), Lang::Chinese);
    assert_eq!(chosen(&[("LANG", "C.UTF-8")]), Lang::Chinese);
    assert_eq!(chosen(&[("LANG", "zh_CN.UTF-8")]), Lang::Chinese);
    assert_eq!(chosen(&[("LANG", "de_DE.UTF-8")]), Lang::Chinese);
}

#[test]
fn the_strongest_variable_that_is_set_decides() {
    assert_eq!(chosen(&[("LANG", "en_GB.UTF-8")]), Lang::English);
    assert_eq!(chosen(&[("LC_ALL", "zh_CN.UTF-8"), ("LANG", "en_US")]), Lang::Chinese);
    assert_eq!(chosen(&[("LC_MESSAGES", "en"), ("LANG", "zh_CN")]), Lang::English);
    assert_eq!(chosen(&[("LC_ALL", ""), ("LANG", "en_US")]), Lang::English);
}
