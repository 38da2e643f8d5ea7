//! Nodes of a small county over journals in memory and links in queues: every interleaving, every cut, no world.

#[path = "mesh/county.rs"]
mod county;
#[path = "mesh/disk.rs"]
mod disk;
#[path = "mesh/properties.rs"]
mod properties;
#[path = "mesh/stories.rs"]
mod stories;
