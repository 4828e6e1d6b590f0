//! The text format: what is refused, and where the person is sent to look.

// Clippy knows test functions, not the helpers between them.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use meterport_recording::{
    Fault, Header, IntoRecording, Item, Recorder, Recording, RecordingError, Transport,
};

/// The example of the format's description, and a body for every transport.
const SERIAL: &str = "\
# meterport-recording 1
# source: written from the spec
# transport: serial 9600 8N1
# at: 2026-03-10T07:16:00Z
# zone: Europe/Berlin
> 02 06 08 03 C2 62  # disconnect: resets the link
< 02 06 0C 03 06 AE
# the newest record
> 02 0A 03 05 1F 00 00 03 4B 5F  # read record 0
< 02 06 05 03 9E 14  # acknowledged
@35 < 02 10 01 05 06 F8 EA A3 69 69 00 00 00 03 BF E7
@1000 ! timeout
#
# end
";

fn with(transport: &str, body: &str) -> Result<Recording, RecordingError> {
    let header = "# meterport-recording 1\n# source: x\n";
    Recording::parse(&format!("{header}# transport: {transport}\n{body}"))
}

fn error_of(transport: &str, line: &str) -> RecordingError {
    with(transport, &format!("\n{line}\n")).expect_err(line)
}

#[test]
fn each_mistake_in_a_line_has_an_error_of_its_own_with_the_line() {
    use RecordingError as E;
    let line = 5;
    let serial = "serial 9600 8N1";
    let other = |transport| E::NotInTransport { line, transport };
    for (transport, text, expected) in [
        (serial, "> 0", E::Hex { line, byte: 1 }),
        (serial, "> 01 +2", E::Hex { line, byte: 2 }),
        (serial, "> 01 0203", E::Hex { line, byte: 2 }),
        (serial, "> 01 é", E::Hex { line, byte: 2 }),
        (serial, ">01", E::Kind { line }),
        (serial, "= 01", E::Kind { line }),
        (serial, ">", E::TooFewBytes { line }),
        (serial, "@ > 01", E::Milliseconds { line }),
        (serial, "@-1 > 01", E::Milliseconds { line }),
        (serial, "@4294967296 > 01", E::Milliseconds { line }),
        (serial, "@1", E::Kind { line }),
        (serial, "! on-fire", E::Fault { line }),
        (serial, "!", E::Fault { line }),
        (serial, "F> 01", other("serial")),
        (serial, "V file", other("serial")),
        ("hid 1A79:7410", "81< 01", other("hid")),
        ("hid 1A79:7410", "<", E::TooFewBytes { line }),
        ("usb 173A:21D5 1", "C> 01 02", E::TooFewBytes { line }),
        ("usb 173A:21D5 1", "B> 01", other("usb")),
        ("usb 173A:21D5 1", "81> 01", E::Endpoint { line }),
        ("usb 173A:21D5 1", "1< 01", E::Endpoint { line }),
        ("usb 173A:21D5 1", "00> 01", E::Endpoint { line }),
        ("usb 173A:21D5 1", "+1> 01", E::Kind { line }),
        ("usb 173A:21D5 1", "001> 01", E::Kind { line }),
        ("block", "B<", E::Address { line }),
        ("block", "B< 0x3 01", E::Address { line }),
        ("block", "B< 3", E::TooFewBytes { line }),
        ("volume", "V", E::Path { line }),
        ("volume", "V /etc/passwd", E::Path { line }),
        ("volume", "V a/../b", E::Path { line }),
        ("volume", "V a\\b", E::Path { line }),
        ("volume", "< 01", E::NoFile { line }),
    ] {
        let error = error_of(transport, text);
        assert_eq!(error, expected, "{text}");
        assert_eq!(error.line(), Some(line));
        assert_eq!(error.code(), "replay.syntax");
    }
    let twice = with("volume", "V a\nV b\nV a\n");
    assert_eq!(twice, Err(E::FileTwice { line: 6 }));
}

#[test]
fn each_mistake_in_the_header_has_an_error_of_its_own() {
    use RecordingError as E;
    let first = "# meterport-recording 1\n";
    for (text, expected) in [
        (String::new(), E::NotARecording),
        ("\u{feff}".to_owned() + SERIAL, E::NotARecording),
        ("# meterport-recording 2\n".to_owned(), E::Version),
        (first.to_owned(), E::HeaderMissing { line: 1, key: "source" }),
        (format!("{first}# source: x\n> 01\n"), E::HeaderMissing { line: 3, key: "transport" }),
        (format!("{first}# source: x\n# source: y\n"), E::HeaderTwice { line: 3, key: "source" }),
        (format!("{first}# transport: infrared\n"), E::HeaderValue { line: 2, key: "transport" }),
        (format!("{first}# at: yesterday\n"), E::HeaderValue { line: 2, key: "at" }),
    ] {
        assert_eq!(Recording::parse(&text), Err(expected), "{text}");
    }
    let settings = Recording::parse(&format!("{first}# transport: serial 12 8N1\n"));
    assert!(matches!(settings, Err(E::LineSettings { line: 2, .. })));
}

#[test]
fn an_error_quotes_nothing_of_the_line() {
    let error = error_of("serial 9600 8N1", "> 31 30 35 x5");
    assert_eq!(error.to_string(), "line 5: byte 4 is not two hex digits");
    let recording = Recording::parse(SERIAL).unwrap();
    let debug = format!("{recording:?} {:?}", recording.lines());
    assert!(!debug.contains("F8") && !debug.contains("248"), "{debug}");
}

