// decode reads documents as the kubelet reads a static pod manifest, for integration/controlplane/decoding.
//
// stdin: for each document its length in decimal, a newline, its bytes. stdout: for each one line of JSON, with "json",
// what utilyaml.ToJSON makes of it, or "error"; and "words", command and args of each container, or "podError".
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	kjson "sigs.k8s.io/json"
)

type answer struct {
	JSON     json.RawMessage `json:"json,omitempty"`
	Error    string          `json:"error,omitempty"`
	Words    [][]string      `json:"words,omitempty"`
	PodError string          `json:"podError,omitempty"`
}

// The fields of a Pod that start a process; everything else of it is not looked at.
type pod struct {
	Spec struct {
		Containers []struct {
			Command []string `json:"command"`
			Args    []string `json:"args"`
		} `json:"containers"`
	} `json:"spec"`
}

func decode(document []byte) answer {
	text, err := utilyaml.ToJSON(document)
	if err != nil {
		return answer{Error: err.Error()}
	}
	var value any // ToJSON hands a text that begins with { on as it is
	if err := json.Unmarshal(text, &value); err != nil {
		return answer{Error: err.Error()}
	}
	result := answer{JSON: text}
	var read pod
	if err := kjson.UnmarshalCaseSensitivePreserveInts(text, &read); err != nil {
		result.PodError = err.Error()
		return result
	}
	for _, container := range read.Spec.Containers {
		result.Words = append(result.Words, append(append([]string{}, container.Command...), container.Args...))
	}
	return result
}

func main() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	defer out.Flush()
	lines := json.NewEncoder(out)
	for {
		var length int
		if _, err := fmt.Fscanf(in, "%d\n", &length); err == io.EOF {
			return
		} else if err != nil {
			fmt.Fprintln(os.Stderr, "decode: a length was expected:", err)
			os.Exit(1)
		}
		document := make([]byte, length)
		if _, err := io.ReadFull(in, document); err != nil {
			fmt.Fprintln(os.Stderr, "decode: the document is shorter than its length:", err)
			os.Exit(1)
		}
		if err := lines.Encode(decode(document)); err != nil {
			fmt.Fprintln(os.Stderr, "decode:", err)
			os.Exit(1)
		}
	}
}
