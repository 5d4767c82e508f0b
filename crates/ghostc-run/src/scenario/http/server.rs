//! Fakes that are HTTP servers: every request is a call, which is over when its answer is written or nobody waits for it.

use super::super::calls::{Calls, OpenCall};
use super::{headers_of, read_body};
use ghostc_judge::play::{Answer, CallDetails};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::spawn_local;
use tokio::time::sleep_until;

/// Plays a server for as long as the scenario lasts.
pub(in super::super) async fn serve(name: String, listener: TcpListener, calls: Rc<Calls>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                spawn_local(serve_connection(name.clone(), stream, Rc::clone(&calls)));
            }
            Err(error) => {
                let text = format!("the played server `{name}` cannot listen: {error}");
                return calls.events().broken(text);
            }
        }
    }
}

async fn serve_connection(name: String, stream: TcpStream, calls: Rc<Calls>) {
    let service = service_fn(|request| answer(&name, request, &calls));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // It is the program's end that was closed or sent what is no HTTP, which is not a call.
    let _closed = connection.await;
}

async fn answer(
    name: &str,
    request: Request<Incoming>,
    calls: &Rc<Calls>,
) -> Result<Response<CallBody>, hyper::Error> {
    let (parts, body) = request.into_parts();
    // A longer body is cut: no look at it can be met.
    let (body, _is_cut) = read_body(body).await?;
    let with = CallDetails::Http {
        method: parts.method.as_str().to_string(),
        path: parts
            .uri
            .path_and_query()
            .map_or("/", |path| path.as_str())
            .to_string(),
        headers: headers_of(&parts.headers),
        body,
    };
    let mut call = calls.begin(name, with, calls.events().now());
    let (given, answer) = call.answer().await;
    let Answer::Http {
        status,
        headers,
        body,
        delay,
    } = answer
    else {
        calls.events().broken(format!(
            "the played server `{name}` was answered like something else"
        ));
        return std::future::pending().await;
    };
    sleep_until(given + Duration::from_micros(delay)).await;
    let body = CallBody {
        bytes: Some(Bytes::from(body)),
        _call: call,
    };
    match response(status, &headers, body) {
        Ok(response) => Ok(response),
        Err(why) => {
            calls
                .events()
                .broken(format!("the played server `{name}` cannot answer: {why}"));
            std::future::pending().await
        }
    }
}

fn response(status: u16, headers: &[(String, String)], body: CallBody) -> Result<Response<CallBody>, String> {
    let mut response = Response::new(body);
    let known = StatusCode::from_u16(status);
    *response.status_mut() = known.map_err(|_| format!("{status} is no status"))?;
    for (name, value) in headers {
        let no_header = || format!("the header `{name}: {value}` cannot be sent");
        let name: HeaderName = name.parse().map_err(|_| no_header())?;
        let value: HeaderValue = value.parse().map_err(|_| no_header())?;
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

/// The body of an answer, with which its call ends.
struct CallBody {
    bytes: Option<Bytes>,
    _call: OpenCall,
}

impl Body for CallBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = self.bytes.take().filter(|bytes| !bytes.is_empty());
        Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

/// A listener on a free port of the loopback network inside, and its URL.
pub(in super::super) fn listen(socket: tokio::net::TcpSocket) -> io::Result<(TcpListener, String)> {
    socket.bind((std::net::Ipv4Addr::LOCALHOST, 0).into())?;
    let listener = socket.listen(1024)?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}
