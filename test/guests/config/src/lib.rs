//! Reads variables: /<interface>/<name> answers `ok <value>`, or the error's name and its text.

mod older {
    wit_bindgen::generate!({
        inline: r#"
            package tspin:config-guest;
            world older {
                import fermyon:spin/config;
                import wasi:config/store@0.2.0-draft-2024-09-27;
            }
            package fermyon:spin {
                interface config {
                    get-config: func(key: string) -> result<string, error>;
                    variant error { provider(string), invalid-key(string), invalid-schema(string), other(string) }
                }
            }
            package wasi:config@0.2.0-draft-2024-09-27 {
                interface store {
                    variant error { upstream(string), io(string) }
                    get: func(key: string) -> result<option<string>, error>;
                    get-all: func() -> result<list<tuple<string, string>>, error>;
                }
            }
        "#,
        world: "older",
        generate_all,
    });
}

use older::fermyon::spin::config;
use older::wasi::config::store;
use spin_sdk::http::{IntoResponse, Request, Response};
use spin_sdk::{http_component, variables};

#[http_component]
fn handle(request: Request) -> anyhow::Result<impl IntoResponse> {
    let path = request.path().trim_start_matches('/').to_string();
    let (interface, name) = path.split_once('/').unwrap_or((&path, ""));
    let answer = match interface {
        "variables" => variables(name),
        "config" => config(name),
        "store" => store(name),
        "all" => all(),
        _ => format!("no interface {interface}"),
    };
    Ok(Response::new(200, answer))
}

fn variables(name: &str) -> String {
    match variables::get(name) {
        Ok(value) => format!("ok {value}"),
        Err(variables::Error::InvalidName(text)) => format!("invalid-name {text}"),
        Err(variables::Error::Undefined(text)) => format!("undefined {text}"),
        Err(variables::Error::Provider(text)) => format!("provider {text}"),
        Err(variables::Error::Other(text)) => format!("other {text}"),
    }
}

fn config(key: &str) -> String {
    match config::get_config(key) {
        Ok(value) => format!("ok {value}"),
        Err(config::Error::Provider(text)) => format!("provider {text}"),
        Err(config::Error::InvalidKey(text)) => format!("invalid-key {text}"),
        Err(config::Error::InvalidSchema(text)) => format!("invalid-schema {text}"),
        Err(config::Error::Other(text)) => format!("other {text}"),
    }
}

fn store(key: &str) -> String {
    match store::get(key) {
        Ok(Some(value)) => format!("ok {value}"),
        Ok(None) => "none".into(),
        Err(error) => store_error(error),
    }
}

fn all() -> String {
    match store::get_all() {
        Ok(pairs) => pairs.iter().map(|(key, value)| format!("{key}={value}\n")).collect(),
        Err(error) => store_error(error),
    }
}

fn store_error(error: store::Error) -> String {
    match error {
        store::Error::Upstream(text) => format!("upstream {text}"),
        store::Error::Io(text) => format!("io {text}"),
    }
}
