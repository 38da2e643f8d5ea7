//! The hidden `daemon hub|edge …`: this program as one of the two daemons, for the demo's own processes.
//!
//! It ends when its standard input does, so no daemon outlives the demo that started it, however the demo ended.

use std::ffi::OsString;
use std::io::Read;
use std::process::ExitCode;

/// The word after which the daemon's own arguments follow.
pub(crate) const WORD: &str = "daemon";

/// Which daemon to be, and its own arguments.
pub(crate) struct Daemon {
    post: Post,
    args: Vec<OsString>,
}

/// The two daemons.
#[derive(Clone, Copy)]
enum Post {
    Hub,
    Edge,
}

/// Reads `meshctl daemon hub|edge ARGS…`; `None` for every other command line.
pub(crate) fn asked(args: &[OsString]) -> Option<Daemon> {
    if args.get(1)? != WORD {
        return None;
    }
    let (post, name) = match args.get(2)?.to_str()? {
        "hub" => (Post::Hub, "hub"),
        "edge" => (Post::Edge, "edge-node"),
        _ => return None,
    };
    let args = std::iter::once(OsString::from(name)).chain(args[3..].iter().cloned()).collect();
    Some(Daemon { post, args })
}

impl Daemon {
    /// Is that daemon until it ends.
    pub(crate) fn run(self) -> ExitCode {
        std::thread::spawn(end_with_standard_input);
        match self.post {
            Post::Hub => hub::main_with(self.args),
            Post::Edge => edge_node::main_with(self.args),
        }
    }
}

/// Ends the process when nobody holds the other end of standard input. The journal survives a cut at any moment.
fn end_with_standard_input() {
    let mut bytes = [0; 64];
    while std::io::stdin().read(&mut bytes).is_ok_and(|read| read > 0) {}
    std::process::exit(0);
}

#[cfg(test)]
mod tests;
