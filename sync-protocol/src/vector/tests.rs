//! Tables over rows.
