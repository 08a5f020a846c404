// Command go-clients CLIENT URL calls every public method of one registry client of Go against a registry, its serializers
// included, and compares the answers; as CLIENT `credentials`, with a name, a password and a token behind the URL, it asks with each
// source of credentials. It ends with `N passed, N failed`, exit 1 on a failure.
package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
)

var clients = map[string]func(url, prefix string) *checklist{
	"confluent-kafka-go": confluentClient,
	"franz-go-sr":        franzClient,
	"hamba-avro":         hambaClient,
}

func main() {
	// A name for each run: the same text may be registered by other clients of this server.
	client, prefix := clients[os.Args[1]], "g"+strings.ToLower(rand.Text()[:8])
	if os.Args[1] == "credentials" {
		client = func(url, _ string) *checklist { return credentials(url, os.Args[3], os.Args[4], os.Args[5]) }
	}
	list := guarded(client, os.Args[2], prefix)
	list.finish()
	fmt.Printf("%d passed, %d failed\n", list.passed, list.failed)
	if list.failed > 0 {
		os.Exit(1)
	}
}

// guarded runs a client to its end, be it a panic of the client's own.
func guarded(client func(url, prefix string) *checklist, url, prefix string) (list *checklist) {
	defer func() {
		if reason := recover(); reason != nil {
			list = &checklist{}
			list.check("the specification", false, fmt.Sprintf("stopped by %v\n%s", reason, debug.Stack()))
		}
	}()
	return client(url, prefix)
}

// The schemas that the clients register: two versions, and one that cannot read them. Each run has a record of its own.
func first(prefix string) string {
	return fmt.Sprintf(`{"type":"record","name":"User_%s","fields":[{"name":"name","type":"string"}]}`, prefix)
}

func second(prefix string) string {
	return fmt.Sprintf(`{"type":"record","name":"User_%s","fields":[{"name":"name","type":"string"},`+
		`{"name":"email","type":"string","default":""}]}`, prefix)
}

func broken(prefix string) string {
	return fmt.Sprintf(`{"type":"record","name":"User_%s","fields":[{"name":"age","type":"int"}]}`, prefix)
}
