//! Reads variables by spin:variables@3.0.0: /variables/<name> as in the guest `config`, /both/<name>/<name> two at once.

use bytes::Bytes;
use spin_sdk::http::{FullBody, IntoResponse, Request, Response};
use spin_sdk::http_service;
use spin_sdk::variables::{self, Error};

#[http_service]
async fn handle_request(request: Request) -> anyhow::Result<impl IntoResponse> {
    let path = request.uri().path().trim_start_matches('/').to_string();
    let parts: Vec<&str> = path.split('/').collect();
    let answer = match parts[..] {
        ["variables", name] => read(name).await,
        ["both", one, other] => {
            let (one, other) = futures::join!(read(one), read(other));
            format!("{one}, {other}")
        }
        _ => format!("no route {path}"),
    };
    Ok(Response::builder().body(FullBody::new(Bytes::from(answer)))?)
}

async fn read(name: &str) -> String {
    match variables::get(name).await {
        Ok(value) => format!("ok {value}"),
        Err(Error::InvalidName(text)) => format!("invalid-name {text}"),
        Err(Error::Undefined(text)) => format!("undefined {text}"),
        Err(Error::Provider(text)) => format!("provider {text}"),
        Err(Error::Other(text)) => format!("other {text}"),
    }
}
