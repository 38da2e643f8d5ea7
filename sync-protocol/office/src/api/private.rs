//! A field that may hold what belongs to a citizen: it travels, and never prints itself.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A value whose `Debug` says nothing of its content.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private<T>(pub T);

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Private")
    }
}
