//! Whether what is in memory can get into a file: core dumps, swap, hibernation.

use super::Check;
use crate::harden::is_hardened;

pub(super) fn checks() -> Vec<Check> {
    vec![dumps(), swap(), hibernation()]
}

fn dumps() -> Check {
    const NAME: &str = "memory.dumps";
    match is_hardened() {
        Some(true) => Check::ok(NAME),
        Some(false) => Check::remark(
            NAME,
            "the system does not let this program forbid core dumps; set the limit `core` to 0 for its users",
        ),
        None => Check::remark(NAME, NOT_CHECKED),
    }
}

#[cfg(target_os = "linux")]
fn swap() -> Check {
    const NAME: &str = "memory.swap";
    match std::fs::read_to_string("/proc/swaps") {
        Ok(swaps) if swaps_to_disk(&swaps) => Check::remark(
            NAME,
            "memory may be written to swap; encrypt it, or switch it off with `swapoff -a` and in /etc/fstab",
        ),
        Ok(_) => Check::ok(NAME),
        Err(_) => Check::remark(NAME, NOT_CHECKED),
    }
}

#[cfg(target_os = "linux")]
fn hibernation() -> Check {
    const NAME: &str = "memory.hibernation";
    let Ok(states) = std::fs::read_to_string("/sys/power/state") else {
        return Check::ok(NAME); // a system without power states does not sleep
    };
    let modes = std::fs::read_to_string("/sys/power/disk").unwrap_or_default();
    if hibernates(&states, &modes) {
        return Check::remark(
            NAME,
            "hibernation writes all memory to disk; encrypt the disk, or `systemctl mask hibernate.target hybrid-sleep.target`",
        );
    }
    Check::ok(NAME)
}

#[cfg(not(target_os = "linux"))]
fn swap() -> Check {
    Check::remark("memory.swap", NOT_CHECKED)
}

#[cfg(not(target_os = "linux"))]
fn hibernation() -> Check {
    Check::remark("memory.hibernation", NOT_CHECKED)
}

/// After a heading, one line for each place; zram is memory itself.
#[cfg(any(test, target_os = "linux"))]
fn swaps_to_disk(swaps: &str) -> bool {
    let lines = swaps.lines().skip(1).filter(|line| !line.trim().is_empty());
    lines.map(str::trim_start).any(|line| !line.starts_with("/dev/zram"))
}

/// `disk` among the states, and a mode that the system has not locked.
#[cfg(any(test, target_os = "linux"))]
fn hibernates(states: &str, modes: &str) -> bool {
    states.split_whitespace().any(|state| state == "disk") && !modes.contains("[disabled]")
}

const NOT_CHECKED: &str = "not checked here";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swap_on_a_disk_is_told_from_none_and_from_memory() {
        let heading = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
        assert!(swaps_to_disk(&format!("{heading}/dev/dm-1  partition\t8\t0\t-2\n")));
        assert!(!swaps_to_disk(&format!("{heading}/dev/zram0  partition\t8\t0\t100\n")));
        assert!(!swaps_to_disk(heading));
    }

    #[test]
    fn hibernation_that_the_system_has_locked_is_off() {
        assert!(hibernates("freeze mem disk\n", "[platform] shutdown reboot\n"));
        assert!(!hibernates("freeze mem disk\n", "[disabled]\n"));
        assert!(!hibernates("freeze mem\n", "[platform]\n"));
    }
}
