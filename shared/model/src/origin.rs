//! The origin of a request, for change records and absolute links.

use std::net::IpAddr;

/// The origin of a request, as API Gateway reports it.
#[derive(Clone, Debug)]
pub struct Origin {
    /// API Gateway's id of the request: `x-request-id`.
    pub request_id: String,
    /// The caller's IP address.
    pub source_ip: String,
    /// The caller's `User-Agent`, cut to 200 characters.
    pub user_agent: String,
    /// The API's address, without a slash at its end: also the issuer of access tokens.
    pub base_url: String,
}

impl Origin {
    /// The network to which a limit applies: an IPv4 address, or the first 64 bits of an IPv6 address, which its holder cannot
    /// choose.
    #[must_use]
    pub fn network(&self) -> Vec<u8> {
        match self.source_ip.parse().map(|ip: IpAddr| ip.to_canonical()) {
            Ok(IpAddr::V4(ip)) => ip.octets().to_vec(),
            Ok(IpAddr::V6(ip)) => ip.octets()[..8].to_vec(),
            Err(_) => self.source_ip.clone().into_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(source_ip: &str) -> Vec<u8> {
        let origin = Origin {
            request_id: String::new(),
            source_ip: source_ip.into(),
            user_agent: String::new(),
            base_url: String::new(),
        };
        origin.network()
    }

    #[test]
    fn an_ipv4_address_is_a_network_of_its_own_however_it_is_written() {
        assert_eq!(network("203.0.113.7"), [203, 0, 113, 7]);
        assert_eq!(network("::ffff:203.0.113.7"), network("203.0.113.7"));
        assert_ne!(network("203.0.113.8"), network("203.0.113.7"));
    }

    #[test]
    fn of_an_ipv6_address_half_counts() {
        let one = network("2001:db8:1:2:3:4:5:6");
        assert_eq!(one, network("2001:db8:1:2::1"));
        assert_ne!(one, network("2001:db8:1:3:3:4:5:6"));
    }

    #[test]
    fn what_is_no_address_stands_for_itself() {
        assert_eq!(network("test-invoke-source-ip"), b"test-invoke-source-ip");
    }
}
