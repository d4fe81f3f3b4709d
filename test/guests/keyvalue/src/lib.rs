//! Does one command of a request's body (JSON) and answers `{"ok": …}` or `{"err": "access-denied"}`. Values are hexadecimal.

mod v1;
mod wasi;

use serde::Deserialize;
use serde_json::{json, Value};
use spin_sdk::http::{IntoResponse, Request, Response};
use spin_sdk::http_component;

mod bindings {
    wit_bindgen::generate!({
        inline: "
            package test:keyvalue;
            world guest {
                import fermyon:spin/key-value;
                import wasi:keyvalue/store@0.2.0-draft2;
                import wasi:keyvalue/batch@0.2.0-draft2;
                import wasi:keyvalue/atomics@0.2.0-draft2;
            }
        ",
        path: ["../../../wit/fermyon-spin", "../../../wit/wasi-keyvalue@0.2.0-draft2"],
        generate_all,
    });
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Command {
    via: String,
    op: String,
    store: String,
    key: String,
    value: Option<String>,
    keys: Vec<String>,
    pairs: Vec<(String, String)>,
    delta: i64,
    /// Of a swap: ask for the current value before.
    look: bool,
    /// Of a swap: set this value between the look and the swap.
    between: Option<String>,
    /// Of a swap: when it fails, swap again with the new handle.
    retry: bool,
    cursor: Option<String>,
}

impl Default for Command {
    fn default() -> Self {
        Command {
            via: "wasi".into(),
            op: String::new(),
            store: "default".into(),
            key: String::new(),
            value: None,
            keys: vec![],
            pairs: vec![],
            delta: 1,
            look: true,
            between: None,
            retry: false,
            cursor: None,
        }
    }
}

impl Command {
    fn value(&self) -> Vec<u8> {
        unhex(self.value.as_deref().unwrap_or(""))
    }
}

#[http_component]
fn handle(request: Request) -> impl IntoResponse {
    let command: Command = match serde_json::from_slice(request.body()) {
        Ok(command) => command,
        Err(error) => return Response::new(400, error.to_string()),
    };
    let done = match command.via.as_str() {
        "v1" => v1::run(&command),
        _ => wasi::run(&command),
    };
    let answer = match done {
        Ok(value) => json!({ "ok": value }),
        Err(error) => json!({ "err": error }),
    };
    Response::new(200, answer.to_string())
}

type Done = Result<Value, String>;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal")).collect()
}

fn value_of(bytes: Option<Vec<u8>>) -> Value {
    bytes.map_or(Value::Null, |bytes| hex(&bytes).into())
}
