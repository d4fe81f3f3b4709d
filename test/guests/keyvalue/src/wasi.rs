//! wasi:keyvalue: store, batch and atomics.

use crate::bindings::wasi::keyvalue::atomics::{self, Cas, CasError};
use crate::bindings::wasi::keyvalue::batch;
use crate::bindings::wasi::keyvalue::store::{open, Bucket, Error};
use crate::{unhex, value_of, Command, Done};
use serde_json::{json, Value};

pub fn run(command: &Command) -> Done {
    let bucket = open(&command.store).map_err(name)?;
    let key = command.key.as_str();
    match command.op.as_str() {
        "get" => bucket.get(key).map(value_of),
        "set" => bucket.set(key, &command.value()).map(|()| Value::Null),
        "delete" => bucket.delete(key).map(|()| Value::Null),
        "exists" => bucket.exists(key).map(Value::from),
        "keys" => bucket
            .list_keys(command.cursor.as_deref())
            .map(|response| json!({ "keys": response.keys, "cursor": response.cursor })),
        "get-many" => batch::get_many(&bucket, &command.keys)
            .map(|pairs| pairs.into_iter().map(|(key, value)| json!([key, value_of(value)])).collect()),
        "set-many" => {
            let pairs: Vec<_> = command.pairs.iter().map(|(key, value)| (key.clone(), unhex(value))).collect();
            batch::set_many(&bucket, &pairs).map(|()| Value::Null)
        }
        "delete-many" => batch::delete_many(&bucket, &command.keys).map(|()| Value::Null),
        "increment" => atomics::increment(&bucket, key, command.delta).map(Value::from),
        "swap" => return swap(&bucket, command),
        "append" => return append(&bucket, command),
        "leak" => return Ok(leak(&bucket)),
        other => panic!("unknown operation {other}"),
    }
    .map_err(name)
}

/// One swap, or two: says what it saw, whether it swapped, and what the handle of a failed one sees.
fn swap(bucket: &Bucket, command: &Command) -> Done {
    let key = command.key.as_str();
    let cas = Cas::new(bucket, key).map_err(name)?;
    let seen = if command.look { value_of(cas.current().map_err(name)?) } else { Value::Null };
    if let Some(between) = &command.between {
        bucket.set(key, &unhex(between)).map_err(name)?;
    }
    match atomics::swap(cas, &command.value()) {
        Ok(()) => Ok(json!({ "swapped": true, "seen": seen })),
        Err(CasError::StoreError(error)) => Err(name(error)),
        Err(CasError::CasFailed(next)) if command.retry => {
            // Without a look: the handle has one already.
            let retried = atomics::swap(next, &command.value()).is_ok();
            Ok(json!({ "swapped": false, "seen": seen, "retried": retried }))
        }
        Err(CasError::CasFailed(next)) => {
            let now = value_of(next.current().map_err(name)?);
            Ok(json!({ "swapped": false, "seen": seen, "now": now }))
        }
    }
}

/// Appends to the value, however often others come between; says how often that was.
fn append(bucket: &Bucket, command: &Command) -> Done {
    let mut cas = Cas::new(bucket, &command.key).map_err(name)?;
    let mut failed = 0;
    loop {
        let mut value = cas.current().map_err(name)?.unwrap_or_default();
        value.extend(command.value());
        match atomics::swap(cas, &value) {
            Ok(()) => return Ok(failed.into()),
            Err(CasError::StoreError(error)) => return Err(name(error)),
            Err(CasError::CasFailed(next)) => cas = next,
        }
        failed += 1;
    }
}

/// Makes handles and drops none; says how many, and why no more.
fn leak(bucket: &Bucket) -> Value {
    let mut kept = vec![];
    loop {
        match Cas::new(bucket, "k") {
            Ok(cas) => kept.push(cas),
            Err(error) => return json!([kept.len(), name(error)]),
        }
    }
}

fn name(error: Error) -> String {
    match error {
        Error::NoSuchStore => "no-such-store".into(),
        Error::AccessDenied => "access-denied".into(),
        Error::Other(text) => format!("other: {text}"),
    }
}
