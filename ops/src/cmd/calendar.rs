//! `calendar`: working days. Importing is the hub's alone.

super::verbs! {
    /// Publishes the years of a file (date,kind,name)
    Import = import,
    /// Shows one published year
    Show = show,
    /// Counts a due date as every node does
    Due = due,
}
