//! A verified feed, read as a whole and held against its scope (step 4 of a refresh).

use meterport_appcast::{
    Appcast, AppcastError, Dropped, Item, ItemId, Keyring, RawItem, Sha256Hex, Withdrawal,
};

use crate::source::Source;

/// What a feed says, as far as it may say it.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub items: Vec<Item>,
    pub dropped: Vec<Dropped>,
    pub withdrawals: Vec<Withdrawal>,
    pub refused: Vec<Sha256Hex>,
}

/// Reads `body`, which somebody has verified.
pub(crate) fn read_feed(
    body: &[u8],
    source: &Source,
    keyring: &Keyring,
) -> Result<Content, AppcastError> {
    let appcast = Appcast::parse(body)?;
    // A vendor whose line went has nothing new installed; what is installed can still be withdrawn.
    let may_offer = |id: &ItemId| {
        source.scope.holds(id)
            && match id {
                ItemId::Driver(driver) if !driver.is_ours() => keyring.vendor_for(id).is_some(),
                _ => true,
            }
    };
    let withdrawals = appcast
        .items
        .iter()
        .filter_map(RawItem::withdrawal)
        .filter(|withdrawal| source.scope.holds(&withdrawal.id))
        .collect();
    let accepted = appcast.accept(&may_offer);
    Ok(Content {
        items: accepted.items,
        dropped: accepted.dropped,
        withdrawals,
        refused: accepted.refused,
    })
}
