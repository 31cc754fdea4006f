//! Sockets, all of them on the loopback interface only.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::StartError;

/// How many connections wait to be accepted.
const BACKLOG: u32 = 1024;

/// A socket that already takes connections, before any is answered.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) socket: TcpListener,
    pub(crate) address: SocketAddr,
}

impl Listener {
    /// Opens `port` of the loopback interface; 0 is any free one. `option` is how the user chooses it.
    pub(crate) fn bind(port: u16, option: &'static str) -> Result<Self, StartError> {
        let failed = |reason: io::Error| match reason.kind() {
            io::ErrorKind::AddrInUse => StartError::PortTaken { port, option },
            _ => StartError::Listen {
                port,
                reason,
                option,
            },
        };
        let socket = listen(port).map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        Ok(Self { socket, address })
    }

    /// The address for people and clients.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves `router` until `stop`.
    pub(crate) fn serve(self, router: Router, stop: Stop) -> JoinHandle<()> {
        tokio::spawn(async move {
            let router = router.into_make_service_with_connect_info::<SocketAddr>();
            let server = axum::serve(self.socket, router).with_graceful_shutdown(stop.stopped());
            if let Err(error) = server.await {
                tracing::error!(%error, "a server ended");
            }
        })
    }
}

/// A socket whose connections send each answer at once: they inherit `TCP_NODELAY`, and an answer of several segments waits
/// for no acknowledgement. This way it holds for the embedded DynamoDB too, which accepts its connections itself.
fn listen(port: u16) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_nodelay(true)?;
    // As `TcpListener::bind` does: a stack may start again on the port of the last one.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
    socket.listen(BACKLOG)
}

/// Changes when the stack stops.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// The end of a stack, and what announces it.
    pub(crate) fn channel() -> (watch::Sender<bool>, Self) {
        let (stop, stopped) = watch::channel(false);
        (stop, Self(stopped))
    }

    /// Ends when the stack stops, or is dropped.
    pub(crate) async fn stopped(mut self) {
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpStream;

    use super::Listener;

    #[tokio::test]
    async fn a_connection_delays_no_segment() {
        let listener = Listener::bind(0, "--port").unwrap();
        let _client = TcpStream::connect(listener.address).await.unwrap();
        let (accepted, _) = listener.socket.accept().await.unwrap();
        assert!(accepted.nodelay().unwrap());
    }
}
