//! What the request asks of the probe: its path and query, percent-decoded.

use percent_encoding::percent_decode_str;
use std::str::FromStr;

pub struct Target {
    /// The first segment of the path.
    pub route: String,
    /// The path behind the first segment, without the slash between them.
    pub rest: String,
    query: Vec<(String, String)>,
}

impl Target {
    pub fn parse(path_with_query: &str) -> Self {
        let (path, query) = path_with_query
            .split_once('?')
            .unwrap_or((path_with_query, ""));
        let path = path.strip_prefix('/').unwrap_or(path);
        let (route, rest) = path.split_once('/').unwrap_or((path, ""));
        Self {
            route: decode(route),
            rest: decode(rest),
            query: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        }
    }

    /// The first value of a query parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a query parameter.
    pub fn params<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A query parameter as a number; `default` when it is absent or none.
    pub fn number<T: FromStr>(&self, name: &str, default: T) -> T {
        self.param(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
