use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_ses::types::{Body, Content, Destination, Message};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

fn aws(endpoint: &str) -> Aws {
    let vars = |name: &str| match name {
        "AWS_REGION" => Some("eu-west-1".to_owned()),
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("key".to_owned()),
        "AWS_ENDPOINT_URL_SES" | "AWS_ENDPOINT_URL_DYNAMODB" => Some(endpoint.to_owned()),
        _ => None,
    };
    Aws::from_vars(&vars).unwrap()
}

/// An endpoint that refuses every call and leaves the connection open, and the number of its connections.
async fn endpoint() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                let mut request = [0; 16 * 1024];
                while socket.read(&mut request).await.is_ok_and(|read| read > 0) {
                    let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
                    if socket.write_all(answer).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    (address, connections)
}

async fn send(client: &aws_sdk_ses::Client) -> Box<dyn std::error::Error> {
    let text = |data: &str| Content::builder().data(data).build().unwrap();
    let body = Body::builder().text(text("body")).build();
    let sent = client
        .send_email()
        .source("from@example.com")
        .destination(
            Destination::builder()
                .to_addresses("to@example.com")
                .build(),
        )
        .message(
            Message::builder()
                .subject(text("subject"))
                .body(body)
                .build(),
        )
        .send()
        .await;
    sent.unwrap_err().into()
}

#[tokio::test]
async fn ses_has_a_new_connection_for_every_call_and_others_keep_theirs() {
    let (endpoint, connections) = endpoint().await;
    let aws = aws(&endpoint);
    let ses = aws.ses();
    for _ in 0..3 {
        assert!(!never_connected(send(&ses).await.as_ref()));
    }
    assert_eq!(connections.swap(0, Ordering::Relaxed), 3);
    let dynamodb = aws.dynamodb();
    for _ in 0..3 {
        dynamodb.list_tables().send().await.unwrap_err();
    }
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_closed_port_is_never_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = send(&aws(&endpoint).ses()).await;
    assert!(never_connected(error.as_ref()), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_ends_without_an_answer_may_have_sent_the_call() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 1024];
            drop(socket.read(&mut request).await);
        }
    });
    let error = send(&aws(&endpoint).ses()).await;
    assert!(!never_connected(error.as_ref()), "{error:?}");
}
