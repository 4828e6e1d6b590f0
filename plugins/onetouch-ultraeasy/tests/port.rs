//! The driver on a port that is broken.

use meterport_sdk::testing::{VirtualTime, run};
use meterport_sdk::wit::{Line, Purge};
use meterport_sdk::{Device, DriverError, IoError, Serial};
use onetouch_ultraeasy::UltraEasy;

/// A port on which every read ends with whatever error it was made for.
struct Broken(IoError);

impl Serial for Broken {
    fn read(&mut self, _: u32, _: u32) -> Result<Vec<u8>, IoError> {
        Err(self.0.clone())
    }
    fn read_exact(&mut self, _: u32, _: u32) -> Result<Vec<u8>, IoError> {
        Err(self.0.clone())
    }
    fn write(&mut self, _: &[u8], _: u32) -> Result<(), IoError> {
        Ok(())
    }
    fn flush(&mut self) -> Result<(), IoError> {
        Ok(())
    }
    fn purge(&mut self, _: Purge) -> Result<(), IoError> {
        Ok(())
    }
    fn set_line(&mut self, _: Line) -> Result<(), IoError> {
        Ok(())
    }
    fn set_control(&mut self, _: bool, _: bool) -> Result<(), IoError> {
        Ok(())
    }
}

#[test]
fn an_error_of_the_port_is_passed_on_at_once() {
    for cause in [IoError::Cancelled, IoError::Disconnected, IoError::Other("5: broken".into())] {
        let time = VirtualTime::default();
        let port = Device::Serial(Box::new(Broken(cause.clone())));
        assert_eq!(run(&UltraEasy, port, &time).result, Err(DriverError::Io(cause)));
    }
}
