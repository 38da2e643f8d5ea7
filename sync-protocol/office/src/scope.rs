//! Scopes as text, as `digest` and `status` print them: `county/catalogue-village/2026`, `511602101201/cases/2026`.

use mesh_model::division::DivisionCode;
use mesh_model::id::SiteId;
use mesh_model::place::{Class, Place, Scope};

/// Returns a scope as text; a site that the registry does not know stands there by its id.
#[must_use]
pub fn text(scope: Scope, code_of: impl Fn(SiteId) -> Option<DivisionCode>) -> String {
    let place = match scope.place {
        Place::County => "county".to_owned(),
        Place::Site(site) => code_of(site).map_or_else(|| site.to_string(), |code| code.to_string()),
    };
    format!("{place}/{}/{}", class_word(scope.class), scope.shelf.0)
}

fn class_word(class: Class) -> String {
    let word = match class {
        Class::AUTHORITY => "authority",
        Class::DAY => "day",
        Class::REGISTRY => "registry",
        Class::CALENDAR => "calendar",
        Class::ORDERS => "orders",
        Class::CATALOGUE_COUNTY => "catalogue-county",
        Class::CATALOGUE_TOWNSHIP => "catalogue-township",
        Class::CATALOGUE_VILLAGE => "catalogue-village",
        Class::CASES => "cases",
        Class::ROSTER => "roster",
        Class::SHARED => "shared",
        Class(number) => return format!("class-{number}"),
    };
    word.to_owned()
}

#[cfg(test)]
mod tests;
