//! A county of real daemons in a folder of its own: a hub with the real registry and catalogue, and sites that enrol with it.

use crate::house::{Daemon, Said, program, run, until};
use crate::line::Line;
use serde_json::Value;
use std::net::{SocketAddr, UdpSocket};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A plainly fictitious applicant; the last character of the number fails the check.
pub const APPLICANT: &str = r#"{"name":"示例甲","id_type":"111","id_no":"511602199001010010"}"#;
/// A village's township, as the story has it.
pub const TOWNSHIP: &str = "511602101";

/// Returns a file of the demo's data.
pub fn demo_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ops/demo/data").join(name)
}

/// A node's place on this machine: its data, its arguments, and the daemon while it runs.
pub struct Node {
    pub data: PathBuf,
    pub address: SocketAddr,
    name: &'static str,
    args: Vec<String>,
    env: Vec<(&'static str, PathBuf)>,
    log: PathBuf,
    daemon: Option<Daemon>,
}

impl Node {
    fn new(folder: &Path, name: &str, program: &'static str, args: &[&str]) -> Node {
        let data = folder.join(name);
        let address = free_address();
        let mut all: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        all.extend(["--data".to_owned(), data.display().to_string(), "--listen".to_owned(), address.to_string()]);
        Node { log: folder.join(format!("{name}.log")), data, address, name: program, args: all, env: Vec::new(), daemon: None }
    }

    /// Adds arguments for the next start.
    pub fn with(mut self, args: &[&str]) -> Node {
        self.args.extend(args.iter().map(|arg| (*arg).to_owned()));
        self
    }

    /// Runs the daemon from the next start on with these variables.
    pub fn under(&mut self, env: Vec<(&'static str, PathBuf)>) {
        self.env = env;
    }

    /// Puts the node on another data directory, with an address of its own; it will dial `peer`.
    pub fn on(&self, data: &Path, peer: SocketAddr) -> Node {
        let folder = data.parent().expect("a folder");
        let name = data.file_name().and_then(|name| name.to_str()).expect("a name");
        Node::new(folder, name, self.name, &["run", "--peer", &peer.to_string()])
    }

    /// Starts the daemon and waits for its ready line.
    #[track_caller]
    pub fn start(&mut self) -> &mut Node {
        self.try_start().unwrap_or_else(|said| panic!("{}: {said:?}", self.name));
        self
    }

    /// Starts the daemon, or returns what it said instead.
    pub fn try_start(&mut self) -> Result<(), Said> {
        self.daemon = Some(Daemon::start(self.name, &self.args, &self.env, &self.log)?);
        Ok(())
    }

    /// Tries to run a second daemon on the same data.
    pub fn start_second(&self) -> Result<Daemon, Said> {
        let mut args = self.args.clone();
        let listen = args.iter().position(|arg| arg == "--listen").expect("listens");
        args[listen + 1] = "127.0.0.1:0".to_owned();
        Daemon::start(self.name, &args, &self.env, &self.log.with_extension("second.log"))
    }

    /// Takes the daemon's life at once.
    pub fn kill(&mut self) {
        self.daemon.take().expect("it runs").kill();
    }

    /// Hands over the running daemon, for whoever kills it at a moment of their own.
    pub fn take_daemon(&mut self) -> Daemon {
        self.daemon.take().expect("it runs")
    }

    /// Asks the daemon through the command line.
    pub fn say(&self, args: &[&str], input: &str) -> Said {
        let mut command = Command::new(program("meshctl"));
        command.arg("--data").arg(&self.data).args(["--json", "--lang", "en"]).args(args);
        run(&mut command, input)
    }

    /// Asks the daemon through the command line; fails unless it answers.
    #[track_caller]
    pub fn ask(&self, args: &[&str]) -> Value {
        self.say(args, "").json()
    }

    /// Takes a case in at this window and returns what the receipt says.
    pub fn register(&self, item: &str) -> Said {
        self.say(&["case", "register", "--item", item, "--applicant-file", "-", "--as", "zhang"], APPLICANT)
    }

    /// Lists all cases here.
    #[track_caller]
    pub fn cases(&self) -> Vec<Value> {
        let listed = self.ask(&["case", "list", "--limit", "1000"]);
        array(&listed, "cases")
    }

    /// Returns the digests here: scope and digest.
    #[track_caller]
    pub fn digests(&self) -> Vec<(String, String)> {
        let digests = self.ask(&["digest"]);
        array(&digests, "scopes").iter().map(|scope| (text(scope, "scope"), text(scope, "digest"))).collect()
    }

    /// Returns the node's id.
    pub fn id(&self) -> String {
        text(&self.daemon.as_ref().expect("it runs").ready, "node")
    }
}

/// A county whose hub runs.
pub struct County {
    pub folder: tempfile::TempDir,
    pub hub: Node,
    /// The line by which sites reach the hub.
    pub hub_line: Line,
    /// What the hub sent to whom.
    pub sent_log: PathBuf,
}

impl County {
    /// Founds the county; registry, calendar and catalogue are still empty.
    pub fn found() -> County {
        County::found_with(&[])
    }

