//! Scopes as text.

use super::text;
use crate::testing::{SITE, code};
use mesh_model::place::{Class, Scope, Shelf};

#[test]
fn a_scope_is_told_by_code_where_the_registry_knows_it() {
    let cases = Scope::site(SITE, Class::CASES, Shelf(2026));
    assert_eq!(text(cases, |_| Some(code("511602101201"))), "511602101201/cases/2026");
    assert_eq!(text(cases, |_| None), "c0c0c0c0c0c0c0c0/cases/2026");
    let items = Scope::county(Class::CATALOGUE_VILLAGE, Shelf(2026));
    assert_eq!(text(items, |_| None), "county/catalogue-village/2026");
    assert_eq!(text(Scope::county(Class(31), Shelf(0)), |_| None), "county/class-31/0");
}
