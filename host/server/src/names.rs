//! By which names and addresses this machine is reached: what its certificate must say.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Names and addresses for the certificate of a server that listens there; sorted, each once.
pub(crate) fn of_server(listen: IpAddr) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    if let Some(host) = host_name() {
        if !host.contains('.') {
            names.push(format!("{host}.local"));
        }
        names.push(host);
    }
    if listen.is_unspecified() {
        names.extend(outward(listen).iter().map(IpAddr::to_string));
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
    outward(listen).into_iter().next().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
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
    let fits = (1..=253).contains(&name.len())
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
        && name.parse::<IpAddr>().is_err();
    fits.then_some(name)
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
    fn a_certificate_names_this_machine_and_where_it_listens() {
        let names = of_server("192.168.1.5".parse().unwrap());
        for name in ["localhost", "127.0.0.1", "::1", "192.168.1.5"] {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
    }
}
