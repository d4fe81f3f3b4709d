//! Runs SQL by spin:sqlite@3.1.0: a body of statements, one a line, on one connection; the answer is a JSON array with, of each,
//! the rows, the last rowid and the number of changes. Rows come as a stream.

use bytes::Bytes;
use serde_json::{json, Value as Json};
use spin_sdk::http::body::IncomingBodyExt;
use spin_sdk::http::{FullBody, IntoResponse, Request, Response};
use spin_sdk::http_service;
use spin_sdk::sqlite::{Connection, Error, Value};

#[http_service]
async fn handle_request(request: Request) -> anyhow::Result<impl IntoResponse> {
    let (_, body) = request.into_parts();
    let body = String::from_utf8(body.bytes().await?.to_vec())?;
    let connection = Connection::open_default().await?;
    let mut answers = Vec::new();
    for sql in body.lines() {
        answers.push(match run(&connection, sql).await {
            Ok(answer) => answer,
            Err(error) => json!(format!("{error:?}")),
        });
    }
    let text = Json::Array(answers).to_string();
    Ok(Response::builder().status(200).body(FullBody::new(Bytes::from(text)))?)
}

async fn run(connection: &Connection, sql: &str) -> Result<Json, Error> {
    let mut found = connection.execute(sql, []).await?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().await {
        rows.push(row.values.iter().map(shown).collect::<Vec<Json>>());
    }
    found.result().await?;
    Ok(json!([rows, connection.last_insert_rowid().await.to_string(), connection.changes().await]))
}

fn shown(value: &Value) -> Json {
    match value {
        Value::Integer(integer) => json!(integer.to_string()),
        Value::Real(real) => json!(real),
        Value::Text(text) => json!(text),
        Value::Blob(blob) => json!(blob),
        Value::Null => Json::Null,
    }
}
