//! Every failure says what, why and what next, and ends with the number of the table.

use super::*;
use std::io;
use std::path::{Path, PathBuf};

fn all(lang: Lang) -> Vec<Failure> {
    vec![
        Failure::file(lang, "sites.csv", &io::Error::from(io::ErrorKind::NotFound)),
        Failure::no_data(lang),
        Failure::applicant(lang, 1, 7),
        Failure::unreachable(lang, Path::new("/srv/hub"), &"refused"),
        Failure::broken(lang, &"reset"),
        Failure::of_trouble(lang, &Trouble::Output { why: "No space left on device (os error 28)".to_owned() }),
    ]
}

#[test]
fn every_failure_has_three_parts_in_both_languages() {
    for lang in [Lang::Chinese, Lang::English] {
        for failure in all(lang) {
            assert_eq!(failure.text(lang).lines().count(), 3, "{failure:?}");
        }
    }
}

#[test]
fn a_chinese_failure_has_no_english_sentence_and_a_file_in_gbk_says_how_to_convert_it() {
    let gbk = Failure::file(Lang::Chinese, "a.csv", &io::ErrorKind::InvalidData.into());
    assert!(gbk.text(Lang::Chinese).contains("iconv -f GBK -t UTF-8 a.csv"), "{gbk:?}");
    let missing = Failure::file(Lang::Chinese, "a.csv", &io::Error::from_raw_os_error(2));
    assert!(missing.text(Lang::Chinese).contains("文件或目录不存在") && !missing.text(Lang::Chinese).contains("No such"), "{missing:?}");
    let full = &all(Lang::Chinese)[5];
    assert_eq!((full.exit(), full.text(Lang::Chinese).contains("磁盘空间已满")), (1, true), "{full:?}");
}

#[test]
fn codes_differ() {
    let mut codes: Vec<String> = all(Lang::English).into_iter().map(|failure| failure.problem.code).collect();
    codes.sort();
    let count = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), count);
}

#[test]
fn a_daemon_that_does_not_answer_is_five_and_says_how_to_start_it() {
    let gone = ClientError::NotRunning { path: PathBuf::from("/srv/hub/admin.sock"), source: io::ErrorKind::NotFound.into() };
    let failure = Failure::of_client(Lang::English, Path::new("/srv/hub"), gone);
    assert_eq!(failure.exit(), 5);
    assert!(failure.text(Lang::English).contains("hub serve --data /srv/hub"));
    assert!(failure.text(Lang::English).contains("edge-node run --data /srv/hub"));
}

#[test]
fn a_daemons_problem_is_passed_on_as_it_came() {
    let problem = Failure::new("E0201", Exit::NotFound, "没有这个办件", "没有编号", "核对编号").problem;
    let failure = Failure::of_client(Lang::Chinese, Path::new("x"), ClientError::Problem(problem.clone()));
    assert_eq!((failure.exit(), failure.problem), (3, problem));
}

#[test]
fn an_exit_status_outside_the_table_becomes_failed() {
    let mut failure = Failure::no_data(Lang::English);
    failure.problem.exit = 0;
    assert_eq!(failure.exit(), 1);
    failure.problem.exit = 77;
    assert_eq!(failure.exit(), 1);
}
