//! Whether a segment begins with its oldest or its newest entry.
//!
//! No source says it, so the times decide: most steps from one entry to the next go one way,
//! whatever somebody did to the clock in between. Pure.

use meterport_sdk::time::to_seconds;
use meterport_sdk::wit::{DeviceTime, Order};

/// Counts steps of time.
#[derive(Default)]
pub struct Steps {
    last: Option<i64>,
    forward: u32,
    backward: u32,
}

impl Steps {
    /// The next entry's time, if it has one.
    pub fn push(&mut self, at: Option<&DeviceTime>) {
        let Some(at) = at.map(to_seconds) else { return };
        match self.last.replace(at) {
            Some(last) if last < at => self.forward = self.forward.saturating_add(1),
            Some(last) if last > at => self.backward = self.backward.saturating_add(1),
            _ => {}
        }
    }

    /// Where both ways are equally frequent, the order cannot be told; the host does the same then.
    #[must_use]
    pub fn order(&self) -> Order {
        if self.backward > self.forward { Order::NewestFirst } else { Order::OldestFirst }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use meterport_sdk::time::checked;

    fn order(days: &[u8]) -> Order {
        let mut steps = Steps::default();
        for day in days {
            steps.push(checked(2026, 3, *day, 7, 15, 0).as_ref());
        }
        steps.order()
    }

    #[test]
    fn a_clock_that_was_set_does_not_turn_the_order_round() {
        assert_eq!(order(&[9, 8, 7, 20, 19, 18]), Order::NewestFirst);
        assert_eq!(order(&[18, 19, 20, 7, 8, 9]), Order::OldestFirst);
    }

    #[test]
    fn an_entry_without_a_time_is_no_step() {
        assert_eq!(order(&[9, 0, 8, 0, 7]), Order::NewestFirst);
    }

    #[test]
    fn nothing_to_compare_is_the_oldest_first() {
        for days in [&[][..], &[9], &[9, 9], &[0, 0]] {
            assert_eq!(order(days), Order::OldestFirst);
        }
    }
}
