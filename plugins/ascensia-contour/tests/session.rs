//! The conversation itself: which bytes are sent, and after what.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use ascensia_contour::frame::{ACK, EOT, NAK};
use ascensia_contour::session::{Event, QUIET_MS, RESPONSE_MS, Session};
use ascensia_contour::wire::{Piece, Wire};
use meterport_sdk::testing::VirtualTime;
use meterport_sdk::{Clock, DriverError, IoError};

/// What a read meets, in order. A silence lasts as long as the reader waits.
enum Come {
    Bytes(Vec<u8>),
    Lost,
    Silence,
}

use Come::{Bytes, Lost, Silence};

struct Script {
    coming: VecDeque<Come>,
    sent: Rc<RefCell<Vec<u8>>>,
    time: VirtualTime,
}

impl Wire for Script {
    fn read(&mut self, timeout_ms: u32) -> Result<Piece, IoError> {
        match self.coming.pop_front() {
            Some(Bytes(bytes)) => {
                self.time.advance(1);
                Ok(Piece::Bytes(bytes))
            }
            Some(Lost) => Ok(Piece::Lost),
            Some(Silence) | None => {
                self.time.advance(u64::from(timeout_ms));
                Err(IoError::Timeout)
            }
        }
    }

    fn write(&mut self, byte: u8) -> Result<(), IoError> {
        self.sent.borrow_mut().push(byte);
        Ok(())
    }
}

fn frame(number: u8, text: &str) -> Come {
    let body = format!("{number}{text}\r\x17");
    let sum = body.bytes().fold(0_u8, u8::wrapping_add);
    Bytes(format!("\x02{body}{sum:02X}\r\n").into_bytes())
}

struct Talk {
    session: Session,
    sent: Rc<RefCell<Vec<u8>>>,
    time: VirtualTime,
}

/// A conversation whose header has arrived; what was sent for it is forgotten.
fn begun(coming: Vec<Come>) -> Talk {
    let opening = vec![Silence, frame(1, "H|"), Silence];
    let time = VirtualTime::default();
    let sent = Rc::new(RefCell::new(Vec::new()));
    let wire = Script {
        coming: opening.into_iter().chain(coming).collect(),
        sent: Rc::clone(&sent),
        time: time.clone(),
    };
    let mut session = Session::new(Box::new(wire), Clock::new(time.clone()), ACK);
    assert!(session.open().is_ok_and(|header| header == b"H|"));
    assert_eq!(*sent.borrow(), [ACK]);
    sent.borrow_mut().clear();
    Talk { session, sent, time }
}

impl Talk {
    fn record(&mut self) -> String {
        match self.session.next_record() {
            Ok(Event::Record(text)) => String::from_utf8(text).unwrap(),
            Ok(Event::Over) => "over".to_owned(),
            Err(DriverError::Protocol(error)) => error.code,
            Err(error) => error.to_string(),
        }
    }

    fn sent(&self) -> Vec<u8> {
        self.sent.take()
    }
}

#[test]
fn a_frame_that_came_too_late_and_comes_twice_gets_one_answer() {
    let late = vec![Silence, frame(2, "P|1"), frame(2, "P|1"), Silence, frame(3, "R|1")];
    let mut talk = begun(late);
    assert_eq!(talk.record(), "P|1");
    assert_eq!(talk.sent(), [ACK, NAK]);
    assert_eq!(talk.record(), "R|1");
    assert_eq!(talk.sent(), [ACK], "one more would be an answer to the next frame");
}

#[test]
fn what_is_left_of_a_damaged_message_gets_no_answer_of_its_own() {
    let pieces = vec![
        Bytes(b"\x022P|x\r\x1753\r\n".to_vec()),
        Bytes(b"rest".to_vec()),
        Bytes(b"of it".to_vec()),
        Silence,
        frame(2, "P|1"),
        Silence,
    ];
    let mut talk = begun(pieces);
    assert_eq!(talk.record(), "P|1");
    assert_eq!(talk.sent(), [ACK, NAK]);
}

#[test]
fn the_text_of_the_last_frame_under_another_number_is_not_the_last_frame() {
    let mut talk = begun(vec![frame(2, "P|1"), frame(5, "P|1"), frame(3, "R|1"), Silence]);
    assert_eq!(talk.record(), "P|1");
    assert_eq!(talk.record(), "R|1");
    assert_eq!(talk.sent(), [ACK, ACK, NAK]);
}

#[test]
fn another_text_under_the_last_number_is_refused() {
    let mut talk = begun(vec![frame(2, "P|1"), frame(2, "P|2"), frame(3, "R|1"), Silence]);
    assert_eq!(talk.record(), "P|1");
    assert_eq!(talk.record(), "R|1");
    assert_eq!(talk.sent(), [ACK, ACK, NAK]);
}

