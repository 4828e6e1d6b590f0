//! A meter with a raw interface: a bulk endpoint each way.

use crate::{Reply, Simulator, Stalled, UsbShape};

use super::descriptors::{Descriptors, Endpoint, Interface, Release};
use super::function::Function;
use super::queues::Queues;
use super::setup::Setup;

/// The device side of a meter with bulk endpoints.
pub struct Bulk {
    descriptors: Descriptors,
    input: u8,
    max_packet: u16,
}

/// Where the endpoints of a bulk meter are.
pub struct Endpoints {
    /// Address of the OUT endpoint.
    pub output: u8,
    /// Address of the IN endpoint.
    pub input: u8,
    /// Address of an interrupt IN endpoint on which nothing is sent.
    pub interrupt: Option<u8>,
    /// Bytes in one packet.
    pub max_packet: u16,
}

impl Bulk {
    /// A device with one interface of this class.
    pub fn new(shape: &UsbShape, class: [u8; 3], at: &Endpoints) -> Self {
        let mut endpoints =
            vec![Endpoint::bulk(at.input, at.max_packet), Endpoint::bulk(at.output, at.max_packet)];
        endpoints.extend(at.interrupt.map(|address| Endpoint::interrupt(address, 16)));
        let interface = Interface { class, extra: Vec::new(), endpoints };
        let release = Release { usb: 0x0200, device: 0x0100 };
        let descriptors = Descriptors::new(shape, 0, release, &[interface]);
        Self { descriptors, input: at.input, max_packet: at.max_packet }
    }

    fn say(&self, replies: Vec<Reply>, queues: &mut Queues) {
        for reply in replies {
            queues.transfer(self.input, reply, usize::from(self.max_packet));
        }
    }
}

impl Function for Bulk {
    fn descriptors(&self) -> &Descriptors {
        &self.descriptors
    }

    fn control_in(&mut self, setup: Setup, meter: &mut dyn Simulator) -> Result<Vec<u8>, Stalled> {
        meter.control_in(setup.bytes)
    }

    fn control_out(
        &mut self,
        setup: Setup,
        data: &[u8],
        meter: &mut dyn Simulator,
        _: &mut Queues,
    ) -> Result<(), Stalled> {
        meter.control_out(setup.bytes, data)
    }

    fn output(
        &mut self,
        _: u8,
        data: &[u8],
        meter: &mut dyn Simulator,
        queues: &mut Queues,
    ) -> Result<(), Stalled> {
        self.say(meter.receive(data), queues);
        Ok(())
    }

    fn woken(&mut self, meter: &mut dyn Simulator, queues: &mut Queues) {
        self.say(meter.woken(), queues);
    }

    fn is_raw(&self) -> bool {
        true
    }
}
