//! The rules of the module's header, one test each, unhappy ones first.

use super::*;

fn replay(transport: &str, body: &str) -> Replay {
    let header = "# meterport-recording 1\n# source: written for this test\n";
    Replay::parse(&format!("{header}# transport: {transport}\n{body}")).unwrap()
}

fn serial(body: &str) -> Replay {
    replay("serial 9600 8N1", body)
}

#[test]
fn another_byte_than_recorded_names_line_and_offset() {
    let mut line = serial("> 01 02\n> 03 04\n");
    assert_eq!(line.write(&[1, 2, 3, 5], 0), Err(ReplayError::Mismatch { line: 5, offset: 1 }));
}

#[test]
fn a_write_after_the_last_line_is_no_part_of_the_recording() {
    let mut line = serial("> 01\n< 02\n");
    assert_eq!(line.write(&[1, 2], 0), Err(ReplayError::Ended { line: 5 }));
    assert_eq!(ReplayError::Ended { line: 5 }.code(), "replay.mismatch");
}

#[test]
fn a_read_before_the_host_wrote_what_is_due_times_out() {
    let mut line = serial("> 01 02\n< 03\n");
    assert_eq!(line.read(8, 500), Err(ReplayError::Timeout));
    line.write(&[1], 0).unwrap();
    assert_eq!(line.read(8, 500), Err(ReplayError::Timeout));
    line.write(&[2], 0).unwrap();
    assert_eq!(line.read(8, 500), Ok(vec![3]));
    assert_eq!(line.read(8, 500), Err(ReplayError::Timeout));
    assert_eq!(line.now_ms(), 1500);
    assert!(line.at_end());
}

#[test]
fn a_timeout_is_met_once_by_whichever_call_comes_next() {
    let mut line = serial("> 01\n! timeout\n< 02\n! timeout\n> 03\n");
    line.write(&[1], 0).unwrap();
    assert_eq!(line.read(1, 70), Err(ReplayError::Timeout));
    assert_eq!(line.now_ms(), 70);
    assert_eq!(line.read(1, 70), Ok(vec![2]));
    assert_eq!(line.write(&[3], 30), Err(ReplayError::Timeout));
    assert_eq!(line.write(&[3], 30), Ok(()));
    assert_eq!(line.now_ms(), 100);
}

#[test]
fn a_write_that_met_a_fault_is_sent_again_from_its_beginning() {
    let mut line = serial("> 01 02\n! stall\n> 03 04\n");
    assert_eq!(line.write(&[1, 2, 3, 4], 0), Err(ReplayError::Stall));
    assert_eq!(line.write(&[1, 2, 3, 4], 0), Ok(()));
    assert!(line.at_end());
}

#[test]
fn an_unplug_lasts() {
    let mut line = serial("> 01\n< 02\n! unplug\n< 03\n");
    line.write(&[1], 0).unwrap();
    assert_eq!(line.read(8, 0), Ok(vec![2]));
    for _ in 0..3 {
        assert_eq!(line.read(8, 0), Err(ReplayError::Unplug));
        assert_eq!(line.write(&[1], 0), Err(ReplayError::Unplug));
    }
    line.purge_input();
    assert_eq!(line.read(8, 0), Err(ReplayError::Unplug));
}

#[test]
fn a_recording_is_not_at_its_end_while_anything_is_left() {
    assert!(!serial("> 01\n").at_end());
    assert!(!serial("< 01\n").at_end());
    assert!(!serial("! timeout\n").at_end());
    assert!(serial("").at_end());
}

#[test]
fn reads_give_what_is_there_however_it_was_cut() {
    let mut line = serial("< 01 02\n< 03 04\n> 05\n< 06\n");
    assert_eq!(line.read(3, 0), Ok(vec![1, 2, 3]));
    assert_eq!(line.read(3, 0), Ok(vec![4]));
    line.write(&[5], 0).unwrap();
    assert_eq!(line.read(3, 0), Ok(vec![6]));
}

#[test]
fn what_was_not_read_before_the_next_write_can_be_read_after_it() {
    let mut line = serial("> 01\n< 02 03\n> 04\n< 05\n");
    line.write(&[1], 0).unwrap();
    assert_eq!(line.read(1, 0), Ok(vec![2]));
    line.write(&[4], 0).unwrap();
    assert_eq!(line.read(8, 0), Ok(vec![3, 5]));
}

