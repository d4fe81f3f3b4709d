//! Runs SQL: a body of statements, one a line, on one connection; the answer is a JSON array with the rows of each.
//! `/run` by fermyon:spin/sqlite@2.0.0, `/run3` by spin:sqlite/sqlite@3.0.0; then `/trap` ends in a panic, `/ping` runs nothing.
//! A header `label` names the database. `/values` gives back values of each type that were bound.

use serde_json::{json, Value as Json};
use spin_sdk::http::{Request, Response};
use spin_sdk::http_component;
use spin_sdk::sqlite::{Connection, Value};
use spin_sdk::sqlite3;

#[http_component]
fn handle(request: Request) -> anyhow::Result<Response> {
    let body = String::from_utf8(request.body().to_vec())?;
    let label = request.header("label").and_then(|value| value.as_str()).unwrap_or("default");
    let answer = match request.path() {
        "/run" | "/trap" => run(label, &body),
        "/run3" => run3(label, &body),
        "/values" => values(label),
        _ => Json::Null,
    };
    assert_ne!(request.path(), "/trap", "as asked");
    Ok(Response::new(200, answer.to_string()))
}

fn run(label: &str, body: &str) -> Json {
    let connection = match Connection::open(label) {
        Ok(connection) => connection,
        Err(error) => return json!(format!("{error:?}")),
    };
    // Left to the host: what it leaves open is closed, and what it has begun is rolled back.
    let connection = std::mem::ManuallyDrop::new(connection);
    let statements = body.lines().map(|sql| match connection.execute(sql, &[]) {
        Ok(found) => json!(found.rows.iter().map(|row| row.values.iter().map(shown).collect()).collect::<Vec<Vec<Json>>>()),
        Err(error) => json!(format!("{error:?}")),
    });
    Json::Array(statements.collect())
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

fn run3(label: &str, body: &str) -> Json {
    let connection = match sqlite3::Connection::open(label) {
        Ok(connection) => connection,
        Err(error) => return json!(format!("{error:?}")),
    };
    let statements = body.lines().map(|sql| match connection.execute(sql, &[]) {
        Ok(found) => json!([found.rows.len(), connection.last_insert_rowid().to_string(), connection.changes()]),
        Err(error) => json!(format!("{error:?}")),
    });
    Json::Array(statements.collect())
}

fn values(label: &str) -> Json {
    let bound = [
        Value::Integer(i64::MAX),
        Value::Integer(i64::MIN),
        Value::Real(0.1),
        Value::Real(f64::NAN),
        Value::Text("a\0b é 😀".to_owned()),
        Value::Blob(vec![0, 255]),
        Value::Null,
    ];
    let found = Connection::open(label).and_then(|connection| connection.execute("SELECT ?, ?, ?, ?, ?, ?, ?", &bound));
    match found {
        Ok(found) => json!(found.rows[0].values.iter().map(shown).collect::<Vec<Json>>()),
        Err(error) => json!(format!("{error:?}")),
    }
}
