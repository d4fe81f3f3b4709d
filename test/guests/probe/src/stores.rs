//! The key-value store, operation by operation.

use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::key_value::{Error, Store};

use crate::reply::{body, text};
use crate::target::Target;

enum Answer {
    Value(Option<Vec<u8>>),
    Text(String),
}

/// /kv/<store>/get|set|delete|exists|keys|open?key=..: the result; 404 for no value; 500 and the name of a store's error.
pub async fn key_value(target: &Target, request: IncomingRequest, out: ResponseOutparam) {
    let Some((label, operation)) = target.rest.rsplit_once('/') else {
        return text(out, 400, "want /kv/<store>/<operation>\n").await;
    };
    let value = request.into_body().await.expect("the body arrives whole");
    match operate(label, operation, target, &value) {
        Ok(Answer::Value(Some(value))) => body(out, 200, "application/octet-stream", value).await,
        Ok(Answer::Value(None)) => text(out, 404, "").await,
        Ok(Answer::Text(answer)) => text(out, 200, answer).await,
        Err(error) => text(out, 500, name(&error)).await,
    }
}

fn operate(label: &str, operation: &str, target: &Target, value: &[u8]) -> Result<Answer, Error> {
    let key = target.param("key").unwrap_or_default();
    let store = Store::open(label)?;
    Ok(match operation {
        "get" => Answer::Value(store.get(key)?),
        "set" => store
            .set(key, value)
            .map(|()| Answer::Text("ok".to_owned()))?,
        "delete" => store.delete(key).map(|()| Answer::Text("ok".to_owned()))?,
        "exists" => Answer::Text(store.exists(key)?.to_string()),
        "keys" => Answer::Text(store.get_keys()?.join("\n")),
        "open" => Answer::Text(open_many(label, target.number("n", 1))?.to_string()),
        _ => Answer::Text(format!("there is no operation {operation:?}\n")),
    })
}

/// Holds n more handles to the store at once.
fn open_many(label: &str, n: usize) -> Result<usize, Error> {
    let stores = (0..n)
        .map(|_| Store::open(label))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(stores.len())
}

/// `AccessDenied`, `Other("...")`: the bindings' own Debug text has the type before it.
fn name(error: &Error) -> String {
    format!("{error:?}")
        .trim_start_matches("Error::")
        .to_owned()
}
