//! The address of a client, behind proxies as well.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::FORWARDED;
use axum::http::request::Parts;
use ipnet::IpNet;

use super::Peer;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the client of a request; `None` if it came over no socket. What headers claim counts as far as proxies
/// say it whose addresses are trusted: the last address that none of them has.
pub(super) fn client_address(parts: &Parts, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = parts.extensions.get::<Peer>()?.address().ip().to_canonical();
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    if !is_trusted(&peer) {
        return Some(peer);
    }
    let mut client = peer;
    for claimed in claimed(&parts.headers).into_iter().rev() {
        // Behind what cannot be read nothing is known.
        let Some(address) = claimed else { break };
        client = address;
        if !is_trusted(&address) {
            break;
        }
    }
    Some(client)
}

/// The addresses that proxies say they were asked from, the first one's first; `None` for what is no address.
fn claimed(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let all = |name: &str| -> Vec<String> {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).map(|part| part.trim().to_owned()).collect()
    };
    let forwarded = all(FORWARDED.as_str());
    if forwarded.is_empty() {
        return all(X_FORWARDED_FOR).iter().map(|text| address(text)).collect();
    }
    forwarded.iter().map(|element| address_of_element(element)).collect()
}

/// The member `for` of an element of `Forwarded`.
fn address_of_element(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    address(value.trim().trim_matches('"'))
}

/// An address, with a port or without: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None if text.matches(':').count() == 1 => text.split_once(':')?.0,
        None => text,
    };
    bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn client(peer: &str, headers: &[(&str, &str)]) -> String {
        let mut request = Request::get("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        parts.extensions.insert(Peer::new(peer.parse().unwrap(), "http://h:1"));
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        client_address(&parts, &trusted).unwrap().to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let for_ = "x-forwarded-for";
        for (peer, headers, told) in [
            ("192.0.2.9:1", &[][..], "192.0.2.9"),
            ("192.0.2.9:1", &[(for_, "198.51.100.1")], "192.0.2.9"),
            ("10.0.0.1:1", &[], "10.0.0.1"),
            ("10.0.0.1:1", &[(for_, "198.51.100.1")], "198.51.100.1"),
            ("[::ffff:10.0.0.1]:1", &[(for_, "198.51.100.1")], "198.51.100.1"),
            // Only the last one that is not a proxy of ours is known to be true.
            ("10.0.0.1:1", &[(for_, "1.1.1.1, 198.51.100.1, 10.0.0.2")], "198.51.100.1"),
            ("10.0.0.1:1", &[(for_, "1.1.1.1"), (for_, "198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1:1", &[(for_, "1.1.1.1, unknown")], "10.0.0.1"),
            ("10.0.0.1:1", &[(for_, "10.0.0.3")], "10.0.0.3"),
            ("10.0.0.1:1", &[(for_, "198.51.100.1:4711")], "198.51.100.1"),
            ("[fd00::1]:1", &[(for_, "2001:db8::7")], "2001:db8::7"),
            ("10.0.0.1:1", &[("forwarded", "for=198.51.100.1;proto=https")], "198.51.100.1"),
            ("10.0.0.1:1", &[("forwarded", "For=\"[2001:db8::7]:80\", for=10.0.0.2")], "2001:db8::7"),
            ("10.0.0.1:1", &[("forwarded", "for=_hidden")], "10.0.0.1"),
            ("10.0.0.1:1", &[("forwarded", "for=198.51.100.1"), (for_, "1.1.1.1")], "198.51.100.1"),
        ] {
            assert_eq!(client(peer, headers), told, "{peer} {headers:?}");
        }
    }
}
