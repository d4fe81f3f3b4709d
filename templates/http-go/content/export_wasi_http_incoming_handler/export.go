// Package export_wasi_http_incoming_handler is called by the host for each request, and calls the package app.
package export_wasi_http_incoming_handler

import (
	"strings"

	. "go.bytecodealliance.org/pkg/wit/types"

	"wit_component/app"
	. "wit_component/wasi_http_types"
	"wit_component/web"
)

// Handle is wasi:http/incoming-handler's only function.
func Handle(request *IncomingRequest, out *ResponseOutparam) {
	path, query, _ := strings.Cut(request.PathWithQuery().SomeOr("/"), "?")
	respond(out, app.Handle(&web.Request{
		Method:  methodName(request.Method()),
		Path:    path,
		Query:   query,
		Headers: readHeaders(request),
		Body:    readBody(request),
	}))
}

var methodNames = map[uint8]string{
	MethodGet: "GET", MethodHead: "HEAD", MethodPost: "POST", MethodPut: "PUT", MethodDelete: "DELETE",
	MethodConnect: "CONNECT", MethodOptions: "OPTIONS", MethodTrace: "TRACE", MethodPatch: "PATCH",
}

func methodName(method Method) string {
	if name, known := methodNames[method.Tag()]; known {
		return name
	}
	return method.Other()
}

func readHeaders(request *IncomingRequest) web.Headers {
	fields := request.Headers()
	defer fields.Drop()
	headers := web.Headers{}
	for _, entry := range fields.Entries() {
		headers[strings.ToLower(entry.F0)] = string(entry.F1)
	}
	return headers
}

func readBody(request *IncomingRequest) []byte {
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

func respond(out *ResponseOutparam, answer *web.Response) {
	fields := MakeFields()
	for name, value := range answer.Headers {
		fields.Append(name, []byte(value))
	}
	response := MakeOutgoingResponse(fields)
	response.SetStatusCode(answer.Status)
	body := response.Body().Ok()
	ResponseOutparamSet(out, Ok[*OutgoingResponse, ErrorCode](response))
	stream := body.Write().Ok()
	content := answer.Body
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
