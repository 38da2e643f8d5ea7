//! Who stands where: the tree of sites of one county, by number.

use serde::{Deserialize, Serialize};

/// Sites below one hub, at most.
pub const SITES_MAX: usize = 1_000;

/// One site of the county by its number: 0 is the hub; a site stands behind the one above it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seat(pub u16);

impl Seat {
    /// The county's own hall.
    pub const HUB: Seat = Seat(0);
}

/// Where a site stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Post {
    /// The county's hall.
    Hub,
    /// A relay under the hub.
    Township,
    /// A window under a township.
    Village,
}

/// One site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// What it is.
    pub post: Post,
    /// The site above, which is also the one dialled; the hub has none.
    pub above: Option<Seat>,
    /// The scenario's class it belongs to, by name; `hub` for the hub.
    pub class: String,
    /// Its twelve-digit division code, where the county is a real one.
    pub code: Option<String>,
}

/// All sites of a county, by [`Seat`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Layout {
    sites: Vec<Site>,
}

/// A tree that is no county.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// No site below the hub, or more than a county has.
    #[error("{sites} sites below the hub; 1 to {SITES_MAX} can be run")]
    Sites {
        /// As asked.
        sites: usize,
    },
    /// A site stands before the one above it, or below a village.
    #[error("site {0} does not stand below the hub or a township that comes before it")]
    Misplaced(usize),
}

impl Layout {
    /// Makes a county of these sites, the hub first.
    ///
    /// # Errors
    /// [`LayoutError`] when they are no tree of hub, townships and villages.
    pub fn new(sites: Vec<Site>) -> Result<Layout, LayoutError> {
        let below = sites.len().saturating_sub(1);
        if below == 0 || below > SITES_MAX {
            return Err(LayoutError::Sites { sites: below });
        }
        for (number, site) in sites.iter().enumerate() {
            let above = site.above.map(|above| usize::from(above.0)).filter(|above| *above < number);
            let fits = match (site.post, above.map(|above| sites[above].post)) {
                (Post::Hub, None) => number == 0 && site.above.is_none(),
                (Post::Township, Some(Post::Hub)) | (Post::Village, Some(Post::Hub | Post::Township)) => true,
                (Post::Hub | Post::Township | Post::Village, _) => false,
            };
            if !fits {
                return Err(LayoutError::Misplaced(number));
            }
        }
        Ok(Layout { sites })
    }

    /// Makes a county of `townships` townships with `villages` villages each, every township followed by its villages.
    ///
    /// # Errors
    /// [`LayoutError::Sites`].
    pub fn grid(townships: u16, villages: u16) -> Result<Layout, LayoutError> {
        let site = |post, above, class: &str| Site { post, above, class: class.into(), code: None };
        let mut sites = vec![site(Post::Hub, None, "hub")];
        let count = usize::from(townships) * (1 + usize::from(villages));
        if count > SITES_MAX {
            return Err(LayoutError::Sites { sites: count });
        }
        for _ in 0..townships {
            let township = Seat(u16::try_from(sites.len()).expect("at most a thousand"));
            sites.push(site(Post::Township, Some(Seat::HUB), "township"));
            sites.extend((0..villages).map(|_| site(Post::Village, Some(township), "village")));
        }
        Layout::new(sites)
    }

    /// Returns how many sites there are, the hub included.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a county always has a hub")]
    pub fn len(&self) -> usize {
        self.sites.len()
    }

    /// Returns every site in order, the hub first.
    pub fn seats(&self) -> impl Iterator<Item = Seat> + use<> {
        (0..u16::try_from(self.sites.len()).expect("at most a thousand")).map(Seat)
    }

    /// Returns every site but the hub, in order.
    pub fn below_hub(&self) -> impl Iterator<Item = Seat> + use<> {
        self.seats().skip(1)
    }

    /// Returns a site.
    #[must_use]
    pub fn site(&self, seat: Seat) -> &Site {
        &self.sites[usize::from(seat.0)]
    }

    /// Returns where a site stands.
    #[must_use]
    pub fn post(&self, seat: Seat) -> Post {
        self.site(seat).post
    }

    /// Returns the site above, which is also the one dialled; the hub has none.
    #[must_use]
    pub fn above(&self, seat: Seat) -> Option<Seat> {
        self.site(seat).above
    }

    /// Returns the sites directly below one.
    pub fn below(&self, seat: Seat) -> impl Iterator<Item = Seat> + '_ {
        self.seats().filter(move |site| self.above(*site) == Some(seat))
    }
}
