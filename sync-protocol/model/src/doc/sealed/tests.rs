//! Nothing about a citizen shows where it should not.

use super::*;

fn applicant() -> Applicant {
    serde_json::from_str(r#"{"name":"示例甲","id_type":"111","id_no":"510000199001010000"}"#).unwrap()
}

#[test]
fn debug_prints_nothing_about_a_citizen() {
    let sealed = Sealed::applicant(&applicant());
    let printed = format!("{:?} {:?}", applicant(), sealed);
    assert!(!printed.contains("示例甲") && !printed.contains("1990"), "{printed}");
}

#[test]
fn a_masked_applicant_keeps_one_character_of_the_name_and_two_digits() {
    let masked = applicant().masked();
    assert_eq!((masked.name.as_str(), masked.id_no.as_str()), ("示**", "****************00"));
    let short = Applicant { name: "甲".into(), id_no: "7".into(), ..applicant() }.masked();
    assert_eq!((short.name.as_str(), short.id_no.as_str()), ("甲*", "*"));
}

#[test]
fn an_applicant_reads_back_from_its_sealed_field() {
    let sealed = Sealed::applicant(&applicant());
    assert_eq!(sealed.open_applicant().unwrap().unwrap(), applicant());
    assert!(Sealed { alg: 7, ..sealed }.open_applicant().is_none());
}

#[test]
fn fields_that_do_not_fit_on_a_receipt_are_refused() {
    assert_eq!(applicant().check(), Ok(()));
    assert_eq!(Applicant { name: " ".into(), ..applicant() }.check(), Err(BadApplicant::Name));
    assert_eq!(Applicant { id_type: "11".into(), ..applicant() }.check(), Err(BadApplicant::IdType));
    assert_eq!(Applicant { name: "示例\n甲".into(), ..applicant() }.check(), Err(BadApplicant::NameLines));
    for id_no in ["1".repeat(17), "1".repeat(19), format!("{}甲", "1".repeat(15)), format!("{}a", "1".repeat(17))] {
        assert_eq!(Applicant { id_no, ..applicant() }.check(), Err(BadApplicant::ResidentId));
    }
    assert_eq!(Applicant { id_no: format!("{}X", "1".repeat(17)), ..applicant() }.check(), Ok(()));
    let other = |id_no: String| Applicant { id_type: "414".into(), id_no, ..applicant() }.check();
    assert_eq!((other("1".repeat(30)), other("1".repeat(31))), (Ok(()), Err(BadApplicant::IdNo)));
    assert_eq!((other(String::new()), other("1\t2".into())), (Err(BadApplicant::IdNo), Err(BadApplicant::IdNo)));
    assert_eq!(Applicant { phone: Some(String::new()), ..applicant() }.check(), Err(BadApplicant::Phone));
}
