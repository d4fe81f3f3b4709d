use spin_sdk::http::{IntoResponse, Method, Request, Response};
use spin_sdk::http_component;
use spin_sdk::key_value::Store;

/// The path of the request is the key, its body the value.
#[http_component]
fn handle_request(request: Request) -> anyhow::Result<impl IntoResponse> {
    let store = Store::open_default()?;
    let key = request.path();

    let (status, body) = match request.method() {
        Method::Post => {
            store.set(key, request.body())?;
            println!("Stored {} bytes under {key}", request.body().len());
            (200, None)
        }
        Method::Get => match store.get(key)? {
            Some(value) => (200, Some(value)),
            None => (404, None),
        },
        Method::Head if store.exists(key)? => (200, None),
        Method::Head => (404, None),
        Method::Delete => {
            store.delete(key)?;
            (200, None)
        }
        _ => (405, None),
    };

    Ok(Response::new(status, body))
}
