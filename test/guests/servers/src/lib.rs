//! Calls an interface with the address (or the model) that is the request's body: `/redis/1`, `/mysql/2`, `/postgres/4`, ...
//! The answer is a line for each call, with what came of it.

mod older;

use spin_sdk::http::{Request, Response};
use spin_sdk::{http_component, llm, mqtt, mysql, pg, pg3, pg4, redis};
use std::fmt::Debug;

pub type Lines = Vec<String>;

pub fn line<T: Debug, E: Debug>(call: &str, result: Result<T, E>) -> String {
    match result {
        Ok(value) => format!("{call}: ok {value:?}"),
        Err(error) => format!("{call}: {error:?}"),
    }
}

#[http_component]
fn handle(request: Request) -> anyhow::Result<Response> {
    let body = String::from_utf8(request.body().to_vec())?;
    let lines = match request.path() {
        "/redis/1" => older::redis(&body),
        "/redis/2" => redis(&body),
        "/mysql/1" => older::mysql(&body),
        "/mysql/2" => mysql(&body),
        "/postgres/1" => older::postgres(&body),
        "/postgres/2" => postgres2(&body),
        "/postgres/3" => postgres3(&body),
        "/postgres/4" => postgres4(&body),
        "/mqtt/2" => mqtt(&body),
        "/mqtt/2/many" => many(&body),
        "/llm/1" => older::llm(&body),
        "/llm/2" => llm(&body),
        "/sqlite/1" => older::sqlite(&body),
        _ => return Ok(Response::new(404, "")),
    };
    Ok(Response::new(200, lines.join("\n")))
}

fn redis(address: &str) -> Lines {
    let connection = match redis::Connection::open(address) {
        Ok(connection) => connection,
        Err(error) => return vec![line("open", Err::<(), _>(error))],
    };
    let one = || "a".to_string();
    vec![
        line("publish", connection.publish("channel", &b"payload".to_vec())),
        line("get", connection.get("key")),
        line("set", connection.set("key", &b"value".to_vec())),
        line("incr", connection.incr("key")),
        line("del", connection.del(&[one()])),
        line("sadd", connection.sadd("key", &[one()])),
        line("smembers", connection.smembers("key")),
        line("srem", connection.srem("key", &[one()])),
        line("execute", connection.execute("PING", &[redis::RedisParameter::Int64(1)])),
    ]
}

/// Of a module whose connections can query and execute.
macro_rules! database {
    ($function:ident, $module:ident) => {
        fn $function(address: &str) -> Lines {
            let connection = match $module::Connection::open(address) {
                Ok(connection) => connection,
                Err(error) => return vec![line("open", Err::<(), _>(error))],
            };
            let params = [$module::ParameterValue::Str("a".into())];
            vec![line("query", connection.query("SELECT 1", &params)), line("execute", connection.execute("SELECT 1", &params))]
        }
    };
}

database!(mysql, mysql);
database!(postgres2, pg);
database!(postgres3, pg3);
database!(postgres4, pg4);

fn mqtt(address: &str) -> Lines {
    match mqtt::Connection::open(address, "user", "secret", 5) {
        Err(error) => vec![line("open", Err::<(), _>(error))],
        Ok(connection) => vec![
            "open: ok".to_string(),
            line("publish", connection.publish("topic", &b"payload".to_vec(), mqtt::Qos::AtLeastOnce)),
        ],
    }
}

/// Opens as many as there may be; then one more when one is closed.
fn many(address: &str) -> Lines {
    let open = || mqtt::Connection::open(address, "user", "secret", 5);
    let mut connections = Vec::new();
    let refused = loop {
        match open() {
            Ok(connection) => connections.push(connection),
            Err(error) => break error,
        }
    };
    let count = connections.len();
    connections.pop();
    vec![format!("{count}: {refused:?}"), format!("then: {}", open().is_ok())]
}

fn llm(model: &str) -> Lines {
    vec![
        line("infer", llm::infer(llm::InferencingModel::Other(model), "hello")),
        line("generate-embeddings", llm::generate_embeddings(llm::EmbeddingModel::Other(model), &["hello".to_string()])),
    ]
}
