//! `doc`: what is stored.

super::verbs! {
    /// Shows every body here, in order of scope, without personal data
    Dump = dump,
}
