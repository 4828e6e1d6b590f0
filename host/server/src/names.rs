//! By which names and addresses this machine is reached: what its certificate must say.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Names and addresses for the certificate of a server that listens there, `more` among them;
/// sorted, each once.
pub(crate) fn of_server(listen: IpAddr, more: &[String]) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    names.extend_from_slice(more);
    if let Some(host) = host_name() {
        if !host.contains('.') {
            names.push(format!("{host}.local"));
        }
        names.push(host);
    }
    if listen.is_unspecified() {
        names.extend(outward(listen).iter().chain(&inward()).map(IpAddr::to_string));
    } else {
        names.push(listen.to_string());
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// An address under which somebody can reach a listener on `listen`.
pub(crate) fn reachable(listen: IpAddr) -> IpAddr {
    if !listen.is_unspecified() {
        return listen;
    }
    let found = outward(listen).into_iter().chain(inward()).next();
    found.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

/// A name or an address as somebody wrote it, in the one form that certificates use.
pub(crate) fn parse(text: &str) -> Result<String, &'static str> {
    if let Ok(address) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
        return match address.is_unspecified() {
            true => Err("nobody can be reached at that address"),
            false => Ok(address.to_string()),
        };
    }
    let name = text.to_ascii_lowercase();
    if is_host_name(&name) { Ok(name) } else { Err("it is no name of a machine and no address") }
}

/// The private addresses of all networks this machine is part of, with a way out or without. IPv4
/// only: addresses of IPv6 come and go by the day.
fn inward() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    interfaces
        .iter()
        .map(if_addrs::Interface::ip)
        .filter(|address| match address {
            IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
            IpAddr::V6(_) => false,
        })
        .collect()
}

/// This machine's own address on the way out, for each family. Connecting a datagram socket only
/// asks the routing table; nothing is sent. The far ends are documentation addresses (RFC 5737 and
/// RFC 3849).
fn outward(listen: IpAddr) -> Vec<IpAddr> {
    let far_v4 = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    let far_v6 = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));
    let mut ways = vec![(IpAddr::V4(Ipv4Addr::UNSPECIFIED), far_v4)];
    if listen.is_ipv6() {
        ways.push((IpAddr::V6(Ipv6Addr::UNSPECIFIED), far_v6));
    }
    ways.into_iter()
        .filter_map(|(here, far)| {
            let socket = UdpSocket::bind(SocketAddr::new(here, 0)).ok()?;
            socket.connect(SocketAddr::new(far, 9)).ok()?;
            Some(socket.local_addr().ok()?.ip())
        })
        .filter(|address| !address.is_unspecified())
        .collect()
}

/// The machine's name, if it can stand in a certificate.
fn host_name() -> Option<String> {
    let name = system_name()?.to_ascii_lowercase();
    is_host_name(&name).then_some(name)
}

/// Whether this can stand in a certificate as a DNS name (RFC 1123, section 2.1).
fn is_host_name(name: &str) -> bool {
    (1..=253).contains(&name.len())
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
        && !name
            .rsplit('.')
            .next()
            .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(unix)]
fn system_name() -> Option<String> {
    rustix::system::uname().nodename().to_str().ok().map(str::to_owned)
}

#[cfg(not(unix))]
fn system_name() -> Option<String> {
    std::env::var("COMPUTERNAME").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_and_no_address_is_refused() {
        for text in ["", "a b", "-ward", "*.ward.local", "0.0.0.0", "::", "192.168.1", "https://a"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_and_addresses_get_one_form() {
        for (text, form) in
            [("Ward-3.LOCAL", "ward-3.local"), ("[FD00::0:7]", "fd00::7"), ("10.0.0.7", "10.0.0.7")]
        {
            assert_eq!(parse(text).as_deref(), Ok(form));
        }
    }

    #[test]
    fn a_certificate_names_this_machine_and_where_it_listens() {
        let names = of_server("192.168.1.5".parse().unwrap(), &["ward.example".to_owned()]);
        for name in ["localhost", "127.0.0.1", "::1", "192.168.1.5", "ward.example"] {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
    }
}
