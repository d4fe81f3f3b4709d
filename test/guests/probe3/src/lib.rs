//! The guest of end-to-end tests for WASI 0.3: the first segment of the path says what to do.

use spin_sdk::wasip3::exports::http::handler::Guest;
use spin_sdk::wasip3::http::types::{ErrorCode, Fields, Request, Response};
use spin_sdk::wasip3::wit_bindgen::{self, FutureReader, StreamReader, StreamResult, StreamWriter};
use spin_sdk::wasip3::{wit_future, wit_stream};

struct Probe;
spin_sdk::wasip3::http::service::export!(Probe);

type Trailers = Result<Option<Fields>, ErrorCode>;

impl Guest for Probe {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let target = request.get_path_with_query().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        match path.trim_start_matches('/') {
            "hello" => Ok(respond(&[], |mut body| async move { write(&mut body, b"hello").await; none() })),
            "head" => Ok(describe(&request)),
            "echo" => Ok(echo(request)),
            "pass" => Ok(pass(request)),
            "trailers" => Ok(respond(&[("trailer", "checksum")], |mut body| async move {
                write(&mut body, b"body").await;
                Ok(Some(fields(&[("checksum", "123")])))
            })),
            "length" => Ok(declared(query)),
            "broken-trailers" => Ok(respond(&[], |mut body| async move {
                write(&mut body, b"half").await;
                Err(ErrorCode::HttpResponseIncomplete)
            })),
            "endless" => Ok(endless()),
            "after" => Ok(respond(&[], |mut body| async move {
                write(&mut body, b"answered").await;
                drop(body);
                println!("and went on");
                none()
            })),
            "error" => Err(ErrorCode::LoopDetected),
            "trap" => panic!("before the head"),
            "trap-after" => Ok(respond(&[], |mut body| async move {
                write(&mut body, b"half").await;
                panic!("amid the body")
            })),
            "empty" => Ok(Response::new(fields(&[]), None, finished()).0),
            "status" => {
                let response = Response::new(fields(&[]), None, finished()).0;
                match response.set_status_code(query.parse().unwrap_or(0)) {
                    Ok(()) => Ok(response),
                    Err(()) => Err(ErrorCode::InternalError(Some("no such status".into()))),
                }
            }
            "upload" => Ok(upload(request).await),
            "keys" => Ok(keys().await),
            other => Err(ErrorCode::InternalError(Some(format!("no route {other}")))),
        }
    }
}

fn none() -> Trailers {
    Ok(None)
}

fn fields(entries: &[(&str, &str)]) -> Fields {
    let entries: Vec<_> = entries.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect();
    Fields::from_list(&entries).unwrap()
}

fn finished() -> FutureReader<Trailers> {
    let (writer, reader) = wit_future::new(none);
    wit_bindgen::spawn(async move {
        let _ = writer.write(none()).await;
    });
    reader
}

async fn write(body: &mut StreamWriter<u8>, bytes: &[u8]) -> bool {
    body.write_all(bytes.to_vec()).await.is_empty()
}

/// A response whose body is written while the response is on its way.
fn respond<F>(headers: &[(&str, &str)], writing: impl FnOnce(StreamWriter<u8>) -> F + 'static) -> Response
where
    F: Future<Output = Trailers> + 'static,
{
    let (body, contents) = wit_stream::new();
    let (end, trailers) = wit_future::new(none);
    wit_bindgen::spawn(async move {
        let outcome = writing(body).await;
        let _ = end.write(outcome).await;
    });
    Response::new(fields(headers), Some(contents), trailers).0
}

fn describe(request: &Request) -> Response {
    let mut text = format!(
        "{:?} {:?} {:?} {:?}\n",
        request.get_method(),
        request.get_scheme(),
        request.get_authority(),
        request.get_path_with_query()
    );
    for (name, value) in request.get_headers().copy_all() {
        text += &format!("{name}: {}\n", String::from_utf8_lossy(&value));
    }
    respond(&[], |mut body| async move {
        write(&mut body, text.as_bytes()).await;
        none()
    })
}

fn received(request: Request) -> (StreamReader<u8>, FutureReader<Trailers>) {
    let (_, handled) = wit_future::new(|| Ok(()));
    Request::consume_body(request, handled)
}

fn echo(request: Request) -> Response {
    let (mut stream, end) = received(request);
    respond(&[], |mut body| async move {
        loop {
            let (result, bytes) = stream.read(Vec::with_capacity(16 * 1024)).await;
            if !bytes.is_empty() && !body.write_all(bytes).await.is_empty() {
                return none();
            }
            if matches!(result, StreamResult::Dropped) {
                return end.await;
            }
        }
    })
}

/// What was received is what is sent; the guest has nothing more to do with it.
fn pass(request: Request) -> Response {
    let (stream, end) = received(request);
    Response::new(fields(&[]), Some(stream), end).0
}

/// `declared-written`, in bytes.
fn declared(query: &str) -> Response {
    let (declared, written) = query.split_once('-').unwrap();
    let written = vec![b'x'; written.parse().unwrap()];
    let (body, contents) = wit_stream::new();
    let (end, trailers) = wit_future::new(none);
    let (response, sent) = Response::new(fields(&[("content-length", declared)]), Some(contents), trailers);
    wit_bindgen::spawn(async move {
        let mut body = body;
        write(&mut body, &written).await;
        drop(body);
        let _ = end.write(none()).await;
        println!("sent: {:?}", sent.await);
    });
    response
}

fn endless() -> Response {
    respond(&[], |mut body| async move {
        let mut written = 0;
        while write(&mut body, &[b'x'; 64 * 1024]).await {
            written += 1;
        }
        println!("the reader has gone: {}", written > 0);
        none()
    })
}

/// Says how many bytes came, and how they ended.
async fn upload(request: Request) -> Response {
    let (mut stream, end) = received(request);
    let mut count = 0;
    loop {
        let (result, bytes) = stream.read(Vec::with_capacity(64 * 1024)).await;
        count += bytes.len();
        if matches!(result, StreamResult::Dropped) {
            break;
        }
    }
    drop(stream);
    let text = match end.await {
        Ok(None) => format!("{count} bytes\n"),
        Ok(Some(trailers)) => format!("{count} bytes, {:?}\n", trailers.copy_all()),
        Err(code) => format!("{count} bytes, {code:?}\n"),
    };
    print!("{text}");
    respond(&[], |mut body| async move {
        write(&mut body, text.as_bytes()).await;
        none()
    })
}

async fn keys() -> Response {
    let store = spin_sdk::key_value::Store::open_default().await.unwrap();
    for key in ["b", "a", "c"] {
        store.set(key, b"1").await.unwrap();
    }
    let keys = store.get_keys().await.collect().await.unwrap();
    let text = format!("{keys:?}");
    respond(&[], |mut body| async move {
        write(&mut body, text.as_bytes()).await;
        none()
    })
}