#[test]
fn two_halves_with_a_lost_report_between_them_are_no_frame_even_if_the_sum_agrees() {
    let Bytes(whole) = frame(2, "R|1|100") else { panic!("not bytes") };
    let (first, second) = whole.split_at(6);
    let halves = vec![Bytes(first.to_vec()), Lost, Bytes(second.to_vec()), Silence];
    let mut talk = begun(halves.into_iter().chain([frame(2, "R|1|120"), Silence]).collect());
    assert_eq!(talk.record(), "R|1|120");
    assert_eq!(talk.sent(), [ACK, NAK]);
}

#[test]
fn a_frame_that_is_repeated_for_ever_is_given_up() {
    let same = (0..1000).map(|_| frame(2, "P|1")).collect();
    let mut talk = begun(same);
    assert_eq!(talk.record(), "P|1");
    assert_eq!(talk.record(), "bad-frame-number");
    assert_eq!(talk.sent(), [ACK; 8]);
}

#[test]
fn an_echo_of_our_answer_is_not_answered() {
    let echo = || Bytes(vec![ACK]);
    let mut talk = begun(vec![echo(), frame(2, "P|1"), echo(), frame(3, "R|1")]);
    assert_eq!((talk.record(), talk.record()), ("P|1".to_owned(), "R|1".to_owned()));
    assert_eq!(talk.sent(), [ACK, ACK]);
}

#[test]
fn an_echo_alone_is_a_silence() {
    let alone = |byte| [Bytes(vec![byte]), Silence];
    let mut talk = begun([ACK, NAK, NAK, NAK, NAK].into_iter().flat_map(alone).collect());
    assert_eq!(talk.record(), "no answer in time");
    assert_eq!(talk.sent(), [ACK, NAK, NAK, NAK]);
}

#[test]
fn empty_reports_do_not_keep_a_silent_meter_alive() {
    let empty = (0..100_000).map(|_| Bytes(Vec::new())).collect();
    let mut talk = begun(empty);
    assert_eq!(talk.record(), "no answer in time");
    assert!(talk.time.now_ms() < 60_000, "{} ms", talk.time.now_ms());
}

#[test]
fn a_meter_that_chatters_for_ever_is_not_listened_to_for_ever() {
    let chatter = (0..200_000).map(|_| Bytes(vec![b'x'])).collect();
    let mut talk = begun(chatter);
    assert_eq!(talk.record(), "bad-frame");
    assert!(talk.time.now_ms() < 120_000, "{} ms", talk.time.now_ms());
}

#[test]
fn a_meter_that_ends_or_offers_anew_is_over() {
    for byte in [0x04, 0x05, 0x18] {
        assert_eq!(begun(vec![Bytes(vec![byte])]).record(), "over");
    }
}

#[test]
fn a_record_behind_the_last_one_is_an_error() {
    let mut talk = begun(vec![frame(2, "L|1"), frame(3, "R|2")]);
    assert_eq!(talk.record(), "L|1");
    assert!(matches!(talk.session.close(), Err(DriverError::Protocol(_))));
}

#[test]
fn the_end_is_said_again_where_the_meter_did_not_hear_it() {
    let mut talk = begun(vec![frame(2, "L|1"), frame(2, "L|1"), Bytes(vec![0x04])]);
    assert_eq!(talk.record(), "L|1");
    assert_eq!(talk.session.close(), Ok(()));
    assert_eq!(talk.sent.take(), [ACK, ACK, ACK]);
}

#[test]
fn a_meter_that_says_no_good_bye_has_told_everything() {
    let mut talk = begun(vec![frame(2, "L|1"), Silence]);
    assert_eq!(talk.record(), "L|1");
    let before = talk.time.now_ms();
    assert_eq!(talk.session.close(), Ok(()));
    assert!(talk.time.now_ms() - before < u64::from(RESPONSE_MS));
    assert_eq!(talk.sent.take(), [ACK, ACK]);
}

#[test]
fn nothing_is_sent_before_the_line_has_been_listened_to() {
    let time = VirtualTime::default();
    let sent = Rc::new(RefCell::new(Vec::new()));
    let coming = VecDeque::from([frame(1, "H|"), Bytes(vec![0x05]), Silence, frame(2, "P|1")]);
    let wire = Script { coming, sent: Rc::clone(&sent), time: time.clone() };
    let mut session = Session::new(Box::new(wire), Clock::new(time.clone()), EOT);
    assert!(session.open().is_ok_and(|header| header == b"H|"));
    assert_eq!(*sent.borrow(), [ACK], "it was offered already: no need to prod");
    assert!(time.now_ms() >= u64::from(QUIET_MS));
}
