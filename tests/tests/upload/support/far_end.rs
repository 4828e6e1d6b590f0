//! Far ends that are not our server: TLS servers with certificates of the test's choice, and a
//! relay that can go silent.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum_server::tls_rustls::RustlsConfig;
use meterport_model::wire::Pin;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, PublicKeyData,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// A certificate authority.
pub struct Authority {
    /// Its certificate.
    pub certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
    /// The pin of its key.
    pub pin: Pin,
}

/// A certificate and its key.
pub struct Identity {
    /// The certificate.
    pub certificate: Certificate,
    key: KeyPair,
}

impl Authority {
    /// A new one. All have the same name, so that only keys tell them apart.
    pub fn generate() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, "the root");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).expect("a certificate");
        let pin = Pin::of_spki(&key.subject_public_key_info());
        Self { certificate, pin, issuer: Issuer::new(params, key) }
    }

    /// A certificate for this name, valid between these years.
    pub fn issue(&self, name: &str, years: (i32, i32)) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        params.not_before = rcgen::date_time_ymd(years.0, 1, 1);
        params.not_after = rcgen::date_time_ymd(years.1, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        Identity { certificate, key }
    }
}

/// A TLS server with a chain of the test's choice. It counts the requests it gets to see.
pub struct FarEnd {
    /// Where it listens.
    pub url: String,
    requests: Arc<AtomicUsize>,
}

impl FarEnd {
    /// Starts one that shows `identity` followed by `others`, and answers everything by `answer`.
    pub fn start(
        identity: &Identity,
        others: &[&Certificate],
        answer: impl Fn(&Request) -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        let chain = std::iter::once(&identity.certificate)
            .chain(others.iter().copied())
            .map(|certificate| certificate.der().clone())
            .collect();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a chain");
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        let router = Router::new().fallback(move |request: Request| {
            counter.fetch_add(1, Ordering::SeqCst);
            let response = answer(&request);
            async move { response }
        });
        let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
        socket.set_nonblocking(true).expect("a socket");
        let url = format!("https://{}", socket.local_addr().expect("an address"));
        let tls = RustlsConfig::from_config(Arc::new(config));
        let server = axum_server::from_tcp_rustls(socket, tls).expect("a listener");
        tokio::spawn(server.serve(router.into_make_service()));
        Self { url, requests }
    }

    /// How many requests came through.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Hands bytes on between a client and a server, until it is told to keep the answers to itself.
#[derive(Clone)]
pub struct Relay {
    /// Where it listens.
    pub address: SocketAddr,
    server: Arc<AtomicU16>,
    silent: Arc<AtomicBool>,
}

impl Relay {
    /// Starts one before the server at this port.
    pub async fn start(port: u16) -> Self {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let relay = Self {
            address: socket.local_addr().expect("an address"),
            server: Arc::new(AtomicU16::new(port)),
            silent: Arc::new(AtomicBool::new(false)),
        };
        let this = relay.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = socket.accept().await {
                tokio::spawn(this.clone().hand_on(client));
            }
        });
        relay
    }

    /// Sends new connections to this port, and answers through again.
    pub fn move_to(&self, port: u16) {
        self.server.store(port, Ordering::SeqCst);
        self.silent.store(false, Ordering::SeqCst);
    }

    /// Keeps what the server says to itself from now on.
    pub fn go_silent(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }

    async fn hand_on(self, client: tokio::net::TcpStream) {
        let port = self.server.load(Ordering::SeqCst);
        let Ok(server) = tokio::net::TcpStream::connect(("127.0.0.1", port)).await else {
            return;
        };
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let up =
            tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(count @ 1..) = from_server.read(&mut buffer).await {
            if self.silent.load(Ordering::SeqCst) {
                continue;
            }
            if to_client.write_all(&buffer[..count]).await.is_err() {
                break;
            }
        }
        up.abort();
    }
}
