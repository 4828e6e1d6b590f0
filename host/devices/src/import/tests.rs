//! Captures built byte by byte from the public layouts of pcapng, usbmon and USBPcap.

// Clippy knows test functions, not the helpers between them.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

/// A block of a pcapng file: type, length, body padded to four bytes, length.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let padded = body.len().next_multiple_of(4);
    let length = u32::try_from(padded + 12).unwrap().to_le_bytes();
    let mut block = [&kind.to_le_bytes()[..], &length, body].concat();
    block.resize(8 + padded, 0);
    block.extend(length);
    block
}

/// A capture that grows packet by packet, one millisecond apart.
struct Capture {
    bytes: Vec<u8>,
    link: u16,
    time_us: u64,
    next_id: u64,
}

const LINUX: u16 = 220;
const WINDOWS: u16 = 249;
const METER: (u8, u8) = (1, 7);

impl Capture {
    fn new(link: u16) -> Self {
        let section = [0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255];
        let [low, high] = link.to_le_bytes();
        let source = [low, high, 0, 0, 0, 0, 4, 0];
        let bytes = [block(0x0A0D_0D0A, &section), block(1, &source)].concat();
        // 2026-03-10T07:16:00Z
        Self { bytes, link, time_us: 1_773_126_960_000_000, next_id: 0 }
    }

    fn packet(&mut self, data: &[u8], missing: u32) {
        let [high, low] = [self.time_us >> 32, self.time_us & 0xFFFF_FFFF];
        let length = u32::try_from(data.len()).unwrap();
        let numbers = [
            0,
            u32::try_from(high).unwrap(),
            u32::try_from(low).unwrap(),
            length,
            length + missing,
        ];
        let mut body: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        body.extend(data);
        self.bytes.extend(block(6, &body));
        self.time_us += 1000;
    }

    /// One packet of usbmon.
    #[allow(clippy::too_many_arguments)]
    fn mon(
        &mut self,
        at: (u8, u8),
        phase: u8,
        kind: u8,
        endpoint: u8,
        status: i32,
        setup: Option<[u8; 8]>,
        length: usize,
        data: &[u8],
    ) {
        let header = if self.link == LINUX { 64 } else { 48 };
        let mut packet = vec![0; header];
        packet[..8].copy_from_slice(&self.next_id.to_le_bytes());
        packet[8..12].copy_from_slice(&[phase, kind, endpoint, at.1]);
        packet[12] = at.0;
        packet[14] = if setup.is_some() { 0 } else { b'-' };
        packet[15] = if data.is_empty() { b'<' } else { 0 };
        packet[28..32].copy_from_slice(&status.to_le_bytes());
        packet[32..36].copy_from_slice(&u32::try_from(length).unwrap().to_le_bytes());
        packet[36..40].copy_from_slice(&u32::try_from(data.len()).unwrap().to_le_bytes());
        packet[40..48].copy_from_slice(&setup.unwrap_or_default());
        packet.extend(data);
        self.packet(&packet, 0);
    }

    /// One packet of USBPcap.
    #[allow(clippy::too_many_arguments)]
    fn pcap(
        &mut self,
        at: (u8, u8),
        over: u8,
        kind: u8,
        endpoint: u8,
        status: u32,
        stage: Option<u8>,
        data: &[u8],
    ) {
        let header = if stage.is_some() { 28_u16 } else { 27 };
        let mut packet = header.to_le_bytes().to_vec();
        packet.extend(self.next_id.to_le_bytes());
        packet.extend(status.to_le_bytes());
        packet.extend([0, 0, over, at.0, 0, at.1, 0, endpoint, kind]);
        packet.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        packet.extend(stage);
        packet.extend(data);
        self.packet(&packet, 0);
    }

    fn control(&mut self, at: (u8, u8), setup: [u8; 8], data: &[u8]) {
        self.next_id += 1;
        let is_in = setup[0] & 0x80 != 0;
        let endpoint = setup[0] & 0x80;
        let (out, back): (&[u8], &[u8]) = if is_in { (&[], data) } else { (data, &[]) };
        if self.link == WINDOWS {
            self.pcap(at, 0, 2, endpoint, 0, Some(0), &[&setup[..], out].concat());
            self.pcap(at, 1, 2, endpoint, 0, Some(3), back);
        } else {
            self.mon(at, b'S', 2, endpoint, -115, Some(setup), data.len(), out);
            self.mon(at, b'C', 2, endpoint, 0, None, data.len(), back);
        }
    }

