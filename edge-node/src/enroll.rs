//! `edge-node enroll`: proves a token to the hub, directly or through a neighbour, and keeps what comes back. May be repeated.

use crate::cli::EnrollArgs;
use mesh_model::id::{NodeId, SiteId};
use mesh_office::daemon::{failed_to, lock_trouble};
use mesh_office::face::{Face, Form};
use mesh_office::manner::{check_clock_file, keys_trouble};
use mesh_office::trouble::{Lang, Trouble, chain_of, chinese};
use mesh_runtime::enrol::newcomer::EnrolError;
use mesh_runtime::enrol::{Enrolled, enrol};
use mesh_runtime::env::{Env, RealEnv};
use mesh_runtime::link::DialError;
use mesh_runtime::lock::{DataLock, create_private_dir};
use serde::Serialize;
use std::io::{Read, Write};
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
    check_clock_file(args.clock_file.as_deref())?;
    let env: Arc<dyn Env> = Arc::new(RealEnv::new().with_clock_file(args.clock_file));
    let line = read_token(&args.token_file)?;
    let token = Token::from_line(&line)
        .map_err(|error| Trouble::BadToken { zh: "内容不是完整的令牌".to_owned(), why: error.to_string() })?;
    create_private_dir(&args.data).map_err(|error| lock_trouble(&error))?;
    let _lock = DataLock::take(&args.data).map_err(|error| lock_trouble(&error))?;
    tell_progress(face, args.via.as_deref(), &token);
    let enrolled = enrol(&env, &args.data, &token, args.via.as_deref()).await.map_err(|error| trouble(&error, &args.data))?;
    let admitted = admitted(enrolled, args.data);
    let text = match face.lang {
        Lang::Chinese => {
            let Admitted { node, site, county, data, .. } = &admitted;
            format!("已入网：县 {county}，节点 {node}，站点 {site}\n下一步: edge-node run --data {}", data.display())
        }
        Lang::English => {
            let Admitted { node, site, county, data, .. } = &admitted;
            format!("enrolled: county {county}, node {node}, site {site}\nnext: edge-node run --data {}", data.display())
        }
    };
    face.answer(&admitted, &text)
}

/// Says on standard error whom it waits for; with JSON nothing but the answer is printed.
fn tell_progress(face: Face, via: Option<&str>, token: &Token) {
    if face.form == Form::Json {
        return;
    }
    let to = via.map_or_else(|| token.addresses.join(", "), str::to_owned);
    let _ = match face.lang {
        Lang::Chinese => writeln!(std::io::stderr(), "正在连接 {to} …"),
        Lang::English => writeln!(std::io::stderr(), "connecting to {to} …"),
    };
}

fn admitted(enrolled: Enrolled, data: PathBuf) -> Admitted {
    let Enrolled { node, county, site, block, hub, addresses, .. } = enrolled;
    Admitted { schema: "edge.enroll/1", node, site, county, block, hub, addresses, data }
}

fn read_token(file: &Path) -> Result<String, Trouble> {
    let unread = |error: std::io::Error| {
        let why = format!("{}: {error}", file.display());
        let zh = format!("{}：{}", file.display(), chinese::fault(&why).unwrap_or("无法读取"));
        Trouble::BadToken { zh, why }
    };
    let mut line = String::new();
    if file == Path::new("-") {
        std::io::stdin().lock().take(TOKEN_BYTES_MAX).read_to_string(&mut line).map_err(unread)?;
    } else {
        std::fs::File::open(file).map_err(unread)?.take(TOKEN_BYTES_MAX).read_to_string(&mut line).map_err(unread)?;
    }
    Ok(line)
}

/// TLS alerts, as QUIC numbers them, by which this end says that the certificate shown is not the one wanted.
const CERTIFICATE_ALERTS: std::ops::RangeInclusive<u64> = 0x100 + 42..=0x100 + 48;

/// Returns whether the handshake failed at the certificate: what answers does not lead to the root that the token pins.
fn is_other_root(error: &quinn::ConnectionError) -> bool {
    matches!(error, quinn::ConnectionError::TransportError(fault) if CERTIFICATE_ALERTS.contains(&u64::from(fault.code)))
}

fn not_reached(dial: &DialError) -> String {
    match dial {
        DialError::Resolve { name } => format!("找不到 {name} 的地址"),
        DialError::Start { address, .. } => format!("无法向 {address} 发起连接"),
        DialError::Connect { address, source } => match source {
            quinn::ConnectionError::TimedOut => format!("{address} 没有应答（超时）"),
            _ => format!("{address} 的连接没有建立"),
        },
        DialError::Nameless { address } => format!("{address} 的对方没有出示名称"),
    }
}

fn trouble(error: &EnrolError, data: &Path) -> Trouble {
    match error {
        EnrolError::Already => Trouble::DataExists { path: data.display().to_string() },
        EnrolError::Refused(refusal) => Trouble::TokenRefused { zh: chinese::enrolment(*refusal).to_owned(), why: chain_of(error) },
        EnrolError::Misfit => Trouble::OtherHub {},
        EnrolError::Dial(DialError::Connect { source, .. }) if is_other_root(source) => Trouble::OtherHub {},
        EnrolError::NoAddress => Trouble::HubUnreachable { zh: "令牌中没有可连接的地址".to_owned(), why: chain_of(error) },
        EnrolError::Dial(dial) => Trouble::HubUnreachable { zh: not_reached(dial), why: chain_of(error) },
        EnrolError::Exchange(_) => Trouble::HubUnreachable { zh: "连接在应答之前中断".to_owned(), why: chain_of(error) },
        EnrolError::Keys(keys) => keys_trouble(keys, "enrol"),
        EnrolError::File(_) | EnrolError::Request(_) | EnrolError::Tls(_) | EnrolError::Net(_) => failed_to("enrol")(error),
    }
}
