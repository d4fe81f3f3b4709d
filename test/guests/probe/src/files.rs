//! The file system, through Rust's standard library. A path in the URL is the guest's path without its first slash.

use serde_json::json;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use std::fs;
use std::io::Result;
use std::time::UNIX_EPOCH;

use crate::reply::{body, json, text};
use crate::target::Target;

fn path(target: &Target) -> String {
    format!("/{}", target.rest)
}

/// /read/<path>: 200 and the bytes, or 404 and the error.
pub async fn read(target: &Target, out: ResponseOutparam) {
    match fs::read(path(target)) {
        Ok(bytes) => body(out, 200, "application/octet-stream", bytes).await,
        Err(error) => text(out, 404, format!("{error}\n")).await,
    }
}

/// /write/<path>: writes the body to the file; "ok", or 403 and the error.
pub async fn write(target: &Target, request: IncomingRequest, out: ResponseOutparam) {
    let bytes = request.into_body().await.expect("the body arrives whole");
    match fs::write(path(target), bytes) {
        Ok(()) => text(out, 200, "ok").await,
        Err(error) => text(out, 403, format!("{error}\n")).await,
    }
}

/// /ls/<path>: the names, sorted, a directory's with a slash; or 404 and the error.
pub async fn list(target: &Target, out: ResponseOutparam) {
    match names(&path(target)) {
        Ok(names) => text(out, 200, names.concat()).await,
        Err(error) => text(out, 404, format!("{error}\n")).await,
    }
}

fn names(directory: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let slash = if entry.file_type()?.is_dir() { "/" } else { "" };
        names.push(format!("{}{slash}\n", entry.file_name().to_string_lossy()));
    }
    names.sort();
    Ok(names)
}

/// /stat/<path>: kind, bytes and time of change as JSON; or 404 and the error. Does not follow a last symlink with `?link`.
pub async fn stat(target: &Target, out: ResponseOutparam) {
    let path = path(target);
    let metadata = if target.param("link").is_some() {
        fs::symlink_metadata(path)
    } else {
        fs::metadata(path)
    };
    let metadata = match metadata {
        Ok(metadata) => metadata,
        Err(error) => return text(out, 404, format!("{error}\n")).await,
    };
    let kind = match metadata.file_type() {
        kind if kind.is_file() => "file",
        kind if kind.is_dir() => "directory",
        kind if kind.is_symlink() => "symlink",
        _ => "other",
    };
    let modified = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let value = json!({
        "kind": kind,
        "bytes": metadata.len(),
        "modified_ms": modified.map(|since| since.as_millis() as u64),
    });
    json(out, value).await;
}