    /// A bulk (3) or interrupt (1) transfer that ends as it should.
    fn transfer(&mut self, at: (u8, u8), kind: u8, endpoint: u8, data: &[u8]) {
        self.next_id += 1;
        let is_in = endpoint & 0x80 != 0;
        let (out, back): (&[u8], &[u8]) = if is_in { (&[], data) } else { (data, &[]) };
        if self.link == WINDOWS {
            self.pcap(at, 0, kind, endpoint, 0, None, out);
            self.pcap(at, 1, kind, endpoint, 0, None, back);
        } else {
            // A read has room for more than comes; a write is as long as its data.
            let room = if is_in { 4096 } else { data.len() };
            self.mon(at, b'S', kind, endpoint, -115, None, room, out);
            self.mon(at, b'C', kind, endpoint, 0, None, data.len(), back);
        }
    }

    /// Descriptors of a device with one interface, as the system reads them.
    fn plugged(&mut self, at: (u8, u8), ids: (u16, u16), class: u8, endpoints: &[(u8, u8, u8)]) {
        let [vid, pid] = [ids.0.to_le_bytes(), ids.1.to_le_bytes()];
        let device = [18, 1, 0, 2, 0, 0, 0, 64, vid[0], vid[1], pid[0], pid[1], 0, 1, 1, 2, 3, 1];
        self.control(at, [0x80, 6, 0, 1, 0, 0, 18, 0], &device);
        let count = u8::try_from(endpoints.len()).unwrap();
        let mut configuration = vec![9, 2, 0, 0, 1, 1, 0, 0x80, 50];
        configuration.extend([9, 4, 0, 0, count, class, 0, 0, 0]);
        for (address, kind, packet) in endpoints {
            configuration.extend([7, 5, *address, *kind, *packet, 0, 1]);
        }
        self.control(at, [0x80, 6, 0, 2, 0, 0, 255, 0], &configuration);
    }

    fn import(&self) -> Result<Recording, ImportError> {
        import(&self.bytes, None, None)
    }
}

/// What the body says, without times.
fn body(recording: &Recording) -> Vec<String> {
    recording.lines().iter().map(|line| line.item.to_string()).collect()
}

fn phdc(link: u16) -> Capture {
    let mut capture = Capture::new(link);
    capture.plugged(METER, (0x173A, 0x21D5), 0x0F, &[(0x01, 2, 64), (0x82, 2, 64)]);
    capture
}

#[test]
fn what_is_no_capture_is_refused() {
    for bytes in [&b""[..], b"\n\r\r\n", b"not a capture at all, but some text instead of it"] {
        assert_eq!(import(bytes, None, None), Err(ImportError::NotACapture { after: 0 }));
    }
    let mut cut = phdc(LINUX).bytes;
    cut.truncate(cut.len() - 3);
    assert_eq!(import(&cut, None, None), Err(ImportError::NotACapture { after: 3 }));
}

#[test]
fn a_capture_of_a_network_is_refused() {
    let mut capture = Capture::new(1);
    capture.packet(&[0; 60], 0);
    let refused = capture.import();
    assert_eq!(refused, Err(ImportError::LinkType { packet: 1, link: 1 }));
}

#[test]
fn a_packet_that_was_cut_is_an_error_and_not_a_short_one() {
    for link in [LINUX, 189] {
        let mut capture = phdc(link);
        capture.next_id += 1;
        // Ten bytes came, four are in the capture.
        capture.mon(METER, b'C', 3, 0x82, 0, None, 10, &[1, 2, 3, 4]);
        assert_eq!(capture.import(), Err(ImportError::Truncated { packet: 5 }));
    }
    let mut capture = phdc(WINDOWS);
    capture.packet(&[27, 0, 1], 40);
    assert_eq!(capture.import(), Err(ImportError::Truncated { packet: 5 }));
    let mut capture = phdc(WINDOWS);
    capture.packet(&[27, 0, 1], 0);
    assert_eq!(capture.import(), Err(ImportError::Packet { packet: 5 }));
}

