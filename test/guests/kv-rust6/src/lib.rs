use bytes::Bytes;
use spin_sdk::http::body::IncomingBodyExt;
use spin_sdk::http::{FullBody, IntoResponse, Method, Request, Response};
use spin_sdk::http_service;
use spin_sdk::key_value::Store;

/// The path of the request is the key, its body the value.
#[http_service]
async fn handle_request(request: Request) -> anyhow::Result<impl IntoResponse> {
    let (head, body) = request.into_parts();
    let store = Store::open_default().await?;
    let key = head.uri.path();

    let (status, value) = match head.method {
        Method::POST => {
            let value = body.bytes().await?;
            store.set(key, &value).await?;
            println!("Stored {} bytes under {key}", value.len());
            (200, None)
        }
        Method::GET => match store.get(key).await? {
            Some(value) => (200, Some(value)),
            None => (404, None),
        },
        Method::HEAD if store.exists(key).await? => (200, None),
        Method::HEAD => (404, None),
        Method::DELETE => {
            store.delete(key).await?;
            (200, None)
        }
        _ => (405, None),
    };

    let body = FullBody::new(Bytes::from(value.unwrap_or_default()));
    Ok(Response::builder().status(status).body(body)?)
}