    /// Founds the county with further arguments of the hub, such as a clock file.
    pub fn found_with(args: &[&str]) -> County {
        let folder = tempfile::Builder::new().prefix("county").tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let sent_log = folder.path().join("sent.log");
        let node = Node::new(folder.path(), "hub", "hub", &["serve", "--landed-pause-ms", "100"]);
        let hub_line = Line::to(node.address);
        let line = hub_line.address().to_string();
        let log = sent_log.display().to_string();
        let mut hub = node.with(&["--advertise", &line, "--sent-log", &log]).with(args);
        let mut init = Command::new(program("hub"));
        init.args(["init", "--county", "511602", "--name", "广安区", "--json", "--data"]).arg(&hub.data).args(args);
        run(&mut init, "").json();
        hub.start();
        County { folder, hub, hub_line, sent_log }
    }

    /// Takes in the real sites, calendar and catalogue, and publishes.
    pub fn furnish(self) -> County {
        let file = |name| demo_file(name).display().to_string();
        self.hub.ask(&["site", "import", &file("divisions-511602.csv")]);
        self.hub.ask(&["calendar", "import", &file("workdays-CN.csv")]);
        let guides = file("guides-511602.jsonl");
        let import = ["catalog", "import", &file("catalog-511602.csv"), "--guides", &guides, "--effective", "2026-01-01"];
        let plan = self.hub.ask(&import);
        self.hub.ask(&["catalog", "publish", &text(&plan, "plan")]);
        self
    }

    /// Writes a token for a site into a file.
    pub fn token(&self, code: &str) -> PathBuf {
        let given = self.hub.ask(&["site", "token", code]);
        let path = self.folder.path().join(format!("token-{code}-{}", rand::random::<u32>()));
        std::fs::write(&path, text(&given, "token")).expect("a token file");
        path
    }

    /// Enrols a node for a site under `name` and returns it, not yet running; it will dial `peer`.
    pub fn enrol(&self, name: &str, code: &str, peer: SocketAddr, via: Option<SocketAddr>) -> Node {
        let peer = peer.to_string();
        let node = Node::new(self.folder.path(), name, "edge-node", &["run", "--peer", &peer]);
        enroll(&node.data, &self.token(code), via).json();
        node
    }
}

/// Whether the files of a data directory itself are copied with its folders.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Files {
    Copied,
    LeftOut,
}

/// Copies a data directory to a place where nothing is yet.
pub fn copy_data(from: &Path, to: &Path, files: Files) {
    std::fs::DirBuilder::new().mode(0o700).create(to).expect("a new directory");
    for entry in std::fs::read_dir(from).expect("a directory").map(|entry| entry.expect("an entry")) {
        let (kind, target) = (entry.file_type().expect("a type"), to.join(entry.file_name()));
        if kind.is_dir() {
            copy_data(&entry.path(), &target, Files::Copied);
        } else if kind.is_file() && files == Files::Copied {
            std::fs::copy(entry.path(), &target).expect("a file");
        }
    }
}

/// Runs `edge-node enroll`.
pub fn enroll(data: &Path, token: &Path, via: Option<SocketAddr>) -> Said {
    let mut command = Command::new(program("edge-node"));
    command.args(["enroll", "--json", "--lang", "en", "--data"]).arg(data).arg("--token-file").arg(token);
    if let Some(via) = via {
        command.args(["--via", &via.to_string()]);
    }
    run(&mut command, "")
}

/// Waits until the county's papers are at a node and it may act: the items that can be registered there.
#[track_caller]
pub fn items_of(node: &Node) -> Vec<String> {
    let mut items = Vec::new();
    until("the county's papers arrive", || {
        let said = node.say(&["catalog", "list", "--status", "complete"], "");
        if said.exit == 0 {
            items = array(&said.json(), "items").iter().map(|item| text(item, "code")).collect();
        }
        !items.is_empty() && in_step(node)
    });
    items
}

/// Returns whether a node and all its peers have shown each other that they hold the same.
#[track_caller]
pub fn in_step(node: &Node) -> bool {
    let peers = array(&node.ask(&["status"]), "peers");
    !peers.is_empty() && peers.iter().all(|peer| peer["linked"] == true && peer["in_sync"] == true)
}

/// Waits until `below` holds nothing that `above` does not hold likewise.
#[track_caller]
pub fn until_equal(below: &Node, above: &Node) {
    until("two nodes hold the same", || {
        let held = above.digests();
        let own = below.digests();
        !own.is_empty() && own.iter().all(|line| held.contains(line))
    });
}

/// Reads a field that is a text.
#[track_caller]
pub fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("no text {field} in {value}")).to_owned()
}

/// Reads a field that is a list.
#[track_caller]
pub fn array(value: &Value, field: &str) -> Vec<Value> {
    value[field].as_array().unwrap_or_else(|| panic!("no list {field} in {value}")).clone()
}

/// Returns an address where nobody listens.
pub fn free_address() -> SocketAddr {
    UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port")
}
