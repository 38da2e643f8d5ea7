//! The demo's verdict, drawn again from the four journals by other means than the demo's: sets of headers instead of digests, events read
//! from raw changes instead of a desk's cache.

use crate::county::{array, text};
use crate::house::{program, run};
use mesh_model::doc::event::{Body as EventBody, CaseEvent};
use mesh_model::id::Hash;
use mesh_model::place::{Class, Scope};
use mesh_runtime::identity::Identity;
use mesh_runtime::journal::{Journal, Reader};
use mesh_runtime::store::SqliteJournal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use sync_protocol::batch::{Body, BodyKind};
use sync_protocol::guard::Guards;
use sync_protocol::journal::{Load, Loaded, StoredBody};
use sync_protocol::node::{Config, Node};
use sync_protocol::profile;

/// What lies in one data directory.
struct Held {
    node: Node,
    headers: BTreeMap<Scope, BTreeSet<Hash>>,
    registered: BTreeSet<String>,
}

#[tokio::test(flavor = "current_thread")]
async fn the_demo_s_verdict_holds_when_it_is_drawn_from_the_four_journals() {
    let folder = tempfile::Builder::new().tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let data = folder.path().join("county");
    let mut demo = Command::new(program("meshctl"));
    let report = run(demo.arg("--data").arg(&data).args(["--json", "--lang", "en", "demo", "--once"]), "").json();
    assert_eq!(report["proven"], true, "{report}");
    let sites = array(&report, "sites");
    assert_eq!(sites.len(), 4);
    let mut held = BTreeMap::new();
    for site in &sites {
        let key = text(site, "key");
        held.insert(key.clone(), read(&data.join(key)).await);
    }
    let links = array(&report, "links");
    assert_eq!(links.len(), 3);
    for link in &links {
        assert_link_is_equal(link, &held);
    }
    let claimed: BTreeSet<String> =
        array(&report, "registered").iter().map(|number| number.as_str().expect("a number").to_owned()).collect();
    assert!(!claimed.is_empty());
    let hub = &held["hub"];
    assert!(claimed.is_subset(&hub.registered), "the hub lacks {:?}", claimed.difference(&hub.registered));
    // Not only what the demo tells of: whatever any site registered is at the hub, and stands on the rung it claims.
    assert!(held.values().all(|site| site.registered.is_subset(&hub.registered)));
    for case in sites.iter().flat_map(|site| array(site, "cases")) {
        assert!(hub.registered.contains(&text(&case, "number")), "{case}");
        assert_eq!(case["rung"], "county", "{case}");
    }
}

fn assert_link_is_equal(link: &Value, held: &BTreeMap<String, Held>) {
    let (below, above) = (&held[&text(link, "below")], &held[&text(link, "above")]);
    let authority = above.node.authority();
    let height = authority.head().height;
    assert_eq!(below.node.authority().head(), authority.head(), "the authority logs differ");
    let common: Vec<Scope> = above
        .headers
        .keys()
        .chain(below.headers.keys())
        .copied()
        .filter(|scope| authority.is_common(below.node.id(), above.node.id(), *scope, height))
        .collect();
    assert!(common.iter().any(|scope| scope.class == Class::CATALOGUE_VILLAGE), "{common:?}");
    for scope in common {
        assert_eq!(below.headers.get(&scope), above.headers.get(&scope), "{scope:?}");
    }
    let digests = |node: &Node| node.common_scopes(above.node.id()).len();
    assert_eq!(array(link, "scopes").len(), digests(&below.node), "{link}");
}

/// Reads a data directory whose daemon has ended.
async fn read(data: &Path) -> Held {
    let mut journal = SqliteJournal::open(data).await.expect("a journal");
    let stored = journal.load().await.expect("a whole journal");
    let identity = Identity::load(data).expect("an identity");
    let (headers, registered) = read_entries(&journal.reader(), stored.tail.seq).await;
    let config = Config {
        key: identity.secrets.signing_key(),
        root_pin: identity.root_pin().expect("a root"),
        boot: [0; 16],
        seed: [0; 32],
        slots: 0,
        landed_pause_ms: 0,
        guards: Guards::default(),
    };
    Held { node: Node::open(config, stored).expect("a node's journal"), headers, registered }
}

async fn read_entries(reader: &Reader, tail: u64) -> (BTreeMap<Scope, BTreeSet<Hash>>, BTreeSet<String>) {
    let mut headers: BTreeMap<Scope, BTreeSet<Hash>> = BTreeMap::new();
    let mut registered = BTreeSet::new();
    let mut seq = 0;
    while seq < tail {
        let Ok(Loaded::Entries(entries)) = reader.fetch(Load::After { seq, bytes_max: 1 << 20 }).await else {
            panic!("entries after {seq}")
        };
        seq = entries.last().expect("entries up to the tail").at.seq;
        for entry in entries {
            let header = &entry.batch.header;
            headers.entry(header.chain.scope).or_default().insert(header.hash());
            for body in &entry.batch.bodies {
                let StoredBody::Here(body) = body else { panic!("a body is missing: {body:?}") };
                registered.extend(registration(header.chain.scope, body));
            }
        }
    }
    (headers, registered)
}

/// Returns the number that a body registers, if it registers one.
fn registration(scope: Scope, body: &Body) -> Option<String> {
    if scope.class != Class::CASES || body.kind != BodyKind::CHANGE {
        return None;
    }
    let change = profile::read(&body.bytes).expect("a change of the event profile");
    match CaseEvent::from_value(&change.value).expect("an event").body {
        EventBody::Register(register) => Some(register.number.to_string()),
        _ => None,
    }
}
