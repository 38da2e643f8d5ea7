//! When the engine may stop waiting: everybody who was healed says to agree with the site above. Whether that is true is judged by the checkers.

use super::county::County;

/// Returns whether every healed site says that it is in sync with a healed one above, and every paper printed there is at the hub.
pub(super) fn is_reached(county: &County<'_>) -> bool {
    let layout = &county.plan.layout;
    let stands = |seat| county.is_healed(seat) && !county.machine(seat).is_outcast();
    let pairs = layout.below_hub().filter_map(|seat| layout.above(seat).map(|above| (seat, above)));
    let mut healed = pairs.filter(|(lower, upper)| stands(*lower) && stands(*upper));
    healed.all(|(lower, upper)| county.is_in_sync(lower, upper) && county.is_in_sync(upper, lower))
        && !county.chronicle.awaits(|seat| stands(seat) && county.reaches_hub(seat))
}
