//! The numbers of the results in one transfer: a run without a gap, from 1 upwards or down to 1.
//!
//! They are positions and leave the driver nowhere; they only prove that nothing is missing.
//!
//! A record that is no result (a diary entry, the average) may share the number of the result
//! beside it or have one of its own: no source says which.
//!
//! Spec: ASTM E1394, "sequence number"; `README.md`, source 2. Pure.

/// The numbers so far.
#[derive(Default)]
pub struct Run {
    first: u32,
    last: u32,
    rises: Option<bool>,
    /// Whether a result has the last number.
    taken: bool,
    numbers: u32,
}

impl Run {
    /// The next number; false where it does not go on from the one before.
    #[must_use]
    pub fn add(&mut self, number: u32, is_result: bool) -> bool {
        if self.numbers > 0 && number == self.last {
            let may_share = !(is_result && self.taken);
            self.taken |= is_result;
            return may_share;
        }
        let rises = if self.numbers == 0 {
            self.first = number;
            None
        } else if self.last.checked_add(1) == Some(number) {
            Some(true)
        } else if number.checked_add(1) == Some(self.last) {
            Some(false)
        } else {
            return false;
        };
        if self.rises.is_some() && self.rises != rises {
            return false;
        }
        self.rises = rises;
        self.last = number;
        self.taken = is_result;
        self.numbers = self.numbers.saturating_add(1);
        true
    }

    /// How many numbers there were.
    #[must_use]
    pub fn numbers(&self) -> u32 {
        self.numbers
    }

    /// Whether the run begins or ends with 1: nothing is missing at its lower end.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.numbers == 0 || self.first.min(self.last) == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Results only; how many numbers, if they are a whole run.
    fn results(numbers: &[u32]) -> Option<u32> {
        let mut run = Run::default();
        let goes_on = numbers.iter().all(|number| run.add(*number, true));
        (goes_on && run.is_whole()).then(|| run.numbers())
    }

    #[test]
    fn a_gap_a_repetition_and_a_turn_are_no_run() {
        for numbers in
            [&[1, 3][..], &[1, 1], &[1, 2, 1], &[3, 2, 3], &[2, 3], &[3, 2], &[0, 1], &[2]]
        {
            assert_eq!(results(numbers), None, "{numbers:?}");
        }
        assert_eq!(results(&[u32::MAX, 0]), None);
    }

    #[test]
    fn runs_go_up_or_down() {
        assert_eq!(results(&[]), Some(0));
        assert_eq!(results(&[1]), Some(1));
        assert_eq!(results(&[1, 2, 3]), Some(3));
        assert_eq!(results(&[3, 2, 1]), Some(3));
    }

    #[test]
    fn a_record_that_is_no_result_shares_a_number_or_has_its_own() {
        let count = |numbers: &[(u32, bool)]| {
            let mut run = Run::default();
            numbers.iter().all(|(number, is)| run.add(*number, *is)).then(|| run.numbers())
        };
        assert_eq!(count(&[(1, false), (1, true), (2, true)]), Some(2));
        assert_eq!(count(&[(1, false), (2, true), (3, true)]), Some(3));
        assert_eq!(count(&[(1, true), (1, false), (1, false), (2, true)]), Some(2));
        assert_eq!(count(&[(1, true), (1, false), (1, true)]), None);
    }
}
