//! Which control requests and endpoints of a claimed interface a driver may use.

use super::Grant;
use crate::bindings::usb::{Kind, Recipient, Setup};

/// The claimed interface, as far as the rules need it.
#[derive(Clone, Debug)]
pub(crate) struct Interface {
    pub(crate) number: u8,
    pub(crate) endpoints: Vec<u8>,
}

/// Which way a control request goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Direction {
    In,
    Out,
}

const GET_STATUS: u8 = 0x00;
const GET_DESCRIPTOR: u8 = 0x06;

/// Whether a control request is allowed; else what is wrong with it.
pub(crate) fn control(
    grant: &Grant,
    interface: &Interface,
    setup: &Setup,
    direction: Direction,
) -> Result<(), &'static str> {
    let reached = match setup.recipient {
        Recipient::Device => true,
        Recipient::Interface => low(setup.index) == interface.number,
        Recipient::Endpoint => interface.endpoints.contains(&low(setup.index)),
        Recipient::Other => false,
    };
    if !reached {
        return Err("a control request to something else than the claimed interface");
    }
    match (setup.kind, setup.recipient, direction) {
        (Kind::Standard, _, Direction::In) if is_harmless(setup.request) => Ok(()),
        (Kind::Standard, ..) => Err("a standard control request that only the host makes"),
        (Kind::Vendor, Recipient::Device, _) if grant.vendor_requests.contains(&setup.request) => {
            Ok(())
        }
        (Kind::Vendor, Recipient::Device, _) => {
            Err("a vendor request to the device that the manifest does not list")
        }
        (Kind::Class, Recipient::Device, _) => Err("a class request to the whole device"),
        (Kind::Class | Kind::Vendor, ..) => Ok(()),
    }
}

/// Whether an endpoint belongs to the claimed interface and goes this way.
pub(crate) fn endpoint(
    interface: &Interface,
    address: u8,
    direction: Direction,
) -> Result<(), &'static str> {
    let is_in = address & 0x80 != 0;
    if !interface.endpoints.contains(&address) {
        Err("an endpoint that the claimed interface does not have")
    } else if is_in != (direction == Direction::In) {
        Err("an endpoint that goes the other way")
    } else {
        Ok(())
    }
}

fn is_harmless(request: u8) -> bool {
    matches!(request, GET_STATUS | GET_DESCRIPTOR)
}

fn low(index: u16) -> u8 {
    index.to_le_bytes()[0]
}

/// `bmRequestType`: direction, type, recipient (USB 2.0, table 9-2).
pub(crate) fn request_type(setup: &Setup, direction: Direction) -> u8 {
    let direction = match direction {
        Direction::In => 0x80,
        Direction::Out => 0x00,
    };
    let kind = match setup.kind {
        Kind::Standard => 0x00,
        Kind::Class => 0x20,
        Kind::Vendor => 0x40,
    };
    let recipient = match setup.recipient {
        Recipient::Device => 0,
        Recipient::Interface => 1,
        Recipient::Endpoint => 2,
        Recipient::Other => 3,
    };
    direction | kind | recipient
}

#[cfg(test)]
mod tests {
    use super::super::tests::manifest;
    use super::*;

    const ALL: [Recipient; 4] =
        [Recipient::Device, Recipient::Interface, Recipient::Endpoint, Recipient::Other];

    fn ask(kind: Kind, recipient: Recipient, request: u8, index: u16, way: Direction) -> bool {
        let grant = Grant::named(&manifest(), 2).unwrap();
        let interface = Interface { number: 1, endpoints: vec![0x81, 0x02] };
        let setup = Setup { kind, recipient, request, value: 0, index };
        control(&grant, &interface, &setup, way).is_ok()
    }

    #[test]
    fn set_configuration_set_interface_set_and_clear_feature_are_the_hosts() {
        // 1 CLEAR_FEATURE, 3 SET_FEATURE, 5 SET_ADDRESS, 7 SET_DESCRIPTOR, 9 SET_CONFIGURATION,
        // 11 SET_INTERFACE: USB 2.0, table 9-4.
        for request in [1, 3, 5, 7, 9, 11] {
            for recipient in ALL {
                for index in [0, 1, 0x81] {
                    for way in [Direction::In, Direction::Out] {
                        assert!(!ask(Kind::Standard, recipient, request, index, way), "{request}");
                    }
                }
            }
        }
    }

    #[test]
    fn status_and_descriptors_may_be_asked_of_the_device_the_interface_and_its_endpoints() {
        for request in [GET_STATUS, GET_DESCRIPTOR] {
            assert!(ask(Kind::Standard, Recipient::Device, request, 0, Direction::In));
            assert!(ask(Kind::Standard, Recipient::Interface, request, 1, Direction::In));
            assert!(ask(Kind::Standard, Recipient::Endpoint, request, 0x81, Direction::In));
            assert!(!ask(Kind::Standard, Recipient::Interface, request, 0, Direction::In));
            assert!(!ask(Kind::Standard, Recipient::Endpoint, request, 0x83, Direction::In));
            assert!(!ask(Kind::Standard, Recipient::Device, request, 0, Direction::Out));
        }
    }

    #[test]
    fn class_and_vendor_requests_reach_the_interface_and_its_endpoints_only() {
        for kind in [Kind::Class, Kind::Vendor] {
            for way in [Direction::In, Direction::Out] {
                assert!(ask(kind, Recipient::Interface, 0x42, 1, way));
                assert!(ask(kind, Recipient::Endpoint, 0x42, 0x02, way));
                assert!(!ask(kind, Recipient::Interface, 0x42, 0, way));
                assert!(!ask(kind, Recipient::Endpoint, 0x42, 0x83, way));
                assert!(!ask(kind, Recipient::Other, 0x42, 1, way));
                assert!(!ask(kind, Recipient::Device, 0x42, 0, way));
            }
        }
    }

    #[test]
    fn a_vendor_request_to_the_device_needs_its_number_in_the_manifest() {
        assert!(ask(Kind::Vendor, Recipient::Device, 0x21, 0, Direction::In));
        assert!(!ask(Kind::Vendor, Recipient::Device, 0x22, 0, Direction::In));
        assert!(!ask(Kind::Class, Recipient::Device, 0x21, 0, Direction::In));
    }

    #[test]
    fn an_endpoint_of_another_interface_or_direction_is_denied() {
        let interface = Interface { number: 1, endpoints: vec![0x81, 0x02] };
        assert!(endpoint(&interface, 0x81, Direction::In).is_ok());
        assert!(endpoint(&interface, 0x02, Direction::Out).is_ok());
        assert!(endpoint(&interface, 0x81, Direction::Out).is_err());
        assert!(endpoint(&interface, 0x02, Direction::In).is_err());
        for address in [0x00, 0x80, 0x83, 0x03] {
            assert!(endpoint(&interface, address, Direction::In).is_err());
        }
    }

    #[test]
    fn the_request_type_is_that_of_the_usb_standard() {
        let setup = |kind, recipient| Setup { kind, recipient, request: 0, value: 0, index: 0 };
        let class = setup(Kind::Class, Recipient::Interface);
        assert_eq!(request_type(&class, Direction::In), 0xA1);
        assert_eq!(request_type(&class, Direction::Out), 0x21);
        assert_eq!(request_type(&setup(Kind::Vendor, Recipient::Device), Direction::In), 0xC0);
        assert_eq!(request_type(&setup(Kind::Standard, Recipient::Endpoint), Direction::In), 0x82);
    }
}
