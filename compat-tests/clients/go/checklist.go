package main

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/rest"
	"github.com/hamba/avro/v2/registry"
	"github.com/twmb/franz-go/pkg/sr"
)

// checklist counts checks of one client, and remembers which of its methods' answers were compared: a method that is only
// called does not count.
type checklist struct {
	open           []string
	passed, failed int
}

// newChecklist begins with every exported method of a type but the exempt ones.
func newChecklist(client reflect.Type, exempt ...string) *checklist {
	list := &checklist{}
	for index := range client.NumMethod() {
		if name := client.Method(index).Name; !slices.Contains(exempt, name) {
			list.open = append(list.open, name)
		}
	}
	return list
}

func (list *checklist) check(what string, right bool, problem string) {
	if right {
		list.passed++
		return
	}
	list.failed++
	fmt.Printf("FAIL %s: %s\n", what, problem)
}

// compared notes that an answer of a method was looked at.
func (list *checklist) compared(method string) {
	list.open = slices.DeleteFunc(list.open, func(name string) bool { return name == method })
}

func (list *checklist) finish() {
	for _, method := range list.open {
		list.check(method, false, "no answer of this public method was compared")
	}
}

// expect takes the answer of a method, which must not fail and for which `right` must hold.
func expect[T any](list *checklist, method string, right func(T) bool) func(T, error) T {
	return func(answer T, err error) T {
		list.compared(method)
		list.check(method, err == nil && right(answer), fmt.Sprintf("got %+v, error %v", answer, err))
		return answer
	}
}

// equal takes the answer of a method, which must be `wanted`.
func equal[T any](list *checklist, method string, wanted T) func(T, error) T {
	return expect(list, method, func(answer T) bool { return reflect.DeepEqual(answer, wanted) })
}

// succeed takes the answer of a method that tells nothing but whether it failed.
func succeed(list *checklist, method string) func(error) {
	return func(err error) {
		list.compared(method)
		list.check(method, err == nil, fmt.Sprint(err))
	}
}

// refuse takes the answer of a method that must fail with an error code of the registry.
func refuse(list *checklist, method string, code int) func(any, error) {
	return func(answer any, err error) {
		list.check(method, codeOf(err) == code, fmt.Sprintf("error %d wanted, got %+v, error %v", code, answer, err))
	}
}

// codeOf is the registry's code in an error of any of the clients, or 0.
func codeOf(err error) int {
	var confluent *rest.Error
	var franz *sr.ResponseError
	var hamba registry.Error
	switch {
	case errors.As(err, &confluent):
		return confluent.Code
	case errors.As(err, &franz):
		return franz.ErrorCode
	case errors.As(err, &hamba):
		return hamba.Code
	}
	return 0
}

// same tells whether two texts are one, white space aside.
func same(one, other string) bool {
	return strings.Join(strings.Fields(one), "") == strings.Join(strings.Fields(other), "")
}
