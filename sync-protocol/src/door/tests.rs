//! Tables over the door.
