//! Golden bytes and rubbish.
