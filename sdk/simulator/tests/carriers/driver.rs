//! A driver for the made-up gauge: one protocol, a small adapter for each transport.

use meterport_sdk::wit::{
    Capture, ConcentrationUnit, DeviceInfo, Entry, Level, Meal, Order, Origin, Payload, Purge,
    Sample, Smbg, Stamp, Summary, Validity,
};
use meterport_sdk::{
    Block, Context, Device, Driver, DriverError, Hid, IoError, Serial, Sink, Usb, Volume,
};

use crate::gauge::sum;

/// Reads the gauge; a careless one believes every answer.
pub struct Reader {
    pub careless: bool,
}

pub const CAREFUL: Reader = Reader { careless: false };

type Asked = Result<Vec<u8>, IoError>;

trait Ask {
    fn ask(&mut self, index: u8) -> Asked;
}

impl Ask for Box<dyn Serial> {
    fn ask(&mut self, index: u8) -> Asked {
        self.purge(Purge::Input)?;
        self.write(&[0xA5, index], 100)?;
        self.read_exact(4, 100)
    }
}

impl Ask for Box<dyn Hid> {
    fn ask(&mut self, index: u8) -> Asked {
        self.write(&[0, 0xA5, index, 0, 0, 0, 0, 0, 0])?;
        Ok(self.read(100)?.get(1..5).unwrap_or_default().to_vec())
    }
}

/// The CP2110: bytes in reports. Its settings are report 50, its switch report 41.
struct Bridged(Box<dyn Hid>);

impl Ask for Bridged {
    fn ask(&mut self, index: u8) -> Asked {
        self.0.write(&[2, 0xA5, index])?;
        Ok(self.0.read(100)?.get(1..).unwrap_or_default().to_vec())
    }
}

impl Ask for Box<dyn Usb> {
    fn ask(&mut self, index: u8) -> Asked {
        let asked = self.transfer_out(0x01, &[0xA5, index], 100);
        let answer = asked.and_then(|_| match self.transfer_in(0x81, 64, 100)? {
            empty if empty.is_empty() => self.transfer_in(0x81, 64, 100),
            answer => Ok(answer),
        });
        if answer == Err(IoError::Stall) {
            self.clear_halt(0x81)?;
            self.clear_halt(0x01)?;
        }
        answer
    }
}

impl Ask for Box<dyn Block> {
    fn ask(&mut self, index: u8) -> Asked {
        let mut request = vec![0xA5, index];
        request.resize(512, 0);
        self.write(3, &request, 100)?;
        Ok(self.read(3, 1, 100)?.get(..4).unwrap_or_default().to_vec())
    }
}

impl Reader {
    /// Tries again after anything that trying again may cure.
    fn repeated<T>(
        &self,
        mut attempt: impl FnMut() -> Result<Option<T>, IoError>,
    ) -> Result<T, DriverError> {
        let mut last = DriverError::protocol("bad-sum", "the sum is not that of the answer");
        for _ in 0..4 {
            match attempt() {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => {}
                Err(error @ (IoError::Timeout | IoError::Stall)) => last = error.into(),
                Err(error) => return Err(error.into()),
            }
        }
        Err(last)
    }

    fn value(&self, link: &mut dyn Ask, index: u8) -> Result<u8, DriverError> {
        self.repeated(|| match link.ask(index)?.as_slice() {
            [0x5A, _, value, _] if self.careless => Ok(Some(*value)),
            [0x5A, of, value, check] if *of == index && sum(&[0x5A, *of, *value]) == *check => {
                Ok(Some(*value))
            }
            _ => Ok(None),
        })
    }

    fn values(&self, link: &mut dyn Ask) -> Result<Vec<u8>, DriverError> {
        let count = self.value(link, 0xFF)?;
        (0..count).map(|index| self.value(link, index)).collect()
    }

    fn file(&self, root: &mut dyn Volume) -> Result<Vec<u8>, DriverError> {
        self.repeated(|| {
            let Some(listed) = root.list("")?.into_iter().next() else { return Ok(None) };
            let mut file = root.open(&listed.name)?;
            let (mut content, size) = (Vec::new(), file.size());
            loop {
                let offset = u64::try_from(content.len()).unwrap();
                let part = file.read_at(offset, 2)?;
                if part.is_empty() {
                    break;
                }
                content.extend(part);
            }
            let whole = u64::try_from(content.len()).ok() == Some(size);
            let check = content.pop();
            let sound = whole && check == Some(sum(&content));
            Ok((sound || self.careless).then_some(content))
        })
    }
}

impl Driver for Reader {
    fn read(&self, device: Device, _: &Context, sink: &mut Sink) -> Result<Summary, DriverError> {
        let values = match device {
            Device::Serial(mut link) => self.values(&mut link),
            Device::Hid(mut link) => match link.get_feature(0x46, 64) {
                Ok(_) => {
                    self.repeated(|| {
                        link.set_feature(&[0x50, 0, 0, 0x25, 0x80, 0, 0, 3, 0])?;
                        link.set_feature(&[0x41, 1]).map(Some)
                    })?;
                    self.values(&mut Bridged(link))
                }
                Err(IoError::Stall) => self.values(&mut link),
                Err(error) => Err(error.into()),
            },
            Device::Usb(mut link) => self.values(&mut link),
            Device::Block(mut link) => self.values(&mut link),
            Device::Volume(mut root) => self.file(root.as_mut()),
            _ => Err(DriverError::UnsupportedDevice("a new kind of device".to_owned())),
        }?;
        sink.identify(&info())?;
        for value in values {
            sink.emit(entry(value))?;
        }
        sink.finish(Order::NewestFirst)
    }
}

fn info() -> DeviceInfo {
    DeviceInfo {
        model: "gauge".to_owned(),
        serial_number: None,
        firmware: None,
        display_unit: None,
        clock: None,
        time_resolution_seconds: 1,
        limits: Vec::new(),
        extra: Vec::new(),
    }
}

pub fn entry(value: u8) -> Entry {
    let log = "results".to_owned();
    Entry {
        origin: Origin { log: log.clone(), numbers: log, sequence: None, part: 0 },
        at: Stamp { local: None, reliable: true, tick: None },
        validity: Validity::Valid,
        payload: Payload::Smbg(Smbg {
            level: Level::Value(u32::from(value) * 1000),
            unit: ConcentrationUnit::MgPerDl,
            sample: Sample::Unknown,
            meal: Meal::Unknown,
            minutes_after_meal: None,
            capture: Capture::Measured,
            reference_method: None,
        }),
        marks: Vec::new(),
        extra: Vec::new(),
        raw: Vec::new(),
    }
}
