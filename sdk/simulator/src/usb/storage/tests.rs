use super::*;
use crate::usb::queues::Answer;
use crate::{Knob, KnobError, UsbFunction};

/// Blocks 3 and 4 answer; the others are not there.
#[derive(Default)]
struct Meter {
    written: Vec<(u64, Vec<u8>)>,
}

impl Simulator for Meter {
    fn read_block(&mut self, address: u64) -> Result<Vec<u8>, Stalled> {
        if matches!(address, 3 | 4) { Ok(vec![0x33; 512]) } else { Err(Stalled) }
    }
    fn write_block(&mut self, address: u64, data: &[u8]) -> Result<(), Stalled> {
        self.written.push((address, data.to_vec()));
        if address == 3 { Ok(()) } else { Err(Stalled) }
    }
    fn knobs(&self) -> Vec<Knob> {
        Vec::new()
    }
    fn turn(&mut self, _: &str, _: &str) -> Result<(), KnobError> {
        Ok(())
    }
    fn fill(&mut self, _: u32) {}
    fn violation(&self) -> Option<&str> {
        None
    }
}

fn shape() -> UsbShape {
    UsbShape {
        vid: 1,
        pid: 2,
        manufacturer: "Maker",
        product: "Disk",
        serial: None,
        function: UsbFunction::Registers { inquiry: INQUIRY, blocks: 64 },
    }
}

const INQUIRY: [&str; 3] = ["MAKER", "DISK", "1.0"];

fn disk() -> Storage<Registers> {
    Storage::new(Registers { blocks: 64 }, &shape(), INQUIRY).unwrap()
}

fn wrapped(length: u32, is_in: bool, command: &[u8]) -> Vec<u8> {
    let mut bytes = b"USBCtag!".to_vec();
    bytes.extend(length.to_le_bytes());
    bytes.extend([if is_in { 0x80 } else { 0 }, 0, command.len() as u8]);
    bytes.extend(command);
    bytes.resize(31, 0);
    bytes
}

/// What comes back for a command with this much room, and the status: bytes left, failed.
fn asked<D: Disk>(disk: &mut Storage<D>, length: u32, command: &[u8]) -> (Vec<u8>, u32, u8) {
    let mut queues = Queues::default();
    disk.output(OUTPUT, &wrapped(length, true, command), &mut Meter::default(), &mut queues)
        .unwrap();
    let Some(Answer::Data(data)) = queues.answer(INPUT, length as usize, 512) else {
        panic!("no data")
    };
    let (left, failed) = status(&mut queues);
    (data, left, failed)
}

fn status(queues: &mut Queues) -> (u32, u8) {
    let Some(Answer::Data(status)) = queues.answer(INPUT, 13, 512) else { panic!("no status") };
    let [b'U', b'S', b'B', b'S', b't', b'a', b'g', b'!', l0, l1, l2, l3, failed] = status[..]
    else {
        panic!("{status:?}")
    };
    (u32::from_le_bytes([l0, l1, l2, l3]), failed)
}

fn sense<D: Disk>(disk: &mut Storage<D>) -> (u8, u8) {
    let (sense, _, failed) = asked(disk, 18, &[0x03, 0, 0, 0, 18, 0]);
    assert_eq!(failed, 0);
    (sense[2], sense[12])
}

#[test]
fn what_is_no_wrapper_is_refused_both_ways() {
    let mut queues = Queues::default();

    let refused = disk().output(OUTPUT, b"hello", &mut Meter::default(), &mut queues);

    assert_eq!(refused, Err(Stalled));
    assert!(queues.is_halted(INPUT));
}

#[test]
fn an_unknown_command_fails_and_says_why() {
    let mut disk = disk();

    assert_eq!(asked(&mut disk, 96, &[0xA0; 12]), (vec![], 96, 1));
    assert_eq!(sense(&mut disk), (5, 0x20));
    assert_eq!(sense(&mut disk), (0, 0));
}

#[test]
fn blocks_behind_the_end_cannot_be_read() {
    let mut disk = disk();

    assert_eq!(asked(&mut disk, 1024, &[0x28, 0, 0, 0, 0, 63, 0, 0, 2, 0]), (vec![], 1024, 1));
    assert_eq!(sense(&mut disk), (5, 0x21));
    let far = [0x28, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 1, 0];
    assert_eq!(asked(&mut disk, 512, &far), (vec![], 512, 1));
}

