use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::{App, Clock};

fn app(endpoint: &str) -> App {
    let vars = |name: &str| {
        let value = match name {
            "AWS_ENDPOINT_URL_DYNAMODB" => endpoint,
            "AWS_REGION" => "eu-west-1",
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "TABLE_NAME" => "any",
            _ => return None,
        };
        Some(value.to_owned()).filter(|value| !value.is_empty())
    };
    App::from_vars(&vars, Clock::System).unwrap()
}

/// Answers every request of a connection with an empty object.
async fn answer(mut connection: TcpStream, requests: mpsc::UnboundedSender<String>) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = connection.read(&mut bytes).await {
        let request = String::from_utf8_lossy(&bytes[..length]);
        requests.send(request.to_lowercase()).unwrap();
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        connection.write_all(answer).await.unwrap();
    }
}

#[tokio::test]
async fn the_first_read_uses_the_connection_of_an_unsigned_request() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let app = app(&format!("http://{}", listener.local_addr().unwrap()));
    let connections = Arc::new(AtomicUsize::new(0));
    let (sender, mut requests) = mpsc::unbounded_channel();
    let accepted = connections.clone();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            accepted.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(answer(connection, sender.clone()));
        }
    });

    app.connect().await;
    assert_eq!(app.store.public_keys().await.unwrap(), []);

    let ping = requests.recv().await.unwrap();
    assert!(ping.starts_with("get / http/1.1"), "{ping}");
    assert!(!ping.contains("authorization"), "{ping}");
    let read = requests.recv().await.unwrap();
    assert!(
        read.contains("x-amz-target: dynamodb_20120810.getitem"),
        "{read}"
    );
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_table_that_does_not_answer_stops_no_start() {
    app("http://127.0.0.1:1").connect().await;
}

#[tokio::test]
async fn the_ping_goes_where_the_client_goes() {
    let url = app("").aws.dynamodb_url().await.unwrap();
    assert_eq!(url, "https://dynamodb.eu-west-1.amazonaws.com");
}
