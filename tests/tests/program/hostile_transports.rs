//! A driver that misbehaves on HID, USB and disks, through the whole program: what the table of
//! allowed things lacks is denied, and nothing is complete afterwards.
//!
//! Each recording goes on with the very answer that the driver wants: had the host let the call
//! through, the reading would be complete.

use crate::support::hostile::{Hostile, hex};

const HID: &str = "hid 1209:0002";
const USB: &str = "usb 1209:0003 1";

fn hid(hostile: &Hostile, word: &str, more: &str) -> crate::support::Run {
    hostile.replay(HID, &format!("< 00 {}\n{more}", hex(word.as_bytes())))
}

/// Endpoints exist where the recording has them: 81 by the word, 02 by its last line.
fn usb(hostile: &Hostile, word: &str, more: &str) -> crate::support::Run {
    hostile.replay(USB, &format!("81< {}\n{more}", hex(word.as_bytes())))
}

fn disk(hostile: &Hostile, word: &str, more: &str) -> crate::support::Run {
    hostile.replay("block", &format!("B< 3 {}\n{more}", hex(word.as_bytes())))
}

#[test]
fn a_hid_report_of_no_bytes_or_of_more_than_4096_is_denied() {
    let hostile = Hostile::installed();
    for (word, sign) in [("hid-write", ">"), ("hid-set-feature", "F>")] {
        for length in [0, 4097] {
            let run = hid(&hostile, &format!("{word} {length}"), "");
            run.ended_the_driver("driver.denied", &format!("{word} {length}"));
        }
        let longest = format!("{sign} {}\n", hex(&[0; 4096]));
        hid(&hostile, &format!("{word} 4096"), &longest).is_complete(word);
    }
    for most in [0, 4097] {
        let run = hid(&hostile, &format!("hid-feature {most}"), "F< 01 02\n");
        run.ended_the_driver("driver.denied", &format!("hid-feature {most}"));
    }
    hid(&hostile, "hid-feature 4096", "F< 01 02\n").is_complete("hid-feature 4096");
}

#[test]
fn an_endless_wait_for_a_report_or_a_transfer_ends_by_the_idle_budget() {
    let hostile = Hostile::installed();
    for word in ["wait", "ignore-cancel"] {
        for run in [hid(&hostile, word, ""), usb(&hostile, word, "")] {
            run.ended_the_driver("driver.budget", word);
            assert_eq!(run.error()["message"], "nothing happened for too long", "{word}");
        }
    }
}

#[test]
fn a_usb_endpoint_of_another_interface_or_direction_is_denied() {
    let hostile = Hostile::installed();
    for word in [
        "usb-in 130",
        "usb-in 0",
        "usb-in 128",
        "usb-in 2",
        "usb-out 3",
        "usb-out 0",
        "usb-out 129",
        "usb-clear-halt 130",
        "usb-clear-halt 0",
    ] {
        usb(&hostile, word, "2> 00\n").ended_the_driver("driver.denied", word);
    }
    usb(&hostile, "usb-out 2", "2> 00\n").is_complete("usb-out 2");
    usb(&hostile, "usb-in 129", "81< 00\n").is_complete("usb-in 129");
    usb(&hostile, "usb-clear-halt 129", "").is_complete("usb-clear-halt 129");
}

#[test]
fn a_usb_transfer_of_no_bytes_or_of_more_than_64_kib_is_denied() {
    let hostile = Hostile::installed();
    for length in [0, 65_537] {
        let run = usb(&hostile, &format!("usb-length {length}"), "81< 00\n");
        run.ended_the_driver("driver.denied", &format!("{length}"));
    }
    usb(&hostile, "usb-length 65536", "81< 00\n").is_complete("usb-length 65536");
    let run = usb(&hostile, "usb-long-control", "");
    run.ended_the_driver("driver.denied", "usb-long-control");
}

#[test]
fn set_configuration_set_interface_and_clear_feature_are_denied_as_control_requests() {
    let hostile = Hostile::installed();
    for (word, setup) in [
        ("usb-set-configuration", "C> 00 09 01 00 00 00 00 00\n"),
        ("usb-set-interface", "C> 01 0B 00 00 01 00 00 00\n"),
        ("usb-clear-feature", "C> 02 01 00 00 81 00 00 00\n"),
    ] {
        usb(&hostile, word, setup).ended_the_driver("driver.denied", word);
    }
}

#[test]
fn class_and_vendor_requests_beyond_the_claimed_interface_are_denied() {
    let hostile = Hostile::installed();
    for (word, setup) in [
        ("usb-vendor 34", "C> 40 22 00 00 00 00 00 00\n"),
        ("usb-class", "C> 20 21 00 00 00 00 00 00\n"),
        ("usb-class-interface 0", "C> 21 21 00 00 00 00 00 00\n"),
    ] {
        usb(&hostile, word, setup).ended_the_driver("driver.denied", word);
    }
    let listed = "C> 40 21 00 00 00 00 00 00\n";
    usb(&hostile, "usb-vendor 33", listed).is_complete("usb-vendor 33");
    let own = "C> 21 21 00 00 01 00 00 00\n";
    usb(&hostile, "usb-class-interface 1", own).is_complete("usb-class-interface 1");
}

#[test]
fn the_status_of_the_device_may_be_asked() {
    let status = "C< 80 00 00 00 00 00 02 00 01 00\n";
    usb(&Hostile::installed(), "usb-get-status", status).is_complete("usb-get-status");
}

#[test]
fn a_block_that_is_not_listed_is_neither_read_nor_written() {
    let hostile = Hostile::installed();
    for address in [0, 2, 5, u32::MAX] {
        let word = format!("block-read {address}");
        disk(&hostile, &word, &format!("B< {address} 01\n"))
            .ended_the_driver("driver.denied", &word);
        let word = format!("block-write {address}");
        disk(&hostile, &word, &format!("B> {address} 00\n"))
            .ended_the_driver("driver.denied", &word);
    }
    // Listed for reading only.
    let run = disk(&hostile, "block-write 4", "B> 4 00\n");
    run.ended_the_driver("driver.denied", "block-write 4");
    disk(&hostile, "block-read 4", "B< 4 01\n").is_complete("block-read 4");
    disk(&hostile, "block-write 3", "B> 3 00\n").is_complete("block-write 3");
}

#[test]
fn a_read_of_too_many_blocks_and_a_write_of_anything_but_one_are_denied() {
    let hostile = Hostile::installed();
    for count in [0, 3, 129] {
        let word = format!("block-count {count}");
        let blocks = format!("B< 3 {}\n", hex(&vec![1; 512 * count.max(1)]));
        disk(&hostile, &word, &blocks).ended_the_driver("driver.denied", &word);
    }
    let two = format!("B< 3 {}\n", hex(&[1; 1024]));
    disk(&hostile, "block-count 2", &two).is_complete("block-count 2");
    for bytes in [0, 511, 513, 1024] {
        let word = format!("block-bytes {bytes}");
        disk(&hostile, &word, "B> 3 00\n").ended_the_driver("driver.denied", &word);
    }
    disk(&hostile, "block-bytes 512", "B> 3 00\n").is_complete("block-bytes 512");
}

#[test]
fn a_driver_of_another_transport_gets_nothing_of_a_recording() {
    let hostile = Hostile::installed();
    for (transport, line) in [(HID, "< 00 01\n"), (USB, "81< 01\n"), ("block", "B< 3 01\n")] {
        let run = hostile.replay_as("onetouch-ultra2", transport, line);
        assert_eq!(run.failed_with(4), "driver.none", "{transport}");
        assert!(run.stdout.is_empty(), "{transport}");
    }
}
