//! `doc dump --decoded`: every document here, in order of scope, without personal data.

use super::ask;
use mesh_model::id::{DocId, NodeId};
use serde::{Deserialize, Serialize};

/// Asks for documents.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Dump {
    /// Shows what bodies say, personal data masked; otherwise ids and lengths only.
    #[serde(default)]
    pub decoded: bool,
    /// Only this scope, as text.
    #[serde(default)]
    pub scope: Option<String>,
    /// Only this document.
    #[serde(default)]
    pub document: Option<DocId>,
}

/// Documents by scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dumped {
    /// This node.
    pub node: NodeId,
    /// Scopes in order.
    pub scopes: Vec<ScopeDump>,
}

/// The documents of one scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeDump {
    /// The scope as text.
    pub scope: String,
    /// Documents by id.
    pub documents: Vec<DocumentDump>,
}

/// One document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentDump {
    /// Its id.
    pub document: DocId,
    /// Heads of the document's change graph as the automerge library computes them; only for documents of changes, when decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heads: Option<Vec<String>>,
    /// Bodies in journal order.
    pub bodies: Vec<BodyDump>,
}

/// One body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyDump {
    /// Journal position.
    pub journal: u64,
    /// Author.
    pub node: NodeId,
    /// Number in the chain.
    pub seq: u64,
    /// Index in the batch.
    pub index: u16,
    /// `event`, `site`, `calendar`, `item`, `authority`, `day`, `landed`, `refusal`, `change`, `wrap`, `unknown`, `missing` or `refused`.
    pub kind: String,
    /// Length in bytes, where it is here.
    pub bytes: Option<u64>,
    /// What it says, when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoded: Option<serde_json::Value>,
}

ask!(Dump => Dumped, "doc", "dump");
