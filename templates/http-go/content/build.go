//go:build ignore

// Builds main.wasm: `go run build.go`. It is a core module with the description of its interfaces, component-type.bin, at its
// end; Spin and tspin make a component of that when they load it.
package main

import (
	"fmt"
	"os"
	"os/exec"
)

func main() {
	if err := build(); err != nil {
		fmt.Fprintln(os.Stderr, "build.go:", err)
		os.Exit(1)
	}
}

func build() error {
	compile := exec.Command("go", "build", "-trimpath", "-buildmode=c-shared", "-ldflags=-checklinkname=0 -s -w", "-o", "main.core.wasm", ".")
	compile.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	compile.Stdout, compile.Stderr = os.Stdout, os.Stderr
	if err := compile.Run(); err != nil {
		return err
	}
	core, err := os.ReadFile("main.core.wasm")
	if err != nil {
		return err
	}
	section, err := os.ReadFile("component-type.bin")
	if err != nil {
		return err
	}
	if err := os.WriteFile("main.wasm", append(core, section...), 0o644); err != nil {
		return err
	}
	return os.Remove("main.core.wasm")
}
