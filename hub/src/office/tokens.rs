//! `site token`: one line that admits one machine to one site, once.

use super::HubOffice;
use mesh_office::api::site::{Token, TokenGiven};
use mesh_office::trouble::Trouble;
use mesh_runtime::enrol::token_note;
use mesh_runtime::env::random;
use sync_protocol::enrol::{self, TokenState};

/// Seconds for which a token can be used when nothing else is asked for: a weekend and a day.
const TTL_S: u64 = 72 * 3_600;
/// Longest such time.
const TTL_S_MAX: u64 = 366 * 86_400;

/// Gives a token; only the key derived from its secret is kept.
pub(crate) async fn give(hub: &HubOffice, ask: Token) -> Result<TokenGiven, Trouble> {
    let registry = hub.desk.registry().await?;
    let site = registry.into_iter().find(|site| site.code == ask.code);
    let site = site.ok_or_else(|| Trouble::NoSite { code: ask.code.to_string() })?;
    if hub.addresses.is_empty() {
        return Err(Trouble::NoAddress {});
    }
    let env = hub.desk.env();
    let ttl_s = ask.ttl_s.unwrap_or(TTL_S).min(TTL_S_MAX);
    let (id, secret) = (random::<8>(&**env), random::<20>(&**env));
    let ttl_ms = i64::try_from(ttl_s * 1_000).unwrap_or(i64::MAX);
    let state = TokenState {
        verifier: enrol::verifier(&secret).into(),
        site: site.site,
        expires_ms: env.wall().0.saturating_add(ttl_ms),
        spent: None,
        wrong: 0,
    };
    hub.desk.handle().keep(vec![token_note(&id, &state)]).await??;
    let token = enrol::Token {
        id: id.into(),
        secret: secret.into(),
        root_pin: hub.root_pin.into(),
        county: hub.county.clone(),
        site: site.site,
        addresses: hub.addresses.clone(),
    };
    Ok(TokenGiven { code: site.code, name: site.name, token: token.to_line(), ttl_s })
}
