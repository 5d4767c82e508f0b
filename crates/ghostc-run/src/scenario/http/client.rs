//! One request to a program inside the seal, over a connection of its own.

use super::super::channel::SealChannel;
use super::{HttpRequest, MOST_BODY, headers_of, read_body};
use ghostc_judge::play::Event;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::{HOST, HeaderName, HeaderValue};
use hyper::http::uri::{Authority, Scheme};
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use std::error::Error;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tokio::net::TcpStream;
use tokio::task::spawn_local;

/// Sends a request; what came of it.
pub(in super::super) async fn request(number: usize, request: HttpRequest, channel: &SealChannel) -> Event {
    match answer(number, request, channel).await {
        Ok(answered) => answered,
        Err(why) => Event::NotAnswered { request: number, why },
    }
}

async fn answer(number: usize, asked: HttpRequest, channel: &SealChannel) -> Result<Event, String> {
    let (request, address) = prepare(asked)?;
    let stream = connect(address, channel)
        .await
        .map_err(|error| words_of(&error))?;
    let handshake = handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|error| http_words(&error))?;
    let connection = AbortOnDrop(spawn_local(async move {
        // What goes wrong is told to whoever waits for the answer.
        let _told = connection.await;
    }));
    let response = sender.send_request(request).await;
    let (parts, body) = response.map_err(|error| http_words(&error))?.into_parts();
    let (body, is_cut) = read_body(body).await.map_err(|error| http_words(&error))?;
    drop(connection);
    if is_cut {
        return Err(format!("the answer is longer than {} MiB", MOST_BODY >> 20));
    }
    Ok(Event::Answered {
        request: number,
        status: parts.status.as_u16(),
        headers: headers_of(&parts.headers),
        body,
    })
}

/// A task that ends with this value.
struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The request as it is sent, and where to.
fn prepare(asked: HttpRequest) -> Result<(Request<Full<Bytes>>, SocketAddr), String> {
    let url = &asked.url;
    let no_url = |why: String| format!("`{url}` is no URL: {why}");
    let uri: Uri = url.parse().map_err(|error| no_url(format!("{error}")))?;
    if uri.scheme() != Some(&Scheme::HTTP) {
        return Err(no_url("it must begin with `http://`".to_string()));
    }
    let authority = uri
        .authority()
        .ok_or_else(|| no_url("it names no host".to_string()))?;
    let address = loopback_address(authority)?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let method: Method = asked
        .method
        .parse()
        .map_err(|_| format!("`{}` is no method", asked.method))?;
    let mut request = Request::new(Full::new(Bytes::from(asked.body.unwrap_or_default())));
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().map_err(|error| no_url(format!("{error}")))?;
    let host = without_user(authority)
        .parse()
        .map_err(|_| no_url("its host cannot be sent".to_string()))?;
    request.headers_mut().insert(HOST, host);
    for (name, value) in &asked.headers {
        let no_header = || format!("the header `{name}: {value}` cannot be sent");
        let name: HeaderName = name.parse().map_err(|_| no_header())?;
        let value: HeaderValue = value.parse().map_err(|_| no_header())?;
        if name == HOST {
            request.headers_mut().insert(name, value);
        } else {
            request.headers_mut().append(name, value);
        }
    }
    Ok((request, address))
}

fn without_user(authority: &Authority) -> &str {
    let text = authority.as_str();
    text.rsplit_once('@').map_or(text, |(_, host)| host)
}

/// The address of a host of this machine; no other one is asked.
fn loopback_address(authority: &Authority) -> Result<SocketAddr, String> {
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let address = if host.eq_ignore_ascii_case("localhost") {
        Some(IpAddr::V4(Ipv4Addr::LOCALHOST))
    } else {
        host.parse().ok().filter(IpAddr::is_loopback)
    };
    let address = address
        .ok_or_else(|| format!("`{host}` is not on the loopback network, and nothing else is asked"))?;
    Ok(SocketAddr::new(address, authority.port_u16().unwrap_or(80)))
}

async fn connect(address: SocketAddr, channel: &SealChannel) -> io::Result<TcpStream> {
    channel.socket(address.is_ipv6()).await?.connect(address).await
}

/// What went wrong, without the numbers of this system.
fn words_of(error: &io::Error) -> String {
    use io::ErrorKind::{BrokenPipe, ConnectionRefused, ConnectionReset};
    if error.kind() == ConnectionRefused {
        "connection refused".to_string()
    } else if [ConnectionReset, BrokenPipe].contains(&error.kind()) {
        "the connection was reset".to_string()
    } else {
        error.to_string()
    }
}

fn http_words(error: &hyper::Error) -> String {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    let is_cut = cause.is_some_and(|cause| cause.kind() == io::ErrorKind::UnexpectedEof);
    if error.is_incomplete_message() || is_cut {
        "the connection was closed before the answer was whole".to_string()
    } else if error.is_parse() {
        format!("the answer is no HTTP: {error}")
    } else if let Some(cause) = cause {
        words_of(cause)
    } else {
        error.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(url: &str) -> HttpRequest {
        HttpRequest {
            method: "GET".to_string(),
            url: url.to_string(),
            headers: vec![("X-One".to_string(), "1".to_string())],
            body: None,
        }
    }

    #[test]
    fn only_the_loopback_network_is_asked() {
        for (url, address) in [
            ("http://127.0.0.1:8080/a?b=c", "127.0.0.1:8080"),
            ("http://localhost", "127.0.0.1:80"),
            ("http://[::1]:9/", "[::1]:9"),
            ("http://me@127.9.9.9:1/", "127.9.9.9:1"),
        ] {
            let (_, found) = prepare(asked(url)).unwrap();
            assert_eq!(found, address.parse().unwrap());
        }
        for url in [
            "http://10.0.0.1/",
            "http://example.org/",
            "http://localhost.example.org/",
            "https://127.0.0.1/",
            "127.0.0.1:80",
            "http://127.0.0.1:80/a b",
            "",
        ] {
            assert!(prepare(asked(url)).is_err(), "{url}");
        }
    }

    #[test]
    fn a_request_names_its_host_and_path_as_a_client_does() {
        let (request, _) = prepare(asked("http://me@127.0.0.1:80/?q=1")).unwrap();
        assert_eq!(request.uri().to_string(), "/?q=1");
        assert_eq!(request.headers()[HOST], "127.0.0.1:80");
        assert_eq!(request.headers()["x-one"], "1");
    }
}
