//! Spin 1's interface: stores are numbers.

use crate::bindings::fermyon::spin::key_value::{self, Error};
use crate::{hex, Command, Done};
use serde_json::{json, Value};

pub fn run(command: &Command) -> Done {
    let key = command.key.as_str();
    if command.op == "unknown" {
        return key_value::get(12345, key).map(|value| hex(&value).into()).map_err(name);
    }
    let store = key_value::open(&command.store).map_err(name)?;
    let done = match command.op.as_str() {
        "get" => key_value::get(store, key).map(|value| hex(&value).into()),
        "set" => key_value::set(store, key, &command.value()).map(|()| Value::Null),
        "delete" => key_value::delete(store, key).map(|()| Value::Null),
        "exists" => key_value::exists(store, key).map(Value::from),
        "keys" => key_value::get_keys(store).map(Value::from),
        "closed" => {
            key_value::close(store);
            key_value::close(store);
            println!("closed twice");
            key_value::get(store, key).map(|value| hex(&value).into())
        }
        "leak" => return Ok(leak(&command.store)),
        other => panic!("unknown operation {other}"),
    };
    key_value::close(store);
    done.map_err(name)
}

/// Opens stores and closes none; says how many, and why no more.
fn leak(store: &str) -> Value {
    let mut count = 1;
    loop {
        match key_value::open(store) {
            Ok(_) => count += 1,
            Err(error) => return json!([count, name(error)]),
        }
    }
}

fn name(error: Error) -> String {
    match error {
        Error::StoreTableFull => "store-table-full".into(),
        Error::NoSuchStore => "no-such-store".into(),
        Error::AccessDenied => "access-denied".into(),
        Error::InvalidStore => "invalid-store".into(),
        Error::NoSuchKey => "no-such-key".into(),
        Error::Io(text) => format!("io: {text}"),
    }
}