#[test]
fn a_recording_comes_back_from_its_text_letter_for_letter() {
    let recording = Recording::parse(SERIAL).unwrap();
    assert_eq!(recording.to_text(), SERIAL);
    assert_eq!(recording.lines().len(), 6);
    assert_eq!(recording.lines()[0].comment(), Some("disconnect: resets the link"));
    assert_eq!(recording.lines()[5].after_ms, Some(1000));
    assert_eq!(Recording::parse(&SERIAL.replace('\n', "\r\n")).as_ref(), Ok(&recording));
}

#[test]
fn every_kind_of_line_comes_back_from_its_text() {
    for (transport, body) in [
        ("hid 1A79:7410", "> 00 01\n< 00 02\nF> 03\nF< 04 05\n! stall\n"),
        ("usb 173A:21D5 1", "C> 40 01 00 00 00 00 00 00\nC< C0 01 00 00 00 00 01 00 FF\n"),
        ("usb 173A:21D5 1", "1> 01\n0B> 02\n0C> 03\n0F>\n81<\n8F< 04\n! unplug\n"),
        ("block", "B> 3 01 02\nB< 18446744073709551615 03\n"),
        ("volume", "V a b/c.ibf\n< 01\n< 02\nV empty\n@9 ! timeout\n"),
    ] {
        let text = with(transport, body).unwrap().to_text();
        assert!(text.ends_with(body), "{text}");
    }
}

#[test]
fn an_alteration_that_finds_no_place_is_an_error() {
    use RecordingError as E;
    let recording = || Recording::parse(SERIAL);
    assert_eq!(recording().flip_bit(6, 0), Err(E::NoSuchLine { index: 6 }));
    assert_eq!(recording().flip_bit(0, 6), Err(E::NoSuchByte { index: 0, byte: 6 }));
    assert_eq!(recording().flip_bit(5, 0), Err(E::NoSuchByte { index: 5, byte: 0 }));
    assert_eq!(recording().truncate_line(0, 7), Err(E::NoSuchByte { index: 0, byte: 7 }));
    let fault = recording().with_fault_before_call(7, Fault::Unplug);
    assert_eq!(fault, Err(E::NoSuchLine { index: 7 }));
    assert_eq!(recording().cut_before(7), Err(E::NoSuchLine { index: 7 }));
    assert_eq!(Recording::parse("").flip_bit(0, 0), Err(E::NotARecording));
}

#[test]
fn an_alteration_changes_what_it_says_and_nothing_else() {
    let altered = |recording: Result<Recording, RecordingError>| recording.unwrap().to_text();
    let recording = || Recording::parse(SERIAL).unwrap();
    assert_eq!(
        altered(recording().flip_bit(4, 9)), // fifth line of the body, tenth byte
        SERIAL.replace("A3 69 69 00", "A3 69 68 00")
    );
    assert_eq!(
        altered(recording().truncate_line(1, 2)),
        SERIAL.replace("02 06 0C 03 06 AE", "02 06")
    );
    assert_eq!(
        altered(recording().with_fault_before_call(1, Fault::Unplug)),
        SERIAL.replace("< 02 06 0C", "! unplug\n< 02 06 0C")
    );
    assert_eq!(
        altered(recording().with_noise_before(1, &[0xFF])),
        SERIAL.replace("< 02 06 0C", "< FF\n< 02 06 0C")
    );
    assert_eq!(
        altered(recording().truncate_line(1, 0)).lines().count(),
        SERIAL.lines().count() - 1
    );
}

#[test]
fn a_recorder_joins_crumbs_cuts_runs_and_keeps_a_pause_between_answers() {
    let transport = Transport::Serial("9600 8N1".parse().unwrap());
    let mut recorder = Recorder::new(Header::new("captured, test", transport));
    recorder.comment("at: the desk\nof somebody");
    recorder.sent(0, &[1]);
    recorder.silent(900);
    recorder.received(1000, &[2]);
    recorder.received(1010, &[3]);
    recorder.silent(2000);
    recorder.received(2100, &[4; 33]);
    recorder.silent(4000);
    recorder.sent(5000, &[5]);
    recorder.fault(5200, Fault::Unplug);
    recorder.comment("");
    let text = recorder.finish().unwrap().to_text();
    let full = ["04"; 32].join(" ");
    let expected = format!(
        "# meterport-recording 1\n# source: captured, test\n# transport: serial 9600 8N1\n\
         # note: at: the desk of somebody\n> 01\n@1000 < 02 03\n@1000 ! timeout\n@100 < {full}\n\
         < 04\n@2900 > 05\n@200 ! unplug\n#\n"
    );
    assert_eq!(text, expected);
    assert_eq!(Recording::parse(&text).unwrap().to_text(), text);
}

#[test]
fn a_recorder_refuses_a_line_that_its_transport_does_not_have() {
    let mut recorder = Recorder::new(Header::new("captured, test", Transport::Block));
    recorder.push(0, Item::BlockRead { address: 3, data: vec![1] });
    recorder.push(0, Item::In(vec![1]));
    let refused = recorder.finish();
    assert_eq!(refused, Err(RecordingError::NotInTransport { line: 5, transport: "block" }));
}
