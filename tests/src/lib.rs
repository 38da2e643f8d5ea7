//! What the suite and its helper programs share. The tests themselves are in `suite/`.

pub mod marker;
pub mod pages;
