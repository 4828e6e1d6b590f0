//! How often somebody may try a password: five times a minute from one address, sixty in all.
//!
//! A try counts when it begins, so that many at once do not slip through, and is taken back when it
//! was right. Neighbours in one IPv6 /64 count as one address. In memory: a restart forgets, and
//! takes longer than a minute's wait is worth.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(60);
const PER_ADDRESS: usize = 5;
const IN_ALL: usize = 60;

/// The tries of the last minute, oldest first.
#[derive(Default)]
pub(crate) struct Throttle(Mutex<VecDeque<(Instant, IpAddr)>>);

impl Throttle {
    /// Counts a try. An error is how long to wait.
    pub(crate) fn begin(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let address = neighbourhood(address);
        let mut tries = self.0.lock().map_err(|_| WINDOW)?;
        while tries.front().is_some_and(|(at, _)| now.duration_since(*at) >= WINDOW) {
            tries.pop_front();
        }
        let own = tries.iter().filter(|(_, other)| *other == address);
        let oldest = if own.clone().count() >= PER_ADDRESS {
            own.clone().next()
        } else if tries.len() >= IN_ALL {
            tries.front()
        } else {
            tries.push_back((now, address));
            return Ok(());
        };
        let passed = oldest.map_or(Duration::ZERO, |(at, _)| now.duration_since(*at));
        Err(WINDOW.saturating_sub(passed))
    }

    /// Takes a try back: it was right.
    pub(crate) fn was_right(&self, address: IpAddr) {
        let address = neighbourhood(address);
        if let Ok(mut tries) = self.0.lock()
            && let Some(place) = tries.iter().rposition(|(_, other)| *other == address)
        {
            tries.remove(place);
        }
    }
}

fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (!0 << 64))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_try_in_a_minute_waits_for_the_first_to_be_a_minute_old() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        let address = "192.168.1.7".parse().unwrap();
        for second in 0..5 {
            throttle.begin(address, start + Duration::from_secs(second)).unwrap();
        }
        let wait = throttle.begin(address, start + Duration::from_secs(10)).unwrap_err();
        assert_eq!(wait, Duration::from_secs(50));
        throttle.begin("192.168.1.8".parse().unwrap(), start + Duration::from_secs(10)).unwrap();
        throttle.begin(address, start + Duration::from_secs(60)).unwrap();
    }

    #[test]
    fn many_addresses_together_meet_the_limit_for_all() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        for number in 0..60_u32 {
            throttle.begin(IpAddr::V4(number.into()), start).unwrap();
        }
        throttle.begin(IpAddr::V4(99.into()), start).unwrap_err();
    }

    #[test]
    fn a_neighbour_in_the_same_network_counts_as_the_same() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        for number in 0..5 {
            throttle.begin(format!("2001:db8::{number}").parse().unwrap(), start).unwrap();
        }
        throttle.begin("2001:db8::99".parse().unwrap(), start).unwrap_err();
    }

    #[test]
    fn right_tries_do_not_count() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        let address = "192.168.1.7".parse().unwrap();
        for _ in 0..20 {
            throttle.begin(address, start).unwrap();
            throttle.was_right(address);
        }
    }
}
