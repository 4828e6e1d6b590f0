//! Plausible memories: what a person's meter might hold. Invented, and the same every time.

use meterport_sdk::time::{from_seconds, to_seconds};
use meterport_sdk::wit::DeviceTime;

/// One invented result.
#[derive(Clone, Debug, PartialEq)]
pub struct Plausible {
    /// On the meter's clock.
    pub at: DeviceTime,
    /// Glucose in mg/dL, 62 to 291.
    pub mg_per_dl: u16,
    /// 0 before a meal, 1 after, 2 neither.
    pub meal: u8,
}

/// `count` results, the newest first and shortly before `now`.
#[must_use]
pub fn results(count: u32, now: &DeviceTime) -> Vec<Plausible> {
    let newest = to_seconds(now).div_euclid(60) * 60;
    (0..count)
        .map(|index| {
            // A small linear congruence: no two neighbours alike, no library needed.
            let noise = index.wrapping_mul(1_103_515_245).wrapping_add(12_345) >> 8;
            let minutes = i64::from(index) * 293 + i64::from(noise % 41) + 7;
            Plausible {
                at: from_seconds(newest - minutes * 60).unwrap_or(*now),
                mg_per_dl: u16::try_from(62 + noise % 230).unwrap_or(62),
                meal: u8::try_from(noise % 3).unwrap_or(2),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_newest_first_and_never_in_the_future() {
        let now = from_seconds(1_773_126_900).unwrap();
        let results = results(500, &now);
        assert_eq!(results.len(), 500);
        assert!(results.first().is_some_and(|first| to_seconds(&first.at) <= to_seconds(&now)));
        assert!(results.windows(2).all(|pair| to_seconds(&pair[0].at) > to_seconds(&pair[1].at)));
    }
}
