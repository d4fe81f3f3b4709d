// Package export_wasi_http_incoming_handler is Spin's key-value tutorial: the path of the request is the key, its body the value.
package export_wasi_http_incoming_handler

import (
	"fmt"
	"strings"

	. "go.bytecodealliance.org/pkg/wit/types"

	store "wit_component/fermyon_spin_key_value"
	. "wit_component/wasi_http_types"
)

// What an instance remembers: `GET /path?seen` answers it, so that a test sees whether the next request finds it.
var seen []string

// Handle is wasi:http/incoming-handler's only function.
func Handle(request *IncomingRequest, out *ResponseOutparam) {
	key, query, _ := strings.Cut(request.PathWithQuery().SomeOr("/"), "?")
	seen = append(seen, key)
	if query == "seen" {
		respond(out, 200, []byte(strings.Join(seen, "\n")))
		return
	}
	opened := store.StoreOpen("default")
	if opened.IsErr() {
		respond(out, 500, nil)
		return
	}
	status, body := use(opened.Ok(), request, key)
	respond(out, status, body)
}

func use(opened *store.Store, request *IncomingRequest, key string) (uint16, []byte) {
	defer opened.Drop()
	switch request.Method().Tag() {
	case MethodPost:
		value := read(request)
		if opened.Set(key, value).IsErr() {
			return 500, nil
		}
		fmt.Printf("Stored %d bytes under %s\n", len(value), key)
		return 200, nil
	case MethodGet:
		found := opened.Get(key)
		if found.IsErr() {
			return 500, nil
		}
		if found.Ok().IsNone() {
			return 404, nil
		}
		return 200, found.Ok().Some()
	case MethodHead:
		there := opened.Exists(key)
		if there.IsErr() {
			return 500, nil
		}
		if there.Ok() {
			return 200, nil
		}
		return 404, nil
	case MethodDelete:
		if opened.Delete(key).IsErr() {
			return 500, nil
		}
		return 200, nil
	}
	return 405, nil
}

func read(request *IncomingRequest) []byte {
	body := request.Consume().Ok()
	stream := body.Stream().Ok()
	var all []byte
	for {
		chunk := stream.BlockingRead(65536)
		if chunk.IsErr() {
			break
		}
		all = append(all, chunk.Ok()...)
	}
	stream.Drop()
	body.Drop()
	return all
}

func respond(out *ResponseOutparam, status uint16, content []byte) {
	response := MakeOutgoingResponse(MakeFields())
	response.SetStatusCode(status)
	body := response.Body().Ok()
	ResponseOutparamSet(out, Ok[*OutgoingResponse, ErrorCode](response))
	stream := body.Write().Ok()
	for len(content) > 0 {
		part := content[:min(len(content), 4096)]
		if stream.BlockingWriteAndFlush(part).IsErr() {
			break
		}
		content = content[len(part):]
	}
	stream.Drop()
	OutgoingBodyFinish(body, None[*Fields]())
}