#[test]
fn a_purge_drops_what_has_come_and_nothing_behind_a_fault_or_the_next_write() {
    let mut line = serial("< 01 02\n< 03\n! timeout\n< 04\n> 05\n< 06\n");
    assert_eq!(line.read(1, 0), Ok(vec![1]));
    line.purge_input();
    assert_eq!(line.read(8, 0), Err(ReplayError::Timeout));
    line.purge_input();
    assert_eq!(line.read(8, 0), Err(ReplayError::Timeout));
    line.write(&[5], 0).unwrap();
    assert_eq!(line.read(8, 0), Ok(vec![6]));
}

#[test]
fn time_is_the_recordings_own_and_never_counted_twice() {
    let mut line = serial("@5 > 01\n@120 < 02\n@10 < 03\n");
    line.write(&[1], 0).unwrap();
    assert_eq!(line.now_ms(), 5);
    line.sleep(100);
    assert_eq!(line.read(1, 1000), Ok(vec![2]));
    assert_eq!(line.now_ms(), 125);
    line.sleep(100);
    assert_eq!(line.read(1, 1000), Ok(vec![3]));
    assert_eq!(line.now_ms(), 225);
}

#[test]
fn reports_match_whole_and_in_order() {
    let body = "> 00 01 02\n< 00 03\nF< 05 06\nF> 07 08\n";
    let mut hid = replay("hid 1A79:7410", body);
    assert_eq!(hid.write_report(&[0, 1]), Err(ReplayError::Mismatch { line: 4, offset: 2 }));
    let mut hid = replay("hid 1A79:7410", body);
    assert_eq!(hid.feature(5), Err(ReplayError::Mismatch { line: 4, offset: 0 }));
    assert_eq!(hid.read_report(40), Err(ReplayError::Timeout));
    hid.write_report(&[0, 1, 2]).unwrap();
    assert_eq!(hid.read_report(40), Ok(vec![0, 3]));
    assert_eq!(hid.feature(5), Ok(vec![5, 6]));
    hid.set_feature(&[7, 8]).unwrap();
    assert!(hid.at_end());
}

#[test]
fn usb_endpoints_are_read_in_any_order_and_a_packet_may_be_empty() {
    let body = "C< C0 01 00 00 00 00 02 00 AA BB\n1> 01\n82< 09\n81< 02 03\n81<\n\
                C> 40 02 00 00 00 00 01 00 CC\n! stall\n1> 04\n";
    let mut usb = replay("usb 173A:21D5 1", body);
    let setup = [0xC0, 1, 0, 0, 0, 0, 2, 0];
    assert_eq!(usb.control_in(setup, 0), Ok(vec![0xAA, 0xBB]));
    assert_eq!(usb.transfer_in(0x81, 10), Err(ReplayError::Timeout));
    usb.transfer_out(1, &[1], 0).unwrap();
    assert_eq!(usb.transfer_in(0x81, 0), Ok(vec![2, 3]));
    assert_eq!(usb.transfer_in(0x81, 0), Ok(vec![]));
    assert_eq!(usb.transfer_in(0x82, 0), Ok(vec![9]));
    let setup = [0x40, 2, 0, 0, 0, 0, 1, 0];
    usb.control_out(setup, &[0xCC], 0).unwrap();
    assert_eq!(usb.transfer_out(1, &[4], 0), Err(ReplayError::Stall));
    assert_eq!(usb.transfer_out(1, &[5], 0), Err(ReplayError::Mismatch { line: 11, offset: 0 }));
    usb.transfer_out(1, &[4], 0).unwrap();
    assert!(usb.at_end());
}

#[test]
fn a_control_transfer_with_another_setup_is_a_mismatch() {
    let mut usb = replay("usb 173A:21D5 1", "C< C0 01 00 00 00 00 02 00 AA BB\n");
    let refused = usb.control_in([0xC0, 1, 0, 0, 0, 0, 3, 0], 0);
    assert_eq!(refused, Err(ReplayError::Mismatch { line: 4, offset: 6 }));
}

#[test]
fn blocks_are_read_and_written_at_their_addresses() {
    let mut disk = replay("block", "B> 3 01 02\nB< 4 03\n");
    assert_eq!(disk.read_block(4, 0), Err(ReplayError::Mismatch { line: 4, offset: 0 }));
    assert_eq!(disk.write_block(4, &[1, 2], 0), Err(ReplayError::Mismatch { line: 4, offset: 0 }));
    disk.write_block(3, &[1, 2], 0).unwrap();
    let mut block = vec![0; 512];
    block[0] = 3;
    assert_eq!(disk.read_block(4, 0), Ok(block));
    assert!(disk.at_end());
}

