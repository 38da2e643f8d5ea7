//! Division codes know their level and their parent.

use super::*;

fn code(text: &str) -> DivisionCode {
    text.parse().unwrap()
}

#[test]
fn a_code_is_kept_as_twelve_digits_and_knows_its_level() {
    assert_eq!(code("511602").to_string(), "511602000000");
    assert_eq!(code("511602").level(), Level::County);
    assert_eq!(code("511602001"), code("511602001000"));
    assert_eq!(code("511602001").level(), Level::Township);
    assert_eq!(code("511602001005").level(), Level::Village);
}

#[test]
fn parents_lead_to_the_county_and_stop_there() {
    let village = code("511602001005");
    assert_eq!(village.parent(), Some(code("511602001")));
    assert_eq!(village.parent().and_then(DivisionCode::parent), Some(code("511602")));
    assert_eq!(code("511602").parent(), None);
    assert_eq!(village.county(), code("511602"));
}

#[test]
fn other_lengths_letters_and_villages_without_township_are_refused() {
    for text in ["", "5116", "51160200", "5116020010051", "51160A", "511602000005", "000000", "５１１６０２"] {
        assert_eq!(text.parse::<DivisionCode>(), Err(BadDivision), "{text}");
    }
}

#[test]
fn a_code_travels_as_text() {
    let village = code("511602001005");
    assert_eq!(serde_json::to_string(&village).unwrap(), "\"511602001005\"");
    let bytes = minicbor::to_vec(village).unwrap();
    assert_eq!(minicbor::decode::<DivisionCode>(&bytes).unwrap(), village);
}
