//! Files of the first mount.

use crate::{code, collect, respond};
use spin_sdk::wasip3::filesystem::preopens::get_directories;
use spin_sdk::wasip3::filesystem::types::{Descriptor, DescriptorFlags, OpenFlags, PathFlags};
use spin_sdk::wasip3::http::types::Response;
use spin_sdk::wasip3::wit_bindgen::{self, StreamReader, StreamResult};
use spin_sdk::wasip3::wit_stream;

fn root() -> Result<Descriptor, String> {
    let (root, _) = get_directories().into_iter().next().ok_or("no mount")?;
    Ok(root)
}

async fn open(path: &str, open: OpenFlags, flags: DescriptorFlags) -> Result<Descriptor, String> {
    root()?.open_at(PathFlags::SYMLINK_FOLLOW, path.into(), open, flags).await.map_err(code)
}

async fn to_read(path: &str) -> Result<Descriptor, String> {
    open(path, OpenFlags::empty(), DescriptorFlags::READ).await
}

/// The file's own stream is the body: its bytes never enter this guest.
pub async fn send(path: &str) -> Result<Response, String> {
    let (bytes, end) = to_read(path).await?.read_via_stream(0);
    wit_bindgen::spawn(async move {
        println!("sent: {:?}", end.await);
    });
    Ok(respond(bytes))
}

/// The same, with nothing more to do for this guest: its task ends while the file is still sent.
pub async fn give(path: &str) -> Result<Response, String> {
    let (bytes, _end) = to_read(path).await?.read_via_stream(0);
    Ok(respond(bytes))
}

/// Reads ten bytes, lets the stream go, and says how it ended.
pub async fn early(path: &str) -> Result<String, String> {
    let (mut bytes, end) = to_read(path).await?.read_via_stream(0);
    let (_, first) = bytes.read(Vec::with_capacity(10)).await;
    drop(bytes);
    Ok(format!("{} {:?}", String::from_utf8_lossy(&first), end.await))
}

/// The request's own stream goes into the file.
pub async fn write(path: &str, body: StreamReader<u8>) -> Result<String, String> {
    let file = open(path, OpenFlags::CREATE | OpenFlags::TRUNCATE, DescriptorFlags::WRITE).await?;
    Ok(format!("{:?}", file.write_via_stream(body, 0).await))
}

/// What was received is read, and written by a stream of the guest's.
pub async fn append(path: &str, body: StreamReader<u8>) -> Result<String, String> {
    let file = open(path, OpenFlags::CREATE, DescriptorFlags::WRITE).await?;
    let mut received = Vec::new();
    collect(body, |mut bytes| received.append(&mut bytes)).await;
    let (mut writer, data) = wit_stream::new();
    let end = file.append_via_stream(data);
    let left = writer.write_all(received).await.len();
    drop(writer);
    Ok(format!("{:?}, {left} bytes left", end.await))
}

pub async fn list(path: &str) -> Result<String, String> {
    let (mut entries, end) = to_read(if path.is_empty() { "." } else { path }).await?.read_directory();
    let mut names = Vec::new();
    loop {
        let (result, some) = entries.read(Vec::with_capacity(5)).await;
        names.extend(some.into_iter().map(|entry| format!("{} {:?}", entry.name, entry.type_)));
        if matches!(result, StreamResult::Dropped) {
            break;
        }
    }
    end.await.map_err(code)?;
    names.sort();
    Ok(names.join("\n"))
}

pub async fn stat(path: &str) -> Result<String, String> {
    let stat = root()?.stat_at(PathFlags::empty(), path.into()).await.map_err(code)?;
    Ok(format!("{:?} {} {:?}", stat.type_, stat.size, stat.data_modification_timestamp.map(|time| time.seconds)))
}

/// Looks at a file a hundred times at once.
pub async fn many(path: &str) -> Result<String, String> {
    let root = root()?;
    let looks = (0..100).map(|_| root.stat_at(PathFlags::empty(), path.into()));
    let sizes = futures::future::join_all(looks).await;
    Ok(format!("{}", sizes.into_iter().map(|stat| stat.map_or(0, |stat| stat.size)).sum::<u64>()))
}
