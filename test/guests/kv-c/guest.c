// Spin's key-value tutorial: the path of the request is the key, its body the value.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kv.h"

typedef struct {
  uint8_t *at;
  size_t length;
} bytes;

/* What an instance remembers, in a global and on the heap: `GET /path?seen` answers it, so that a test sees whether the
   next request finds it. */
typedef struct remembered {
  bytes key;
  struct remembered *before;
} remembered;
static remembered *last;

static void remember(bytes key) {
  remembered *one = malloc(sizeof *one);
  one->key = (bytes){malloc(key.length), key.length};
  memcpy(one->key.at, key.at, key.length);
  one->before = last;
  last = one;
}

/** The keys, the last first, a line each. */
static bytes seen(void) {
  bytes all = {NULL, 0};
  for (remembered *one = last; one != NULL; one = one->before) {
    size_t newline = one->before != NULL;
    all.at = realloc(all.at, all.length + one->key.length + newline);
    memcpy(all.at + all.length, one->key.at, one->key.length);
    all.length += one->key.length;
    if (newline) all.at[all.length++] = '\n';
  }
  return all;
}

static bytes read_body(wasi_http_types_borrow_incoming_request_t request) {
  bytes all = {NULL, 0};
  wasi_http_types_own_incoming_body_t body;
  wasi_http_types_own_input_stream_t stream;
  if (!wasi_http_types_method_incoming_request_consume(request, &body)) abort();
  if (!wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(body), &stream)) abort();
  for (;;) {
    kv_list_u8_t chunk;
    wasi_io_streams_stream_error_t error;
    if (!wasi_io_streams_method_input_stream_blocking_read(wasi_io_streams_borrow_input_stream(stream), 65536, &chunk, &error)) {
      if (error.tag != WASI_IO_STREAMS_STREAM_ERROR_CLOSED) abort();
      break;
    }
    all.at = realloc(all.at, all.length + chunk.len);
    memcpy(all.at + all.length, chunk.ptr, chunk.len);
    all.length += chunk.len;
    kv_list_u8_free(&chunk);
  }
  wasi_io_streams_input_stream_drop_own(stream);
  wasi_http_types_incoming_body_drop_own(body);
  return all;
}

static void write_body(wasi_http_types_borrow_outgoing_body_t body, bytes content) {
  wasi_http_types_own_output_stream_t stream;
  if (!wasi_http_types_method_outgoing_body_write(body, &stream)) abort();
  for (size_t at = 0; at < content.length;) {
    size_t length = content.length - at < 4096 ? content.length - at : 4096;
    kv_list_u8_t part = {content.at + at, length};
    wasi_io_streams_stream_error_t error;
    if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(wasi_io_streams_borrow_output_stream(stream), &part, &error)) abort();
    at += length;
  }
  wasi_io_streams_output_stream_drop_own(stream);
}

static void respond(wasi_http_types_own_response_outparam_t out, uint16_t status, bytes content) {
  wasi_http_types_own_outgoing_response_t response =
      wasi_http_types_constructor_outgoing_response(wasi_http_types_constructor_fields());
  wasi_http_types_borrow_outgoing_response_t borrowed = wasi_http_types_borrow_outgoing_response(response);
  wasi_http_types_own_outgoing_body_t body;
  wasi_http_types_error_code_t error;
  if (!wasi_http_types_method_outgoing_response_set_status_code(borrowed, status)) abort();
  if (!wasi_http_types_method_outgoing_response_body(borrowed, &body)) abort();
  wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = false, .val = {.ok = response}};
  wasi_http_types_static_response_outparam_set(out, &result);
  write_body(wasi_http_types_borrow_outgoing_body(body), content);
  if (!wasi_http_types_static_outgoing_body_finish(body, NULL, &error)) abort();
}

static uint16_t use_store(uint8_t method, bytes key, bytes sent, bytes *answer) {
  kv_string_t label = {(uint8_t *)"default", 7}, name = {key.at, key.length};
  fermyon_spin_key_value_error_t error;
  fermyon_spin_key_value_own_store_t own;
  if (!fermyon_spin_key_value_static_store_open(&label, &own, &error)) return 500;
  fermyon_spin_key_value_borrow_store_t store = fermyon_spin_key_value_borrow_store(own);
  uint16_t status = 200;
  if (method == WASI_HTTP_TYPES_METHOD_POST) {
    kv_list_u8_t value = {sent.at, sent.length};
    if (!fermyon_spin_key_value_method_store_set(store, &name, &value, &error)) return 500;
    printf("Stored %zu bytes under %.*s\n", sent.length, (int)key.length, key.at);
    fflush(stdout);
  } else if (method == WASI_HTTP_TYPES_METHOD_GET) {
    kv_option_list_u8_t found;
    if (!fermyon_spin_key_value_method_store_get(store, &name, &found, &error)) return 500;
    if (found.is_some) *answer = (bytes){found.val.ptr, found.val.len};
    else status = 404;
  } else if (method == WASI_HTTP_TYPES_METHOD_HEAD) {
    bool there;
    if (!fermyon_spin_key_value_method_store_exists(store, &name, &there, &error)) return 500;
    status = there ? 200 : 404;
  } else if (method == WASI_HTTP_TYPES_METHOD_DELETE) {
    if (!fermyon_spin_key_value_method_store_delete(store, &name, &error)) return 500;
  } else {
    status = 405;
  }
  fermyon_spin_key_value_store_drop_own(own);
  return status;
}

void exports_wasi_http_incoming_handler_handle(exports_wasi_http_incoming_handler_own_incoming_request_t own,
                                               exports_wasi_http_incoming_handler_own_response_outparam_t out) {
  wasi_http_types_borrow_incoming_request_t request = wasi_http_types_borrow_incoming_request(own);
  wasi_http_types_method_t method;
  kv_string_t target = {(uint8_t *)"/", 1};
  wasi_http_types_method_incoming_request_method(request, &method);
  wasi_http_types_method_incoming_request_path_with_query(request, &target);
  uint8_t *query = memchr(target.ptr, '?', target.len);
  bytes key = {target.ptr, query ? (size_t)(query - target.ptr) : target.len}, answer = {NULL, 0};
  size_t query_length = query ? target.len - key.length : 0;
  remember(key);
  uint16_t status = 200;
  if (query_length == 5 && memcmp(query, "?seen", 5) == 0) answer = seen();
  else status = use_store(method.tag, key, method.tag == WASI_HTTP_TYPES_METHOD_POST ? read_body(request) : answer, &answer);
  respond(out, status, answer);
  wasi_http_types_incoming_request_drop_own(own);
}
