// Answers every request over TLS and HTTP/2 with the bytes of a file, in one thread:
// hyper-peer PORT CERTIFICATE KEY BODY
use hyper::{server::conn::Http, service::service_fn, Body, Response};
use std::{convert::Infallible, fs, io::BufReader, sync::Arc};
use tokio::{net::TcpListener, task::LocalSet};
use tokio_rustls::{rustls, TlsAcceptor};

#[derive(Clone)]
struct Local;

impl<F: std::future::Future + 'static> hyper::rt::Executor<F> for Local {
    fn execute(&self, future: F) {
        tokio::task::spawn_local(future);
    }
}

fn acceptor(certificate: &str, key: &str) -> TlsAcceptor {
    let mut pem = BufReader::new(fs::File::open(certificate).unwrap());
    let chain = rustls_pemfile::certs(&mut pem).unwrap().into_iter().map(rustls::Certificate).collect();
    let mut pem = BufReader::new(fs::File::open(key).unwrap());
    let key = loop {
        match rustls_pemfile::read_one(&mut pem).unwrap().unwrap() {
            rustls_pemfile::Item::PKCS8Key(key) | rustls_pemfile::Item::ECKey(key) => break key,
            _ => continue,
        }
    };
    let mut configuration = rustls::ServerConfig::builder()
        .with_safe_defaults()
        .with_no_client_auth()
        .with_single_cert(chain, rustls::PrivateKey(key))
        .unwrap();
    configuration.alpn_protocols = vec![b"h2".to_vec()];
    TlsAcceptor::from(Arc::new(configuration))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let body: &'static [u8] = fs::read(&arguments[4]).unwrap().leak();
    let acceptor = acceptor(&arguments[2], &arguments[3]);
    let listener = TcpListener::bind(("127.0.0.1", arguments[1].parse().unwrap())).await.unwrap();
    LocalSet::new()
        .run_until(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                socket.set_nodelay(true).unwrap();
                let acceptor = acceptor.clone();
                tokio::task::spawn_local(async move {
                    let Ok(stream) = acceptor.accept(socket).await else { return };
                    let service = service_fn(move |_| async move {
                        let answer = Response::builder().header("content-type", "application/json");
                        Ok::<_, Infallible>(answer.body(Body::from(body)).unwrap())
                    });
                    let mut http = Http::new().with_executor(Local);
                    http.http2_only(true).http2_max_concurrent_streams(256);
                    let _ = http.serve_connection(stream, service).await;
                });
            }
        })
        .await;
}
