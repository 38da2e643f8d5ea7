//! Forwarding of opaque datagrams, so that a newcomer enrols through a neighbour.