#[test]
fn a_block_the_meter_does_not_have_is_a_read_error() {
    let mut disk = disk();

    assert_eq!(asked(&mut disk, 512, &[0x28, 0, 0, 0, 0, 9, 0, 0, 1, 0]), (vec![], 512, 1));
    assert_eq!(sense(&mut disk), (3, 0x11));
}

#[test]
fn a_volume_cannot_be_written() {
    let volume = Volume::new("METER", &[]).unwrap();
    let mut disk = Storage::new(volume, &shape(), INQUIRY).unwrap();
    let mut queues = Queues::default();
    let meter = &mut Meter::default();
    let command = wrapped(512, false, &[0x2A, 0, 0, 0, 0, 3, 0, 0, 1, 0]);

    disk.output(OUTPUT, &command, meter, &mut queues).unwrap();
    disk.output(OUTPUT, &[7; 512], meter, &mut queues).unwrap();

    assert_eq!(status(&mut queues), (0, 1));
    assert_eq!(sense(&mut disk), (7, 0x27));
    assert_eq!(asked(&mut disk, 4, &[0x1A, 0, 0x3F, 0, 4, 0]).0, [3, 0, 0x80, 0]);
}

#[test]
fn a_label_or_a_name_that_is_too_long_is_an_error() {
    assert!(matches!(Volume::new("TWELVE CHARS", &[]), Err(UsbError::Text { .. })));
    let long = Storage::new(Registers { blocks: 1 }, &shape(), ["TOO LONG!", "", ""]);
    assert!(matches!(long, Err(UsbError::Text { length: 8, .. })));
}

#[test]
fn a_written_block_reaches_the_meter_when_all_of_it_has_come() {
    let mut disk = disk();
    let mut queues = Queues::default();
    let mut meter = Meter::default();
    let command = wrapped(512, false, &[0x2A, 0, 0, 0, 0, 3, 0, 0, 1, 0]);

    disk.output(OUTPUT, &command, &mut meter, &mut queues).unwrap();
    disk.output(OUTPUT, &[7; 256], &mut meter, &mut queues).unwrap();
    assert!(queues.is_empty() && meter.written.is_empty());
    disk.output(OUTPUT, &[7; 256], &mut meter, &mut queues).unwrap();

    assert_eq!(status(&mut queues), (0, 0));
    assert_eq!(meter.written, [(3, vec![7; 512])]);
}

#[test]
fn blocks_are_what_the_meter_answers() {
    let (data, left, failed) = asked(&mut disk(), 1024, &[0x28, 0, 0, 0, 0, 3, 0, 0, 2, 0]);

    assert_eq!((data, left, failed), (vec![0x33; 1024], 0, 0));
}

#[test]
fn a_disk_says_who_it_is_and_how_large() {
    let (identity, left, _) = asked(&mut disk(), 255, &[0x12, 0, 0, 0, 255, 0]);
    let (capacity, ..) = asked(&mut disk(), 8, &[0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

    assert_eq!(&identity[8..], b"MAKER   DISK            1.0 ");
    assert_eq!(left, 255 - 36);
    assert_eq!(capacity, [0, 0, 0, 63, 0, 0, 2, 0]);
}

#[test]
fn a_volume_holds_the_files_under_their_names() {
    let files = [("a long name.csv".to_owned(), vec![b'x'; 70_000])];
    let mut disk = Volume::new("METER", &files).unwrap();
    let meter = &mut Meter::default();
    let blocks = (0..disk.blocks()).flat_map(|address| disk.read(address, meter).unwrap());
    let image: Vec<u8> = blocks.collect();

    let volume = fatfs::FileSystem::new(std::io::Cursor::new(image), fatfs::FsOptions::new());
    let volume = volume.unwrap();
    let mut bytes = Vec::new();
    let mut file = volume.root_dir().open_file("a long name.csv").unwrap();
    std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();

    assert_eq!(volume.volume_label_as_bytes(), b"METER");
    assert_eq!(bytes, vec![b'x'; 70_000]);
}
