//! The running server: listener, housekeeping, and a stop that lets requests finish.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::TokioTimer;
use jiff::Timestamp;
use meterport_model::wire::Pin;
use tokio::task::JoinHandle;

use crate::prune::prune;
use crate::store::Store;
use crate::{ServerError, api, log, names, tls};

/// How often certificates and leftovers are looked at.
const HOUSEKEEPING: Duration = Duration::from_secs(60 * 60);
/// How long requests may finish when the server stops.
const GRACE: Duration = Duration::from_secs(5);
/// How long a connection may take to send a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);

/// Where to listen and where to keep things.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The server's folder; made if it is missing.
    pub data_dir: PathBuf,
    /// Names and addresses for the certificate beyond those the machine has by itself. None given:
    /// those of an earlier start.
    pub names: Vec<String>,
}

/// A server that listens. Dropping it leaves it running until the program ends.
pub struct Server {
    address: SocketAddr,
    pin: Pin,
    store: Store,
    tls: RustlsConfig,
    handle: Handle<SocketAddr>,
    listener: JoinHandle<io::Result<()>>,
    housekeeping: JoinHandle<()>,
}

impl Server {
    /// Opens the data folder, setting up a new server if it is empty, and listens.
    pub async fn start(options: &Options) -> Result<Self, ServerError> {
        let mut given = Vec::with_capacity(options.names.len());
        for name in &options.names {
            given.push(names::parse(name).map_err(|reason| {
                let name = name.clone();
                ServerError::Name { name, reason }
            })?);
        }
        let store = Store::create(&options.data_dir).await?;
        let now = Timestamp::now();
        prune(&store, now).await?;
        let (pin, config) = tls::prepare(&store, options.listen.ip(), &given, now).await?;
        let tls = RustlsConfig::from_config(config);
        let (socket, address) = listen(options.listen)?;
        let refuse = |source| ServerError::Listen { address: options.listen, source };
        let handle = Handle::new();
        let mut server = axum_server::from_tcp_rustls(socket, tls.clone())
            .map_err(refuse)?
            .handle(handle.clone());
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
        server
            .http_builder()
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(HEAD_TIMEOUT)
            .max_concurrent_streams(32);
        let service =
            api::router(store.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let listener = tokio::spawn(server.serve(service));
        let housekeeping = tokio::spawn(housekeep(store.clone(), tls.clone(), address));
        Ok(Self { address, pin, store, tls, handle, listener, housekeeping })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// An address under which this server can be reached.
    pub fn url(&self) -> String {
        let address = SocketAddr::new(names::reachable(self.address.ip()), self.address.port());
        format!("https://{address}")
    }

    /// The pin that clients keep.
    pub fn pin(&self) -> Pin {
        self.pin
    }

    /// Looks at the certificate as if it were `now`, and replaces it in the running listener if
    /// it is due. The server does this by itself every hour.
    pub async fn renew_certificate(&self, now: Timestamp) -> Result<bool, ServerError> {
        tls::renew(&self.store, &self.tls, self.address.ip(), now).await
    }

    /// Stops: takes no new connection, lets requests finish for some seconds, closes the database.
    pub async fn stop(self) -> Result<(), ServerError> {
        self.handle.graceful_shutdown(Some(GRACE));
        self.finish().await
    }

    /// Runs until `stop` is done, then stops; or until the listener ends by itself.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> Result<(), ServerError> {
        let mut this = self;
        tokio::select! {
            ended = &mut this.listener => {
                this.housekeeping.abort();
                this.store.pool.close().await;
                ended_by_itself(ended)
            }
            () = stop => this.stop().await,
        }
    }

    async fn finish(self) -> Result<(), ServerError> {
        let ended = self.listener.await;
        self.housekeeping.abort();
        self.store.pool.close().await;
        match ended {
            Ok(Ok(())) => Ok(()),
            other => ended_by_itself(other),
        }
    }
}

fn ended_by_itself(
    ended: Result<io::Result<()>, tokio::task::JoinError>,
) -> Result<(), ServerError> {
    let source = match ended {
        Ok(Ok(())) => io::Error::other("the listener ended"),
        Ok(Err(error)) => error,
        Err(error) => io::Error::other(error),
    };
    Err(ServerError::Stopped { source })
}

/// The pin of the server in this folder.
pub async fn pin(data_dir: &Path) -> Result<Pin, ServerError> {
    let store = Store::existing(data_dir).await?;
    let pin = tls::pin(&store).await?;
    store.pool.close().await;
    pin.ok_or_else(|| ServerError::NotSetUp { path: data_dir.to_owned() })
}

fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServerError> {
    let open = || {
        let socket = TcpListener::bind(address)?;
        socket.set_nonblocking(true)?;
        let bound = socket.local_addr()?;
        Ok((socket, bound))
    };
    open().map_err(|source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => ServerError::AddressInUse { address },
        _ => ServerError::Listen { address, source },
    })
}

async fn housekeep(store: Store, listener: RustlsConfig, address: SocketAddr) {
    let mut clock = tokio::time::interval(HOUSEKEEPING);
    clock.tick().await; // the first is at once, and all has just been looked at
    loop {
        clock.tick().await;
        let now = Timestamp::now();
        match tls::renew(&store, &listener, address.ip(), now).await {
            Ok(true) => log::line("the certificate was renewed"),
            Ok(false) => {}
            Err(error) => log::fault(&error),
        }
        if let Err(error) = prune(&store, now).await {
            log::fault(&error);
        }
    }
}
