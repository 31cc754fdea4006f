//! Sockets: on the loopback interface only, whatever they are for.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::StartError;

/// A socket that already takes connections, though nobody answers them yet.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) socket: TcpListener,
    pub(crate) address: SocketAddr,
}

impl Listener {
    /// Opens `port` of the loopback interface; 0 is any free one. `option` is how the user chooses it.
    pub(crate) async fn bind(port: u16, option: &'static str) -> Result<Self, StartError> {
        let failed = |reason: io::Error| match reason.kind() {
            io::ErrorKind::AddrInUse => StartError::PortTaken { port, option },
            _ => StartError::Listen {
                port,
                reason,
                option,
            },
        };
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        Ok(Self { socket, address })
    }

    /// The address for people and clients.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers with `router` until told to stop.
    pub(crate) fn serve(self, router: Router, stop: Stop) -> JoinHandle<()> {
        tokio::spawn(async move {
            let router = router.into_make_service_with_connect_info::<SocketAddr>();
            let server = axum::serve(self.socket, router).with_graceful_shutdown(stop.described());
            if let Err(error) = server.await {
                tracing::error!(%error, "a server ended");
            }
        })
    }
}

/// Hears that the stack stops.
#[derive(Clone, Debug)]
pub(crate) struct Stop(pub(crate) watch::Receiver<bool>);

impl Stop {
    /// Ends when the stack is told to stop, or is dropped.
    pub(crate) async fn described(mut self) {
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }
}
