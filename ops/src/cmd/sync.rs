//! `sync`: dialling now, and where a document is.

super::verbs! {
    /// Dials every peer now, whatever the back-off says
    Now = now,
    /// Says where a document is, in which batches, and who holds them
    Explain = explain,
}
