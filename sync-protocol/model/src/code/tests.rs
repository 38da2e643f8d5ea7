//! Item codes and staff ids keep their rules.

use super::*;

#[test]
fn an_item_code_is_opaque_text_of_up_to_64_characters() {
    let real = "511A0138000000-511602000000-000-115113010833722043-1-00";
    assert_eq!(real.parse::<ItemCode>().unwrap().to_string(), real);
    assert!("x".repeat(64).parse::<ItemCode>().is_ok());
    for text in ["", "a b", "a_b", "编码", &"x".repeat(65)] {
        assert_eq!(text.parse::<ItemCode>(), Err(BadCode::Item), "{text}");
    }
}

#[test]
fn a_staff_id_has_no_blanks_and_no_control_characters() {
    assert!("示例甲-01".parse::<StaffId>().is_ok());
    for text in ["", "a b", "a\nb", "a\u{3000}b", &"x".repeat(33)] {
        assert_eq!(text.parse::<StaffId>(), Err(BadCode::Staff), "{text}");
    }
}
