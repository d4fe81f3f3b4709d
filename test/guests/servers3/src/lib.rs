//! Calls an interface with the address (or the model) that is the request's body: `/redis`, `/mysql`, `/postgres`, `/postgres/ca`, ...
//! The answer is a line for each call, with what came of it.

use bytes::Bytes;
use spin_sdk::http::body::IncomingBodyExt;
use spin_sdk::http::{FullBody, IntoResponse, Request, Response};
use spin_sdk::{http_service, llm, mqtt, mysql, pg, redis};
use std::fmt::Debug;

type Lines = Vec<String>;

fn line<T: Debug, E: Debug>(call: &str, result: Result<T, E>) -> String {
    match result {
        Ok(value) => format!("{call}: ok {value:?}"),
        Err(error) => format!("{call}: {error:?}"),
    }
}

#[http_service]
async fn handle_request(request: Request) -> anyhow::Result<impl IntoResponse> {
    let (head, body) = request.into_parts();
    let body = String::from_utf8(body.bytes().await?.to_vec())?;
    let lines = match head.uri.path() {
        "/redis" => redis(&body).await,
        "/mysql" => mysql(&body).await,
        "/postgres" => postgres(&body).await,
        "/postgres/builder" => builder(&body, None).await,
        "/postgres/ca" => builder("postgres://localhost", Some(body)).await,
        "/mqtt" => mqtt(&body).await,
        "/llm" => llm(&body),
        other => vec![format!("no route {other}")],
    };
    Ok(Response::builder().status(200).body(FullBody::new(Bytes::from(lines.join("\n"))))?)
}

async fn redis(address: &str) -> Lines {
    let connection = match redis::Connection::open(address).await {
        Ok(connection) => connection,
        Err(error) => return vec![line("open", Err::<(), _>(error))],
    };
    vec![
        line("publish", connection.publish("channel", b"payload").await),
        line("get", connection.get("key").await),
        line("set", connection.set("key", b"value").await),
        line("incr", connection.incr("key").await),
        line("del", connection.del(["a"]).await),
        line("sadd", connection.sadd("key", ["a"]).await),
        line("smembers", connection.smembers("key").await),
        line("srem", connection.srem("key", ["a"]).await),
        line("execute", connection.execute("PING", [redis::RedisParameter::Int64(1)]).await),
    ]
}

async fn mysql(address: &str) -> Lines {
    match mysql::Connection::open(address).await {
        Ok(connection) => vec![
            line("query", connection.query("SELECT 1", []).await.map(|_| ())),
            line("execute", connection.execute("SELECT 1", []).await),
        ],
        Err(error) => vec![line("open", Err::<(), _>(error))],
    }
}

async fn postgres(address: &str) -> Lines {
    queried(pg::Connection::open(address).await).await
}

async fn builder(address: &str, ca: Option<String>) -> Lines {
    let options = pg::OpenOptions { ca_root: ca.map(pg::Certificate::Text) };
    queried(pg::Connection::open_with_options(address, options).await).await
}

async fn queried(opened: Result<pg::Connection, pg::Error>) -> Lines {
    match opened {
        Ok(connection) => vec![
            line("query", connection.query("SELECT 1", []).await.map(|_| ())),
            line("execute", connection.execute("SELECT 1", []).await),
        ],
        Err(error) => vec![line("open", Err::<(), _>(error))],
    }
}

async fn mqtt(address: &str) -> Lines {
    match mqtt::Connection::open(address, "user", "secret", 5).await {
        Err(error) => vec![line("open", Err::<(), _>(error))],
        Ok(connection) => vec![
            "open: ok".to_string(),
            line("publish", connection.publish("topic", b"payload".to_vec(), mqtt::Qos::AtLeastOnce).await),
        ],
    }
}

fn llm(model: &str) -> Lines {
    vec![
        line("infer", llm::infer(llm::InferencingModel::Other(model), "hello")),
        line("generate-embeddings", llm::generate_embeddings(llm::EmbeddingModel::Other(model), &["hello".to_string()])),
    ]
}
