// authorize answers by the RBAC authorizer of Kubernetes, for integration/controlplane/authorizing.
//
// stdin: a line of JSON for each role set, its objects by their kind and {"requests": [...]}. A request names a user, groups, and
// either the attributes of an access or the method and target of an HTTP request, which is resolved as kube-apiserver
// does. stdout: a line of JSON for each set: the reason for each request that is allowed, "" for each that is not.
//
// Of the controller that fills aggregated ClusterRoles only the loop over its selectors is repeated here
// (pkg/controller/clusterroleaggregation, syncClusterRole): the original writes through a client. The selectors
// themselves are those of apimachinery.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"runtime"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/kubernetes/pkg/registry/rbac/validation"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac"
)

type access struct {
	User        string   `json:"user"`
	Groups      []string `json:"groups"`
	Method      string   `json:"method"`
	Target      string   `json:"target"`
	Verb        string   `json:"verb"`
	Path        string   `json:"path"`
	APIGroup    string   `json:"apiGroup"`
	Resource    string   `json:"resource"`
	Subresource string   `json:"subresource"`
	Name        string   `json:"name"`
	Namespace   string   `json:"namespace"`
}

type roleSet struct {
	ClusterRoles        []*rbacv1.ClusterRole        `json:"clusterRoles"`
	Roles               []*rbacv1.Role               `json:"roles"`
	ClusterRoleBindings []*rbacv1.ClusterRoleBinding `json:"clusterRoleBindings"`
	RoleBindings        []*rbacv1.RoleBinding        `json:"roleBindings"`
	Requests            []access                     `json:"requests"`
}

var requestInfo = request.RequestInfoFactory{
	APIPrefixes:          sets.NewString("api", "apis"),
	GrouplessAPIPrefixes: sets.NewString("api"),
}

func (a access) attributes() (authorizer.Attributes, error) {
	who := &user.DefaultInfo{Name: a.User, Groups: a.Groups}
	if a.Target == "" {
		return authorizer.AttributesRecord{User: who, Verb: a.Verb, Namespace: a.Namespace, APIGroup: a.APIGroup,
			Resource: a.Resource, Subresource: a.Subresource, Name: a.Name, Path: a.Path,
			ResourceRequest: a.Resource != ""}, nil
	}
	target, err := url.ParseRequestURI(a.Target)
	if err != nil {
		return nil, err
	}
	info, err := requestInfo.NewRequestInfo(&http.Request{Method: a.Method, URL: target})
	if err != nil {
		return nil, err
	}
	return authorizer.AttributesRecord{User: who, Verb: info.Verb, Namespace: info.Namespace, APIGroup: info.APIGroup,
		Resource: info.Resource, Subresource: info.Subresource, Name: info.Name, Path: info.Path,
		ResourceRequest: info.IsResourceRequest}, nil
}

func has(rules []rbacv1.PolicyRule, wanted rbacv1.PolicyRule) bool {
	for _, rule := range rules {
		if reflect.DeepEqual(rule, wanted) {
			return true
		}
	}
	return false
}

func aggregated(role *rbacv1.ClusterRole, roles []*rbacv1.ClusterRole) ([]rbacv1.PolicyRule, error) {
	rules := []rbacv1.PolicyRule{}
	for i := range role.AggregationRule.ClusterRoleSelectors {
		selector, err := metav1.LabelSelectorAsSelector(&role.AggregationRule.ClusterRoleSelectors[i])
		if err != nil {
			return nil, err
		}
		for _, other := range roles {
			if other.Name == role.Name || !selector.Matches(labels.Set(other.Labels)) {
				continue
			}
			for _, rule := range other.Rules {
				if !has(rules, rule) {
					rules = append(rules, rule)
				}
			}
		}
	}
	return rules, nil
}

// aggregate lets the controller run until no role changes. Rules can only be added, because every aggregated role
// begins without any.
func aggregate(roles []*rbacv1.ClusterRole) error {
	for changed := true; changed; {
		changed = false
		for _, role := range roles {
			if role.AggregationRule == nil {
				continue
			}
			rules, err := aggregated(role, roles)
			if err != nil {
				return err
			}
			if len(rules) != len(role.Rules) {
				role.Rules, changed = rules, true
			}
		}
	}
	return nil
}

func (s roleSet) authorizer() (*rbac.RBACAuthorizer, error) {
	if err := aggregate(s.ClusterRoles); err != nil {
		return nil, err
	}
	_, static := validation.NewTestRuleResolver(s.Roles, s.RoleBindings, s.ClusterRoles, s.ClusterRoleBindings)
	return rbac.New(static, static, static, static), nil
}

func answer(line []byte) ([]string, error) {
	var set roleSet
	if err := json.Unmarshal(line, &set); err != nil {
		return nil, err
	}
	rbacAuthorizer, err := set.authorizer()
	if err != nil {
		return nil, err
	}
	var reasons []string
	for _, access := range set.Requests {
		attributes, err := access.attributes()
		if err != nil {
			return nil, err
		}
		decision, reason, _ := rbacAuthorizer.Authorize(context.Background(), attributes)
		if decision != authorizer.DecisionAllow {
			reason = ""
		}
		reasons = append(reasons, reason)
	}
	return reasons, nil
}

// A set and the place for its answer, so that several are answered at once and printed in their order.
type job struct {
	line []byte
	done chan []string
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "authorize:", err)
	os.Exit(1)
}

func work(jobs <-chan job) {
	for one := range jobs {
		reasons, err := answer(one.line)
		if err != nil {
			fatal(err)
		}
		one.done <- reasons
	}
}

// read hands every line to the workers, and to the printer in the order of the input.
func read(jobs, order chan<- job) {
	defer close(order)
	defer close(jobs)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return
		} else if err != nil {
			fatal(err)
		}
		one := job{line, make(chan []string, 1)}
		order <- one
		jobs <- one
	}
}

func main() {
	jobs, order := make(chan job), make(chan job, 256)
	for range runtime.NumCPU() {
		go work(jobs)
	}
	go read(jobs, order)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	lines := json.NewEncoder(out)
	for one := range order {
		if err := lines.Encode(<-one.done); err != nil {
			fatal(err)
		}
	}
}
