//! Whether two drivers could claim the same device.

use crate::matching::{Specificity, specificity};
use crate::pattern::Pattern;
use crate::rule::{Match, MatchKind, Transport};
use crate::types::Manifest;

/// True if there can be a device that a rule of each matches, so that a person has to know of both.
///
/// In doubt it is true. Two rules for anyone's cable do not count: neither is ever chosen by itself.
/// Two rules for the same USB id over two transports count, since they are for the same device.
pub fn overlap(a: &Manifest, b: &Manifest) -> bool {
    a.matches.iter().any(|a| b.matches.iter().any(|b| rules_overlap(a, b)))
}

/// True if the driver `new` may be chosen before `other` for a device of both, where its version
/// `old` was not: who says more of a device is chosen, so a rule that only became narrower can win.
///
/// In doubt it is true. Of several rules for a device the first counts, so their order is looked at
/// too.
pub fn outranks(new: &Manifest, old: &Manifest, other: &Manifest) -> bool {
    let ranks = |manifest: &Manifest| -> Vec<Specificity> {
        let is_ranked = |rule: &&Match| {
            rule.kind == MatchKind::Device
                && other.matches.iter().any(|theirs| rules_overlap(rule, theirs))
        };
        manifest.matches.iter().filter(is_ranked).map(specificity).collect()
    };
    new.matches != old.matches && ranks(new).iter().max() > ranks(old).iter().min()
}

fn rules_overlap(a: &Match, b: &Match) -> bool {
    let is_cable = |rule: &Match| rule.kind == MatchKind::Cable;
    if is_cable(a) && is_cable(b) {
        return false;
    }
    let products = match (&a.product, &b.product) {
        (Some(a), Some(b)) => a.overlaps(b),
        _ => true,
    };
    products && transports_overlap(&a.transport, &b.transport)
}

fn transports_overlap(a: &Transport, b: &Transport) -> bool {
    match (a, b) {
        // A device may have several collections, so that two usages do not tell two devices apart.
        (Transport::Hid { interface, .. }, Transport::Hid { interface: other, .. }) => {
            same_id(a, b) && agree(interface, other)
        }
        (
            Transport::Usb { class, interface, .. },
            Transport::Usb { class: other_class, interface: other, .. },
        ) => same_id(a, b) && class == other_class && agree(interface, other),
        (
            Transport::Block { vendor, model, .. },
            Transport::Block { vendor: other_vendor, model: other, .. },
        ) => same_id(a, b) && vendor == other_vendor && model.overlaps(other),
        // A volume may hold the files of both.
        (
            Transport::Volume { label, vid, pid, .. },
            Transport::Volume { label: other, vid: other_vid, pid: other_pid, .. },
        ) => agree(vid, other_vid) && agree(pid, other_pid) && label.overlaps(other),
        _ => same_id(a, b),
    }
}

fn same_id(a: &Transport, b: &Transport) -> bool {
    a.usb_id().is_some() && a.usb_id() == b.usb_id()
}

/// True if what is not stated, or stated alike, can be the same.
fn agree<T: PartialEq>(a: &Option<T>, b: &Option<T>) -> bool {
    a.is_none() || b.is_none() || a == b
}

impl Pattern {
    /// True if there is a text that both match.
    pub fn overlaps(&self, other: &Self) -> bool {
        let mine: Vec<char> = self.as_ref().chars().collect();
        let theirs: Vec<char> = other.as_ref().chars().collect();
        // `row[j]` says whether what is left of mine and `theirs[j..]` have a text in common; rows
        // come from the end of mine to its beginning.
        let tails_of_stars = |wanted: &[char]| wanted.iter().all(|c| *c == '*');
        let mut row: Vec<bool> =
            (0..=theirs.len()).map(|j| theirs.get(j..).is_some_and(tails_of_stars)).collect();
        for c in mine.iter().rev() {
            let below = row;
            row = vec![false; below.len()];
            for j in (0..below.len()).rev() {
                let at = |row: &[bool], j: usize| row.get(j).copied().unwrap_or(false);
                let their = theirs.get(j);
                let next = j.saturating_add(1);
                // A star stands for nothing, or for one more of what the other has.
                let found = (*c == '*' && (at(&below, j) || (their.is_some() && at(&row, next))))
                    || (their == Some(&'*') && (at(&row, next) || at(&below, j)))
                    || (their == Some(c) && at(&below, next));
                if let Some(cell) = row.get_mut(j) {
                    *cell = found;
                }
            }
        }
        row.first().copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use crate::pattern::Pattern;

    fn overlap(a: &str, b: &str) -> bool {
        let (a, b) = (Pattern::new(a), Pattern::new(b));
        assert_eq!(a.overlaps(&b), b.overlaps(&a), "{a} and {b}");
        a.overlaps(&b)
    }

    #[test]
    fn patterns_without_a_common_text_do_not_overlap() {
        for (a, b) in [
            ("", "a"),
            ("a", "b"),
            ("a*", "b*"),
            ("*a", "*b"),
            ("a*b", "ab*c"),
            ("a*a", "a"),
            ("ab", "*ba*"),
            ("GlucoLink", "glucolink"),
        ] {
            assert!(!overlap(a, b), "{a} and {b}");
        }
    }

    #[test]
    fn patterns_with_a_common_text_overlap() {
        for (a, b) in [
            ("", ""),
            ("", "*"),
            ("a", "a"),
            ("a*", "*b"),
            ("a*c", "ab*"),
            ("*ab*", "*ba*"),
            ("a*b*c", "axxbxxc"),
            ("*", "**"),
            ("Gluco*", "*Link"),
        ] {
            assert!(overlap(a, b), "{a} and {b}");
        }
    }

    #[test]
    fn long_patterns_take_no_longer_than_their_lengths_multiplied() {
        assert!(overlap(&"*a".repeat(128), &"a*".repeat(128)));
        assert!(!overlap(&format!("{}b", "*a".repeat(127)), &"*a".repeat(128)));
    }
}
