// Package app counts visits in the store that the whole app shares.
package app

import (
	"strconv"

	store "wit_component/fermyon_spin_key_value"
	"wit_component/web"
)

// Handle adds one to the number under the request's path, and answers the new number.
func Handle(request *web.Request) *web.Response {
	opened := store.StoreOpen("default")
	if opened.IsErr() {
		return &web.Response{Status: 500}
	}
	defer opened.Ok().Drop()
	count := 0
	found := opened.Ok().Get(request.Path)
	if found.IsErr() {
		return &web.Response{Status: 500}
	}
	if found.Ok().IsSome() {
		count, _ = strconv.Atoi(string(found.Ok().Some()))
	}
	text := []byte(strconv.Itoa(count + 1))
	if opened.Ok().Set(request.Path, text).IsErr() {
		return &web.Response{Status: 500}
	}
	return &web.Response{Status: 200, Body: text}
}
