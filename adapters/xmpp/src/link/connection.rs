//! One TCP connection, from connect to the accepted handshake (XEP-0114 §3).

use aws_lc_rs::digest;
use minidom::Element;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;

use super::config::{LinkConfig, hex};
use super::error::LinkError;
use super::guard::Limits;
use super::ns;
use super::reader::{StreamEvent, StreamReader};

/// The reading half.
pub(crate) struct Input {
    socket: OwnedReadHalf,
    chunk: Vec<u8>,
    reader: StreamReader,
}

impl Input {
    fn new(socket: OwnedReadHalf, limits: Limits) -> Self {
        Self {
            socket,
            chunk: vec![0; READ_BYTES],
            reader: StreamReader::new(limits),
        }
    }

    /// The next event in what was read so far.
    pub(crate) fn parsed(&mut self) -> Result<Option<StreamEvent>, LinkError> {
        self.reader.next().map_err(|broken| LinkError::Broken(broken.0.into()))
    }

    /// Reads more. Safe to cancel.
    pub(crate) async fn fill(&mut self) -> Result<(), LinkError> {
        match self.socket.read(&mut self.chunk).await {
            Ok(0) => Err(LinkError::Closed),
            Ok(count) => {
                self.reader.feed(self.chunk.get(..count).unwrap_or_default());
                Ok(())
            }
            Err(error) => Err(LinkError::io(&error)),
        }
    }

    async fn event(&mut self) -> Result<StreamEvent, LinkError> {
        loop {
            if let Some(event) = self.parsed()? {
                return Ok(event);
            }
            self.fill().await?;
        }
    }
}

const READ_BYTES: usize = 16 * 1024;

/// Connects and shakes hands.
pub(crate) async fn open(config: &LinkConfig) -> Result<(Input, OwnedWriteHalf), LinkError> {
    let socket = timeout(config.connect_timeout, TcpStream::connect(&config.server))
        .await
        .map_err(|_| LinkError::Timeout { stage: "connect" })?
        .map_err(|error| LinkError::Unreachable {
            server: config.server.clone(),
            detail: error.to_string(),
        })?;
    // stanzas are written in whole batches
    socket.set_nodelay(true).map_err(|error| LinkError::io(&error))?;
    let (read, mut write) = socket.into_split();
    let mut input = Input::new(read, config.limits);
    timeout(config.connect_timeout, greet(config, &mut input, &mut write))
        .await
        .map_err(|_| LinkError::Timeout { stage: "handshake" })??;
    Ok((input, write))
}

async fn greet(config: &LinkConfig, input: &mut Input, write: &mut OwnedWriteHalf) -> Result<(), LinkError> {
    write
        .write_all(header(config.domain()).as_bytes())
        .await
        .map_err(|error| LinkError::io(&error))?;
    let StreamEvent::Opened { id } = input.event().await? else {
        return Err(LinkError::Broken("no stream header".into()));
    };
    // A server that knows no such host sends a header without an id, then the error.
    if let Some(id) = id.filter(|id| !id.is_empty()) {
        let answer = format!("<handshake>{}</handshake>", handshake(&id, &config.secret));
        // If this fails, what the server said before it hung up tells more.
        let _ = write.write_all(answer.as_bytes()).await;
    }
    match input.event().await? {
        StreamEvent::Element(element) if element.is("handshake", ns::CLIENT) => Ok(()),
        StreamEvent::Element(element) => Err(unexpected(&element)),
        StreamEvent::Closed => Err(LinkError::Closed),
        StreamEvent::Opened { .. } | StreamEvent::Refused(_) => Err(LinkError::Broken("no handshake".into())),
    }
}

fn unexpected(element: &Element) -> LinkError {
    if element.is("error", ns::STREAM) {
        return LinkError::of_stream(element);
    }
    LinkError::Broken(format!("<{}/> in place of the handshake", element.name()))
}

fn header(domain: &str) -> String {
    // a domain part holds nothing that XML would have to escape: PRECIS and IDNA allow letters, digits, '-', '.', ':'
    format!(
        "<?xml version='1.0'?><stream:stream xmlns='{}' xmlns:stream='{}' to='{domain}'>",
        ns::COMPONENT,
        ns::STREAM
    )
}

/// XEP-0114 §3: hex(SHA-1(stream id, secret)).
fn handshake(id: &str, secret: &str) -> String {
    let mut context = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    context.update(id.as_bytes());
    context.update(secret.as_bytes());
    hex(context.finish().as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handshake_is_the_hex_sha1_of_id_and_secret() {
        // The example of XEP-0114 §3, whose secret is "test".
        assert_eq!(
            handshake("3BF96D32", "test"),
            "aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e"
        );
    }
}
