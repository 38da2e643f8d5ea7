//! Tables over the log.
