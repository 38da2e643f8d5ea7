//! Golden bytes: one example of everything that travels or is kept, as it was released. It decodes for ever.
//!
//! Each file in `golden/` is hexadecimal text. `MESH_GOLDEN=write cargo test -p sync-protocol --test golden` writes files that are missing or
//! differ; a file that differs is a broken promise to every node out there, so that is for formats that were never released.

#[path = "golden/corpus.rs"]
mod corpus;
#[path = "golden/enrolment.rs"]
mod enrolment;
#[path = "golden/messages.rs"]
mod messages;
#[path = "golden/newer.rs"]
mod newer;
