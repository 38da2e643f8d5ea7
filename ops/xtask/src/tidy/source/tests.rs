//! Where code ends and prose begins.

use super::*;

#[test]
fn comments_are_neither_code_nor_string() {
    let source = Source::split("let a = 1; // HashMap\n/* SELECT /* nested */ x */ let b = 2;\n//! unsafe\n");
    assert!(!source.code.contains("HashMap") && !source.code.contains("SELECT") && !source.code.contains("unsafe"));
    assert!(source.code.contains("let b = 2;"));
    assert_eq!(source.strings.trim(), "");
}

#[test]
fn a_string_is_kept_apart_from_the_code() {
    let source = Source::split(r#"let sql = "SELECT \" // x"; let n = 1;"#);
    assert!(source.strings.contains("SELECT \\\" // x"));
    assert_eq!(source.code, r#"let sql = ""; let n = 1;"#);
}

#[test]
fn a_raw_string_ends_at_its_own_hashes() {
    let source = Source::split("let a = r#\"one \" two\"#; unsafe_name");
    assert!(source.strings.contains("one \" two"));
    assert!(source.code.contains("unsafe_name"));
}

#[test]
fn a_quote_as_a_character_opens_no_string() {
    let source = Source::split("let q = '\"'; let e = '\\''; let l: &'static str = \"x\"; HashMap");
    assert!(source.code.contains("HashMap"));
    assert_eq!(source.strings.trim(), "x");
}

#[test]
fn lines_stay_where_they_were() {
    let text = "a\n\"b\nc\"\n/* d\n e */\nf\n";
    let source = Source::split(text);
    assert_eq!(source.code.lines().count(), text.lines().count());
    assert_eq!(source.code.lines().position(|line| line == "f"), Some(5));
    assert_eq!(source.strings.lines().count(), text.lines().count());
}
