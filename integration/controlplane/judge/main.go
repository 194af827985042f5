// judge reads AuthenticationConfigurations as kube-apiserver reads them at its start, for
// integration/controlplane/judging.
//
// stdin: for each file its length in decimal, a newline, its bytes. Arguments: the service account issuers. stdout: for
// each file one line of JSON, with "decoding", the error of the strict decoder; else "rules", the words of each error of
// the validation without CEL, and "cel", whether the CEL compiler changes them.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/apis/apiserver"
	"k8s.io/apiserver/pkg/apis/apiserver/install"
	"k8s.io/apiserver/pkg/apis/apiserver/validation"
	authenticationcel "k8s.io/apiserver/pkg/authentication/cel"
)

// As in pkg/kubeapiserver/options/authentication.go.
var (
	scheme = runtime.NewScheme()
	codecs = serializer.NewCodecFactory(scheme, serializer.EnableStrict)
)

type answer struct {
	Decoding string   `json:"decoding,omitempty"`
	Rules    []string `json:"rules,omitempty"`
	CEL      bool     `json:"cel,omitempty"`
}

// Accepts every expression, so that only the other rules speak.
type acceptsAll struct{}

func (acceptsAll) CompileClaimsExpression(e authenticationcel.ExpressionAccessor) (authenticationcel.CompilationResult, error) {
	return authenticationcel.CompilationResult{ExpressionAccessor: e}, nil
}

func (acceptsAll) CompileUserExpression(e authenticationcel.ExpressionAccessor) (authenticationcel.CompilationResult, error) {
	return authenticationcel.CompilationResult{ExpressionAccessor: e}, nil
}

func load(data []byte) (*apiserver.AuthenticationConfiguration, error) {
	if len(data) == 0 {
		return nil, errors.New("empty config data")
	}
	decoded, err := runtime.Decode(codecs.UniversalDecoder(), data)
	if err != nil {
		return nil, err
	}
	configuration, ok := decoded.(*apiserver.AuthenticationConfiguration)
	if !ok {
		return nil, fmt.Errorf("expected AuthenticationConfiguration, got %T", decoded)
	}
	return configuration, nil
}

func words(compiler authenticationcel.Compiler, c *apiserver.AuthenticationConfiguration, issuers []string) []string {
	var all []string
	aggregate := validation.ValidateAuthenticationConfiguration(compiler, c, issuers).ToAggregate()
	if aggregate == nil {
		return nil
	}
	for _, err := range aggregate.Errors() {
		all = append(all, err.Error())
	}
	return all
}

func judge(file []byte, compiler authenticationcel.Compiler, issuers []string) answer {
	configuration, err := load(file)
	if err != nil {
		return answer{Decoding: err.Error()}
	}
	rules := words(acceptsAll{}, configuration, issuers)
	return answer{Rules: rules, CEL: !slices.Equal(rules, words(compiler, configuration, issuers))}
}

func main() {
	install.Install(scheme)
	compiler := authenticationcel.NewDefaultCompiler()
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	defer out.Flush()
	lines := json.NewEncoder(out)
	for {
		var length int
		if _, err := fmt.Fscanf(in, "%d\n", &length); err == io.EOF {
			return
		} else if err != nil {
			fmt.Fprintln(os.Stderr, "judge: a length was expected:", err)
			os.Exit(1)
		}
		file := make([]byte, length)
		if _, err := io.ReadFull(in, file); err != nil {
			fmt.Fprintln(os.Stderr, "judge: the file is shorter than its length:", err)
			os.Exit(1)
		}
		if err := lines.Encode(judge(file, compiler, os.Args[1:])); err != nil {
			fmt.Fprintln(os.Stderr, "judge:", err)
			os.Exit(1)
		}
	}
}
