// Package web is requests and responses as plain values, whole bodies in memory.
package web

// Headers by name in lower case. Of several values of a name it has the last.
type Headers map[string]string

// Request is what was asked. Query is what follows the question mark, as it came.
type Request struct {
	Method  string
	Path    string
	Query   string
	Headers Headers
	Body    []byte
}

// Response is the answer.
type Response struct {
	Status  uint16
	Headers Headers
	Body    []byte
}
