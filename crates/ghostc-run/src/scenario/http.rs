//! HTTP/1.1, both ways: requests to programs, and servers that are played to them.

mod client;
mod server;

pub(super) use client::request;
pub(super) use server::{listen, serve};

use http_body_util::BodyExt as _;
use hyper::HeaderMap;
use hyper::body::Body;

/// The longest body that is looked at.
const MOST_BODY: usize = 16 << 20;

/// A request that is to be sent.
pub(super) struct HttpRequest {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
}

/// Headers with their names in small letters.
fn headers_of(headers: &HeaderMap) -> Vec<(String, String)> {
    let headers = headers.iter();
    headers
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_string(), value)
        })
        .collect()
}

/// The start of a body, up to the longest that is looked at, and whether there is more.
async fn read_body<B: Body + Unpin>(mut body: B) -> Result<(Vec<u8>, bool), B::Error> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Ok(mut data) = frame?.into_data() {
            use hyper::body::Buf as _;
            while data.has_remaining() {
                let chunk = data.chunk();
                let length = chunk.len();
                let room = MOST_BODY.saturating_sub(bytes.len());
                bytes.extend_from_slice(chunk.get(..room.min(length)).unwrap_or_default());
                if length > room {
                    return Ok((bytes, true));
                }
                data.advance(length);
            }
        }
    }
    Ok((bytes, false))
}
