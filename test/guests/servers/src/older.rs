//! What Spin 1 had: functions that take the address, and no connections. `/sqlite/1` is here as well.

wit_bindgen::generate!({
    inline: r#"
        package tspin:servers-guest;
        world older {
            import fermyon:spin/redis;
            import fermyon:spin/mysql;
            import fermyon:spin/postgres;
            import fermyon:spin/llm;
            import fermyon:spin/sqlite;
        }
        package fermyon:spin {
            interface redis-types {
                enum error { success, error }
                type payload = list<u8>;
                variant redis-parameter { int64(s64), binary(payload) }
                variant redis-result { nil, status(string), int64(s64), binary(payload) }
            }
            interface redis {
                use redis-types.{payload, redis-parameter, redis-result, error};
                publish: func(address: string, channel: string, payload: payload) -> result<_, error>;
                get: func(address: string, key: string) -> result<payload, error>;
                set: func(address: string, key: string, value: payload) -> result<_, error>;
                incr: func(address: string, key: string) -> result<s64, error>;
                del: func(address: string, keys: list<string>) -> result<s64, error>;
                sadd: func(address: string, key: string, values: list<string>) -> result<s64, error>;
                smembers: func(address: string, key: string) -> result<list<string>, error>;
                srem: func(address: string, key: string, values: list<string>) -> result<s64, error>;
                execute: func(address: string, command: string, arguments: list<redis-parameter>) -> result<list<redis-result>, error>;
            }
            interface rdbms-types {
                enum db-data-type { boolean, int8, int16, int32, int64, uint8, uint16, uint32, uint64, floating32, floating64, str, binary, other }
                variant db-value {
                    boolean(bool), int8(s8), int16(s16), int32(s32), int64(s64), uint8(u8), uint16(u16), uint32(u32), uint64(u64),
                    floating32(f32), floating64(f64), str(string), binary(list<u8>), db-null, unsupported,
                }
                variant parameter-value {
                    boolean(bool), int8(s8), int16(s16), int32(s32), int64(s64), uint8(u8), uint16(u16), uint32(u32), uint64(u64),
                    floating32(f32), floating64(f64), str(string), binary(list<u8>), db-null,
                }
                record column { name: string, data-type: db-data-type }
                type row = list<db-value>;
                record row-set { columns: list<column>, rows: list<row> }
            }
            interface mysql {
                use rdbms-types.{parameter-value, row-set};
                variant mysql-error {
                    success, connection-failed(string), bad-parameter(string), query-failed(string), value-conversion-failed(string), other-error(string)
                }
                query: func(address: string, statement: string, params: list<parameter-value>) -> result<row-set, mysql-error>;
                execute: func(address: string, statement: string, params: list<parameter-value>) -> result<_, mysql-error>;
            }
            interface postgres {
                use rdbms-types.{parameter-value, row-set};
                variant pg-error {
                    success, connection-failed(string), bad-parameter(string), query-failed(string), value-conversion-failed(string), other-error(string)
                }
                query: func(address: string, statement: string, params: list<parameter-value>) -> result<row-set, pg-error>;
                execute: func(address: string, statement: string, params: list<parameter-value>) -> result<u64, pg-error>;
            }
            interface llm {
                type inferencing-model = string;
                record inferencing-params {
                    max-tokens: u32, repeat-penalty: f32, repeat-penalty-last-n-token-count: u32, temperature: f32, top-k: u32, top-p: f32,
                }
                variant error { model-not-supported, runtime-error(string), invalid-input(string) }
                record inferencing-result { text: string, usage: inferencing-usage }
                record inferencing-usage { prompt-token-count: u32, generated-token-count: u32 }
                infer: func(model: inferencing-model, prompt: string, params: option<inferencing-params>) -> result<inferencing-result, error>;
                type embedding-model = string;
                generate-embeddings: func(model: embedding-model, text: list<string>) -> result<embeddings-result, error>;
                record embeddings-result { embeddings: list<list<f32>>, usage: embeddings-usage }
                record embeddings-usage { prompt-token-count: u32 }
            }
            interface sqlite {
                type connection = u32;
                variant error { no-such-database, access-denied, invalid-connection, database-full, io(string) }
                open: func(database: string) -> result<connection, error>;
                execute: func(conn: connection, statement: string, parameters: list<value>) -> result<query-result, error>;
                close: func(conn: connection);
                record query-result { columns: list<string>, rows: list<row-result> }
                record row-result { values: list<value> }
                variant value { integer(s64), real(f64), text(string), blob(list<u8>), null }
            }
        }
    "#,
    world: "older",
    generate_all,
});

use fermyon::spin::{llm as llm1, mysql as mysql1, postgres as postgres1, rdbms_types, redis as redis1, redis_types, sqlite};

use crate::{line, Lines};

pub fn redis(address: &str) -> Lines {
    let one = || "a".to_string();
    vec![
        line("publish", redis1::publish(address, "channel", b"payload")),
        line("get", redis1::get(address, "key")),
        line("set", redis1::set(address, "key", b"value")),
        line("incr", redis1::incr(address, "key")),
        line("del", redis1::del(address, &[one()])),
        line("sadd", redis1::sadd(address, "key", &[one()])),
        line("smembers", redis1::smembers(address, "key")),
        line("srem", redis1::srem(address, "key", &[one()])),
        line("execute", redis1::execute(address, "PING", &[redis_types::RedisParameter::Int64(1)])),
    ]
}

pub fn mysql(address: &str) -> Lines {
    let params = [rdbms_types::ParameterValue::Str("a".into())];
    vec![line("query", mysql1::query(address, "SELECT ?", &params)), line("execute", mysql1::execute(address, "SELECT ?", &params))]
}

pub fn postgres(address: &str) -> Lines {
    let params = [rdbms_types::ParameterValue::DbNull];
    vec![
        line("query", postgres1::query(address, "SELECT $1", &params)),
        line("execute", postgres1::execute(address, "SELECT $1", &params)),
    ]
}

pub fn llm(model: &str) -> Lines {
    vec![
        line("infer", llm1::infer(model, "hello", None)),
        line("generate-embeddings", llm1::generate_embeddings(model, &["hello".to_string()])),
    ]
}

/// A line of the body each: `open LABEL`, `close HANDLE`, or a handle and SQL.
pub fn sqlite(body: &str) -> Lines {
    let run = |command: &str| {
        let (word, rest) = command.split_once(' ').unwrap_or((command, ""));
        match word {
            "open" => line("open", sqlite::open(rest)),
            "close" => {
                sqlite::close(rest.parse().expect("a handle"));
                "close".to_string()
            }
            handle => line("execute", sqlite::execute(handle.parse().expect("a handle"), rest, &[])),
        }
    };
    body.lines().map(run).collect()
}
