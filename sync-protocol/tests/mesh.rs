//! Nodes of a small county over journals in memory and links in queues: every interleaving, every cut, no world.

#[path = "mesh/adversary.rs"]
mod adversary;
#[path = "mesh/backoff.rs"]
mod backoff;
#[path = "mesh/bounds.rs"]
mod bounds;
#[path = "mesh/county.rs"]
mod county;
#[path = "mesh/deeds.rs"]
mod deeds;
#[path = "mesh/desk.rs"]
mod desk;
#[path = "mesh/disk.rs"]
mod disk;
#[path = "mesh/gaps.rs"]
mod gaps;
#[cfg(feature = "sabotage")]
#[path = "mesh/guards.rs"]
mod guards;
#[path = "mesh/hostile.rs"]
mod hostile;
#[path = "mesh/power.rs"]
mod power;
#[path = "mesh/properties.rs"]
mod properties;
#[path = "mesh/reconnect.rs"]
mod reconnect;
#[path = "mesh/refusal.rs"]
mod refusal;
#[path = "mesh/revoke.rs"]
mod revoke;
#[path = "mesh/sent.rs"]
mod sent;
#[path = "mesh/stories.rs"]
mod stories;
#[path = "mesh/urged.rs"]
mod urged;
