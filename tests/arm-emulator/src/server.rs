//! Listeners and connections: from a socket to a request, and from an answer back to bytes.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_rustls::TlsAcceptor;

use crate::log::Origin;
use crate::serve::serve;
use crate::state::Shared;
use crate::util::lock;
use crate::wire::{Fuse, Wire};

/// Closes an origin for a time.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    until: Mutex<Option<Instant>>,
    changed: Notify,
}

impl Gate {
    pub(crate) fn close_for(&self, time: Duration) {
        *lock(&self.until) = Some(Instant::now() + time);
        self.changed.notify_one();
    }

    pub(crate) fn closed_until(&self) -> Option<Instant> {
        lock(&self.until).filter(|until| *until > Instant::now())
    }
}

/// A port that stays ours while nobody listens on it: connecting to it is refused, and no other program gets it.
#[derive(Debug)]
pub(crate) struct Port {
    address: SocketAddr,
    _placeholder: TcpSocket,
}

impl Port {
    pub(crate) fn reserve(address: SocketAddr) -> io::Result<Self> {
        let placeholder = socket(address)?;
        let address = placeholder.local_addr()?;
        Ok(Self {
            address,
            _placeholder: placeholder,
        })
    }

    pub(crate) const fn number(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn listen(&self) -> io::Result<TcpListener> {
        socket(self.address)?.listen(1024)
    }
}

fn socket(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Serves an origin until its task is ended; the connections end with it.
pub(crate) async fn run(origin: Origin, port: Port, first: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    let mut listener = Some(first);
    loop {
        let gate = shared.gate(origin);
        if let Some(until) = gate.closed_until() {
            // Dropping the listener is what makes the system refuse connections.
            listener = None;
            sleep_until(until).await;
            continue;
        }
        let Some(open) = &listener else {
            match port.listen() {
                Ok(again) => listener = Some(again),
                Err(_) => sleep(Duration::from_millis(10)).await,
            }
            continue;
        };
        tokio::select! {
            accepted = open.accept() => match accepted {
                Ok((stream, _)) => {
                    let open = Arc::clone(&shared.connections);
                    let served = connection(origin, stream, tls.clone(), Arc::clone(&shared));
                    connections.spawn(async move {
                        served.await;
                        drop(open);
                    });
                }
                // Out of file descriptors, say: better to wait than to spin.
                Err(_) => sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
            () = gate.changed.notified() => {}
        }
    }
}

async fn connection(origin: Origin, stream: TcpStream, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    // Without it small answers wait for acknowledgements; where it cannot be set, they are merely slow.
    let _ = stream.set_nodelay(true);
    let fuse = Fuse::default();
    let wire = Wire::new(stream, fuse.clone());
    match tls {
        None => http(origin, wire, fuse, shared).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(wire).await {
                http(origin, stream, fuse, shared).await;
            }
        }
    }
}

async fn http<S>(origin: Origin, stream: S, fuse: Fuse, shared: Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let (shared, fuse) = (Arc::clone(&shared), fuse.clone());
        async move {
            match serve(origin, request, &shared, &fuse).await {
                Some(response) => Ok::<_, io::Error>(response),
                None => {
                    fuse.blow();
                    Err(io::ErrorKind::ConnectionReset.into())
                }
            }
        }
    });
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // However a connection ends, only its client cares.
    let _: Result<(), Infallible> = served.await.or(Ok(()));
}
