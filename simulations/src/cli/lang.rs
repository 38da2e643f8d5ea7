//! In which language a report is told: as asked, else as the machine is set, else Chinese.

use crate::report::Lang;

/// Returns the language of `--lang`, or that of the first of LC_ALL, LC_MESSAGES and LANG that is set.
pub(super) fn choose(asked: Option<Lang>) -> Lang {
    asked.unwrap_or_else(|| of_machine(["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).ok())))
}

fn of_machine(settings: [Option<String>; 3]) -> Lang {
    let first = settings.into_iter().flatten().find(|setting| !setting.is_empty());
    if first.is_some_and(|setting| setting.starts_with("en")) { Lang::En } else { Lang::Zh }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_comes_first_unless_the_machine_is_english() {
        let of = |settings: [&str; 3]| of_machine(settings.map(|setting| Some(setting.to_owned())));
        assert_eq!(of(["", "", "en_US.UTF-8"]), Lang::En);
        assert_eq!(of(["zh_CN.UTF-8", "en_US.UTF-8", "en_US.UTF-8"]), Lang::Zh);
        assert_eq!(of(["C", "en_US", "en_US"]), Lang::Zh);
        assert_eq!(of_machine([None, None, None]), Lang::Zh);
    }
}