#[test]
fn of_several_devices_one_has_to_be_chosen() {
    let mut capture = phdc(LINUX);
    capture.transfer(METER, 3, 0x82, &[1]);
    capture.transfer((1, 9), 1, 0x81, &[2]);
    let error = capture.import().unwrap_err();
    assert_eq!(error.code(), "device.several");
    let text = "the capture is of several devices: 1:7 (173A:21D5), 1:9";
    assert_eq!(error.to_string(), text);
    let choose = |bus, address| import(&capture.bytes, Some(UsbAddress { bus, address }), None);
    assert_eq!(body(&choose(1, 7).unwrap()), ["82< 01"]);
    assert!(matches!(choose(1, 8), Err(ImportError::NoSuchDevice { .. })));
    let missing = ImportError::NoDescriptor {
        address: UsbAddress { bus: 1, address: 9 },
        what: "device descriptor",
    };
    assert_eq!(choose(1, 9), Err(missing));
}

#[test]
fn descriptors_alone_are_no_conversation() {
    assert_eq!(phdc(LINUX).import(), Err(ImportError::NoTalk));
    let nothing = Capture::new(LINUX);
    assert_eq!(nothing.import(), Err(ImportError::NoTalk));
    let named = Some(UsbAddress { bus: 1, address: 7 });
    assert_eq!(import(&nothing.bytes, named, None), Err(ImportError::NoTalk));
}

#[test]
fn a_storage_device_is_not_imported_as_raw_usb() {
    let mut capture = Capture::new(LINUX);
    capture.plugged(METER, (0x2766, 0), 0x08, &[(0x82, 2, 64)]);
    capture.transfer(METER, 3, 0x82, &[1]);
    assert_eq!(capture.import(), Err(ImportError::Class { number: 0, class: 8 }));
}

#[test]
fn a_stall_a_timeout_and_an_unplug_stand_where_they_happened() {
    let mut capture = phdc(LINUX);
    capture.transfer(METER, 3, 0x82, &[1]);
    capture.mon(METER, b'C', 3, 0x82, -32, None, 0, &[]);
    // A read that was taken back, and one that ended as the interface was given back.
    capture.mon(METER, b'C', 3, 0x82, -2, None, 0, &[]);
    capture.mon(METER, b'C', 3, 0x82, -108, None, 0, &[]);
    capture.next_id += 1;
    capture.mon(METER, b'S', 3, 0x01, -115, None, 1, &[9]);
    capture.mon(METER, b'C', 3, 0x01, -104, None, 0, &[]);
    capture.transfer(METER, 3, 0x82, &[2]);
    capture.mon(METER, b'C', 3, 0x82, -71, None, 0, &[]);
    capture.mon(METER, b'C', 3, 0x82, -108, None, 0, &[]);
    capture.mon(METER, b'C', 1, 0x83, -108, None, 0, &[]);
    let recording = capture.import().unwrap();
    assert_eq!(body(&recording), ["82< 01", "! stall", "! timeout", "82< 02", "! unplug"]);
    assert!(recording.to_text().contains("# a transfer failed here"));
}

#[test]
fn an_unnumbered_report_cannot_be_told_without_the_report_descriptor() {
    let mut capture = Capture::new(LINUX);
    capture.plugged(METER, (0x1A79, 0x7410), 3, &[(0x81, 3, 64)]);
    capture.transfer(METER, 1, 0x81, &[1]);
    let error = capture.import().unwrap_err();
    assert!(matches!(error, ImportError::NoDescriptor { what: "report descriptor", .. }));
    assert!(error.hint().is_some());
}

#[test]
fn a_raw_conversation_is_the_same_from_linux_and_from_windows() {
    let vendor = [0x41, 0x21, 1, 0, 0, 0, 2, 0];
    let texts = [LINUX, 189, WINDOWS].map(|link| {
        let mut capture = phdc(link);
        capture.control(METER, vendor, &[5, 6]);
        capture.control(METER, [0xC1, 0x22, 0, 0, 0, 0, 1, 0], &[7]);
        capture.control(METER, [0x02, 1, 0, 0, 0x82, 0, 0, 0], &[]);
        capture.transfer(METER, 3, 0x01, &[1, 2]);
        capture.transfer(METER, 3, 0x82, &[3]);
        capture.transfer(METER, 3, 0x82, &[]);
        let recording = capture.import().unwrap();
        assert_eq!(Recording::parse(&recording.to_text()).unwrap(), recording);
        assert!(recording.to_text().ends_with("# left out: 2 requests of the operating system\n"));
        (recording.header().transport, recording.header().at, body(&recording))
    });
    let lines = [
        "C> 41 21 01 00 00 00 02 00 05 06",
        "C< C1 22 00 00 00 00 01 00 07",
        "C> 02 01 00 00 82 00 00 00",
        "1> 01 02",
        "82< 03",
        "82<",
    ];
    let transport = Transport::Usb { vid: 0x173A, pid: 0x21D5, interface: 0 };
    for (found, at, body) in texts {
        assert_eq!((found, at), (transport, "2026-03-10T07:16:00Z".parse().ok()));
        assert_eq!(body, lines);
    }
}