#[test]
fn zeros_at_the_end_of_a_block_need_not_stand_in_the_recording_and_others_must() {
    let written = |bytes: &[u8]| {
        let mut block = bytes.to_vec();
        block.resize(512, 0);
        replay("block", "B> 3 01 02\n").write_block(3, &block, 0)
    };
    assert_eq!(written(&[1]), Err(ReplayError::Mismatch { line: 4, offset: 1 }));
    assert_eq!(written(&[1, 2, 0, 3]), Err(ReplayError::Mismatch { line: 4, offset: 2 }));
    assert_eq!(written(&[1, 2]), Ok(()));
}

#[test]
fn what_is_left_over_at_the_end_is_named_by_its_line() {
    let body = "> 00 01\n< 00 02\n! timeout\n";
    let mut hid = replay("hid 1A79:7410", body);
    assert_eq!(hid.check_end(), Err(ReplayError::Surplus { line: 4 }));
    hid.write_report(&[0, 1]).unwrap();
    assert_eq!(hid.check_end(), Err(ReplayError::Surplus { line: 5 }));
    hid.read_report(0).unwrap();
    assert_eq!(hid.check_end(), Err(ReplayError::Surplus { line: 6 }));
    assert_eq!(hid.read_report(0), Err(ReplayError::Timeout));
    assert_eq!(hid.check_end(), Ok(()));
    let text = "# meterport-recording 1\n# source: x\n# transport: volume\nV a\n< 01\n! stall\n";
    let mut volume = ReplayVolume::new(&Recording::parse(text).unwrap());
    assert_eq!(volume.read_at("a", 0, 1), Ok(Some(vec![1])));
    assert_eq!(volume.check_end(), Err(ReplayError::Surplus { line: 6 }));
    assert_eq!(volume.read_at("a", 0, 8), Err(ReplayError::Stall));
    assert_eq!(volume.check_end(), Ok(()));
}

#[test]
fn a_cleared_stall_and_a_chosen_setting_use_up_their_line_and_need_none() {
    let mut usb = replay("usb 173A:21D5 1", "! stall\n81< 01\n");
    assert_eq!(usb.transfer_in(0x81, 0), Err(ReplayError::Stall));
    assert_eq!(usb.clear_halt(0x81, 0), Ok(()));
    assert_eq!(usb.transfer_in(0x81, 0), Ok(vec![1]));
    assert_eq!(usb.set_alt(0, 0), Ok(()));
    let body = "C> 02 01 00 00 81 00 00 00\nC> 01 0B 02 00 01 00 00 00\n! unplug\n";
    let mut usb = replay("usb 173A:21D5 1", body);
    assert_eq!(usb.clear_halt(0x81, 0), Ok(()));
    assert_eq!(usb.set_alt(2, 0), Ok(()));
    assert_eq!(usb.transfer_in(0x81, 0), Err(ReplayError::Unplug));
    assert_eq!(usb.clear_halt(0x81, 0), Err(ReplayError::Unplug));
}

#[test]
fn a_read_of_a_volume_that_would_go_over_a_fault_gets_it_and_the_next_gets_all() {
    let text = "# meterport-recording 1\n# source: x\n# transport: volume\n\
                ! timeout\nV a.ibf\n< 01 02\n! stall\n< 03\nV b.ibf\n! unplug\n";
    let mut volume = ReplayVolume::new(&Recording::parse(text).unwrap());
    assert_eq!(volume.list(), Err(ReplayError::Timeout));
    let sizes: Vec<u64> = volume.list().unwrap().iter().map(|entry| entry.size).collect();
    assert_eq!(sizes, [3, 0]);
    assert_eq!(volume.read_at("c.ibf", 0, 8), Ok(None));
    assert_eq!(volume.read_at("a.ibf", 0, 2), Ok(Some(vec![1, 2])));
    assert_eq!(volume.read_at("a.ibf", 1, 2), Err(ReplayError::Stall));
    assert_eq!(volume.read_at("a.ibf", 1, 8), Ok(Some(vec![2, 3])));
    assert_eq!(volume.read_at("a.ibf", u64::MAX, 8), Ok(Some(vec![])));
    assert_eq!(volume.read_at("b.ibf", 0, 8), Err(ReplayError::Unplug));
    assert_eq!(volume.list(), Err(ReplayError::Unplug));
}
