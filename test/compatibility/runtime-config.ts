// Every table of a runtime configuration (spin-behaviour 4, 4.1), each tried.
import { parseRuntimeConfig } from '../../src/manifest/runtime-config/runtime-config.ts';
import { refusal, type Row } from './row.ts';

const probes: Readonly<Record<string, string>> = {
  'state_dir, log_dir': 'state_dir = "s"\nlog_dir = "l"',
  max_instance_memory: 'max_instance_memory = 100000000',
  '[[variables_provider]] type = "static"': '[[variables_provider]]\ntype = "static"\nvalues = { a = "1" }',
  '[[variables_provider]] type = "env"': '[[variables_provider]]\ntype = "env"\nprefix = "P"\ndotenv_path = ".env"',
  '[[variables_provider]] type = "vault"':
    '[[variables_provider]]\ntype = "vault"\nurl = "http://v"\ntoken = "t"\nmount = "m"\nprefix = "p"',
  '[[variables_provider]] type = "azure_key_vault"': '[[variables_provider]]\ntype = "azure_key_vault"\nvault_url = "https://v"',
  '[[config_provider]]': '[[config_provider]]\ntype = "env"',
  '[key_value_store.x] type = "spin"': '[key_value_store.x]\ntype = "spin"\npath = "x.db"',
  '[key_value_store.x] type = "redis"': '[key_value_store.x]\ntype = "redis"\nurl = "redis://r"',
  '[key_value_store.x] type = "azure_cosmos"': '[key_value_store.x]\ntype = "azure_cosmos"',
  '[key_value_store.x] type = "aws_dynamo"': '[key_value_store.x]\ntype = "aws_dynamo"',
  '[sqlite_database.x] type = "spin"': '[sqlite_database.x]\ntype = "spin"\npath = "x.db"\nallow_attach_file = true',
  '[sqlite_database.x] type = "libsql"': '[sqlite_database.x]\ntype = "libsql"\nurl = "https://l"\ntoken = "t"',
  '[llm_compute] type = "spin"': '[llm_compute]\ntype = "spin"',
  '[llm_compute] type = "remote_http"':
    '[llm_compute]\ntype = "remote_http"\nurl = "https://l"\nauth_token = "t"\napi_type = "open_ai"',
  '[outbound_http]': '[outbound_http]\nconnection_pooling = false\nmax_connections = 1\nmax_concurrent_requests = 1',
  '[outbound_redis]': '[outbound_redis]\nmax_connections = 1',
  '[outbound_pg]': '[outbound_pg]\nmax_connections = 1',
  '[outbound_mysql]': '[outbound_mysql]\nmax_connections = 1',
  '[outbound_mqtt]': '[outbound_mqtt]\nmax_connections = 1',
  '[outbound_networking]':
    '[outbound_networking]\nblock_networks = ["private"]\nmax_socket_connections = 1\nmax_total_connections = 1',
  '[[client_tls]]':
    '[[client_tls]]\ncomponent_ids = ["hello"]\nhosts = ["example.com"]\nca_use_platform_roots = true\nca_use_webpki_roots = false\nca_roots_file = "r.pem"\nclient_cert_file = "c.pem"\nclient_private_key_file = "k.pem"',
};

export const runtimeConfigRows = (): Row[] =>
  Object.entries(probes).map(([subject, text]) => {
    const note = refusal(() => parseRuntimeConfig(text, 'runtime-config.toml'));
    return note === undefined ? { subject, status: 'served', note: '' } : { subject, status: 'refused', note };
  });