#[test]
fn reports_get_their_id_and_features_are_told_from_output() {
    const PLAIN: &[u8] = &[0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0xC0];
    const NUMBERED: &[u8] = &[0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x85, 0x03, 0xC0];
    let made = |descriptor: &[u8]| {
        let mut capture = Capture::new(WINDOWS);
        capture.plugged(METER, (0x1A79, 0x7410), 3, &[(0x81, 3, 64), (0x01, 3, 64)]);
        capture.control(METER, [0x81, 6, 0, 0x22, 0, 0, 64, 0], descriptor);
        capture.control(METER, [0x21, 0x0A, 0, 0, 0, 0, 0, 0], &[]);
        capture.transfer(METER, 1, 0x01, &[3, 1]);
        capture.transfer(METER, 1, 0x81, &[3, 2]);
        capture.control(METER, [0x21, 9, 3, 2, 0, 0, 2, 0], &[3, 4]);
        capture.control(METER, [0x21, 9, 3, 3, 0, 0, 2, 0], &[3, 5]);
        capture.control(METER, [0xA1, 1, 3, 3, 0, 0, 2, 0], &[3, 6]);
        let recording = capture.import().unwrap();
        assert_eq!(recording.header().transport, Transport::Hid { vid: 0x1A79, pid: 0x7410 });
        body(&recording)
    };
    assert_eq!(made(NUMBERED), ["> 03 01", "< 03 02", "> 03 04", "F> 03 05", "F< 03 06"]);
    let plain = ["> 00 03 01", "< 00 03 02", "> 00 03 04", "F> 00 03 05", "F< 00 03 06"];
    assert_eq!(made(PLAIN), plain);
}

#[test]
fn the_status_before_each_ftdi_packet_is_taken_away_and_no_other_byte() {
    let serial = |vid| {
        let mut capture = Capture::new(LINUX);
        capture.plugged(METER, (vid, 0x6001), 0xFF, &[(0x81, 2, 64), (0x02, 2, 64)]);
        capture.transfer(METER, 3, 0x02, &[0x11, 0x0D]);
        let first = [&[0x01, 0x60][..], &[0xAA; 62]].concat();
        capture.transfer(METER, 3, 0x81, &[&first[..], &[0x01, 0x60, 0xBB]].concat());
        capture.transfer(METER, 3, 0x81, &[0x01, 0x60]);
        let recording = import(&capture.bytes, None, "9600 8N1".parse().ok()).unwrap();
        let bytes = recording.lines().iter().filter_map(|line| match &line.item {
            Item::In(data) => Some(data.clone()),
            _ => None,
        });
        bytes.collect::<Vec<_>>().concat()
    };
    assert_eq!(serial(0x0403), [&[0xAA; 62][..], &[0xBB]].concat());
    assert_eq!(serial(0x10C4).len(), 64 + 3 + 2);
}

#[test]
fn the_times_between_transfers_are_kept() {
    let mut capture = phdc(LINUX);
    capture.transfer(METER, 3, 0x82, &[1]);
    capture.time_us += 250_000;
    capture.transfer(METER, 3, 0x82, &[2]);
    let recording = capture.import().unwrap();
    let times: Vec<Option<u32>> = recording.lines().iter().map(|line| line.after_ms).collect();
    assert_eq!(times, [Some(5), Some(252)]);
}

proptest! {
    #[test]
    fn a_damaged_capture_is_an_error_or_another_conversation_but_never_a_panic(
        place in 0_usize..2000,
        byte in any::<u8>(),
        link in prop::sample::select(vec![189, LINUX, WINDOWS]),
    ) {
        let mut capture = phdc(link);
        capture.transfer(METER, 3, 0x01, &[1, 2]);
        capture.transfer(METER, 3, 0x82, &[3]);
        let at = place % capture.bytes.len();
        capture.bytes[at] = byte;
        if let Ok(recording) = capture.import() {
            prop_assert!(Recording::parse(&recording.to_text()).is_ok());
        }
    }
}
