//! `edge-node enroll`: proves a token to the hub, directly or through a neighbour, and keeps what comes back. May be repeated.

use crate::cli::EnrollArgs;
use mesh_model::id::{NodeId, SiteId};
use mesh_office::daemon::{failed_to, lock_trouble};
use mesh_office::face::Face;
use mesh_office::trouble::{Lang, Trouble, chain_of};
use mesh_runtime::enrol::newcomer::EnrolError;
use mesh_runtime::enrol::{Enrolled, enrol};
use mesh_runtime::env::{Env, RealEnv};
use mesh_runtime::lock::{DataLock, create_private_dir};
use serde::Serialize;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use sync_protocol::enrol::Token;

/// Bytes of a token file that are read.
const TOKEN_BYTES_MAX: u64 = 16 * 1024;

/// What `edge-node enroll` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Admitted {
    /// Name and version of the shape.
    pub schema: &'static str,
    /// This node.
    pub node: NodeId,
    /// Whose window it is.
    pub site: SiteId,
    /// Six digits of the county.
    pub county: String,
    /// Its block of numbering values.
    pub block: u8,
    /// The hub node.
    pub hub: NodeId,
    /// Where it will dial.
    pub addresses: Vec<String>,
    /// The data directory.
    pub data: PathBuf,
}

/// Enrols this machine.
///
/// # Errors
/// [`Trouble`]; keys and request are kept, and the same token may be tried again unless it was refused.
pub async fn enroll(args: EnrollArgs, face: Face) -> Result<(), Trouble> {
    let env: Arc<dyn Env> = Arc::new(RealEnv::new().with_clock_file(args.clock_file));
    let line = read_token(&args.token_file)?;
    let token = Token::from_line(&line).map_err(|error| Trouble::BadToken { why: error.to_string() })?;
    create_private_dir(&args.data).map_err(|error| lock_trouble(&error))?;
    let _lock = DataLock::take(&args.data).map_err(|error| lock_trouble(&error))?;
    let enrolled = enrol(&env, &args.data, &token, args.via.as_deref()).await.map_err(|error| trouble(&error, &args.data))?;
    let admitted = admitted(enrolled, args.data);
    let text = match face.lang {
        Lang::Chinese => format!("已入网：节点 {}，站点 {}", admitted.node, admitted.site),
        Lang::English => format!("enrolled: node {}, site {}", admitted.node, admitted.site),
    };
    face.show(&admitted, &text);
    Ok(())
}

fn admitted(enrolled: Enrolled, data: PathBuf) -> Admitted {
    let Enrolled { node, county, site, block, hub, addresses, .. } = enrolled;
    Admitted { schema: "edge.enroll/1", node, site, county, block, hub, addresses, data }
}

fn read_token(file: &Path) -> Result<String, Trouble> {
    let unread = |error: std::io::Error| Trouble::BadToken { why: format!("{}: {error}", file.display()) };
    let mut line = String::new();
    if file == Path::new("-") {
        std::io::stdin().lock().take(TOKEN_BYTES_MAX).read_to_string(&mut line).map_err(unread)?;
    } else {
        std::fs::File::open(file).map_err(unread)?.take(TOKEN_BYTES_MAX).read_to_string(&mut line).map_err(unread)?;
    }
    Ok(line)
}

fn trouble(error: &EnrolError, data: &Path) -> Trouble {
    match error {
        EnrolError::Already => Trouble::DataExists { path: data.display().to_string() },
        EnrolError::Refused(_) | EnrolError::Misfit => Trouble::TokenRefused { why: chain_of(error) },
        EnrolError::NoAddress | EnrolError::Dial(_) | EnrolError::Exchange(_) => Trouble::HubUnreachable { why: chain_of(error) },
        EnrolError::Keys(_) | EnrolError::File(_) | EnrolError::Request(_) | EnrolError::Tls(_) | EnrolError::Net(_) => {
            failed_to("enrol")(error)
        }
    }
}
