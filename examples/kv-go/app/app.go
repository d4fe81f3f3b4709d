// Package app is Spin's key-value tutorial: the path of the request is the key, its body the value.
package app

import (
	"fmt"

	store "wit_component/fermyon_spin_key_value"
	"wit_component/web"
)

// Handle answers a request.
func Handle(request *web.Request) *web.Response {
	opened := store.StoreOpen("default")
	if opened.IsErr() {
		return &web.Response{Status: 500}
	}
	defer opened.Ok().Drop()
	return use(opened.Ok(), request)
}

func use(opened *store.Store, request *web.Request) *web.Response {
	key := request.Path
	switch request.Method {
	case "POST":
		if opened.Set(key, request.Body).IsErr() {
			return &web.Response{Status: 500}
		}
		fmt.Printf("Stored %d bytes under %s\n", len(request.Body), key)
		return &web.Response{Status: 200}
	case "GET":
		found := opened.Get(key)
		if found.IsErr() {
			return &web.Response{Status: 500}
		}
		if found.Ok().IsNone() {
			return &web.Response{Status: 404}
		}
		return &web.Response{Status: 200, Body: found.Ok().Some()}
	case "HEAD":
		there := opened.Exists(key)
		if there.IsErr() {
			return &web.Response{Status: 500}
		}
		if there.Ok() {
			return &web.Response{Status: 200}
		}
		return &web.Response{Status: 404}
	case "DELETE":
		if opened.Delete(key).IsErr() {
			return &web.Response{Status: 500}
		}
		return &web.Response{Status: 200}
	}
	return &web.Response{Status: 405}
}
