//! A made-up meter: `A5 index` asks, `5A index value sum` answers; index FF is the count.

use meterport_simulator::{
    Knob, KnobError, Reply, Simulator, Stalled, UsbFunction, UsbShape, flag,
};

/// Which device it is to the computer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    Serial,
    Hid,
    Usb,
    Block,
    Volume,
}

pub struct Gauge {
    kind: Kind,
    pub values: Vec<u8>,
    asked: Vec<u8>,
    /// USB: a zero-length packet behind each answer.
    pub with_empty_packets: bool,
    pub line: &'static str,
    pub pause_ms: u32,
}

impl Gauge {
    pub fn new(kind: Kind) -> Self {
        let (asked, line) = (Vec::new(), "9600 8N1");
        Self { kind, values: vec![], asked, with_empty_packets: false, line, pause_ms: 0 }
    }

    pub fn with(kind: Kind, values: &[u8]) -> Self {
        Self { values: values.to_vec(), ..Self::new(kind) }
    }

    fn answer(&self, index: u8) -> Vec<u8> {
        let value = match index {
            0xFF => u8::try_from(self.values.len()).unwrap(),
            index => self.values.get(usize::from(index)).copied().unwrap_or_default(),
        };
        vec![0x5A, index, value, sum(&[0x5A, index, value])]
    }
}

pub fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(1, |sum, byte| sum.wrapping_add(*byte))
}

/// Ids 0 to 8: a report of eight bytes.
pub const DESCRIPTOR: [u8; 3] = [0x06, 0x00, 0xFF];

impl Simulator for Gauge {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        let reply = |bytes| Reply { pause_ms: self.pause_ms, bytes };
        match (self.kind, bytes) {
            (Kind::Hid, [0, 0xA5, index, ..]) => {
                let mut report = [vec![0], self.answer(*index)].concat();
                report.resize(9, 0);
                vec![reply(report)]
            }
            (Kind::Usb, [0xA5, index]) => {
                let answer = reply(self.answer(*index));
                let empty = self.with_empty_packets.then(|| Reply::now([]));
                std::iter::once(answer).chain(empty).collect()
            }
            (Kind::Serial, bytes) => {
                self.asked.extend_from_slice(bytes);
                let asked = std::mem::take(&mut self.asked);
                let pairs = asked.chunks_exact(2);
                self.asked = pairs.remainder().to_vec();
                asked.chunks_exact(2).map(|pair| reply(self.answer(pair[1]))).collect()
            }
            _ => Vec::new(),
        }
    }

    fn set_feature(&mut self, report: &[u8]) -> Result<(), Stalled> {
        if report.first() == Some(&7) { Ok(()) } else { Err(Stalled) }
    }

    fn feature(&mut self, id: u8) -> Result<Vec<u8>, Stalled> {
        if id == 7 { Ok(vec![7, 1, 2]) } else { Err(Stalled) }
    }

    fn woken(&mut self) -> Vec<Reply> {
        vec![Reply::now([0xE2, 0x00])]
    }

    fn control_in(&mut self, setup: [u8; 8]) -> Result<Vec<u8>, Stalled> {
        if setup[..2] == [0xC0, 0x42] { Ok(vec![1, 2, 3, 4]) } else { Err(Stalled) }
    }

    fn control_out(&mut self, setup: [u8; 8], _: &[u8]) -> Result<(), Stalled> {
        if setup[..2] == [0x40, 0x42] { Ok(()) } else { Err(Stalled) }
    }

    fn read_block(&mut self, address: u64) -> Result<Vec<u8>, Stalled> {
        match (address, self.asked.as_slice()) {
            (3, [0xA5, index, ..]) => Ok(self.answer(*index)),
            (3, _) => Ok(Vec::new()),
            _ => Err(Stalled),
        }
    }

    fn write_block(&mut self, address: u64, data: &[u8]) -> Result<(), Stalled> {
        self.asked = data.to_vec();
        if address == 3 { Ok(()) } else { Err(Stalled) }
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        if self.kind != Kind::Volume {
            return Vec::new();
        }
        let mut content = self.values.clone();
        content.push(sum(&content));
        vec![("gauge.bin".to_owned(), content)]
    }

    fn usb(&self) -> Option<UsbShape> {
        let inquiry = ["GAUGE", "REGISTERS", "1.0"];
        let function = match self.kind {
            Kind::Serial => return None,
            Kind::Hid => UsbFunction::Hid { descriptor: DESCRIPTOR.to_vec(), report_bytes: 8 },
            Kind::Usb => UsbFunction::Bulk {
                class: [0x0F, 0, 0],
                output: 0x01,
                input: 0x81,
                interrupt: Some(0x82),
                max_packet: 64,
            },
            Kind::Block => UsbFunction::Registers { inquiry, blocks: 8 },
            Kind::Volume => UsbFunction::Volume { inquiry, label: "GAUGE" },
        };
        let (manufacturer, product) = ("Nobody", "Gauge");
        let (vid, pid, serial) = (0x1234, 0x0001, None);
        Some(UsbShape { vid, pid, manufacturer, product, serial, function })
    }

    fn knobs(&self) -> Vec<Knob> {
        vec![Knob { name: "empty-packets", help: "an empty packet behind each answer" }]
    }

    fn turn(&mut self, knob: &str, value: &str) -> Result<(), KnobError> {
        match knob {
            "empty-packets" => self.with_empty_packets = flag(knob, value)?,
            _ => return Err(KnobError::Unknown { name: knob.to_owned() }),
        }
        Ok(())
    }

    fn fill(&mut self, records: u32) {
        self.values = (0..records).map(|index| 80 + u8::try_from(index % 100).unwrap()).collect();
    }

    fn line(&self) -> &'static str {
        self.line
    }

    fn violation(&self) -> Option<&str> {
        None
    }
}
