// Package app is the handler of this app.
package app

import (
	"fmt"

	"wit_component/web"
)

// Handle answers a request.
func Handle(request *web.Request) *web.Response {
	fmt.Println(request.Method, request.Path)

	return &web.Response{
		Status:  200,
		Headers: web.Headers{"content-type": "text/plain"},
		Body:    []byte("Hello from Go\n"),
	}
}
