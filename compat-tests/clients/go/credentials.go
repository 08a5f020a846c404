package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/rest"
)

// credentials asks with each source of credentials of confluent-kafka-go's registry client, right and wrong.
func credentials(url, name, password, token string) *checklist {
	list := &checklist{}
	basic := func(password string) *schemaregistry.Config {
		return schemaregistry.NewConfigWithBasicAuthentication(url, name, password)
	}
	bearer := func(token string) *schemaregistry.Config {
		return schemaregistry.NewConfigWithBearerAuthentication(url, token, "lsrc-1", "pool-1")
	}
	inURL := schemaregistry.NewConfig(strings.Replace(url, "http://", "http://"+name+":"+password+"@", 1))
	inURL.BasicAuthCredentialsSource = "URL"
	inherited := schemaregistry.NewConfig(url)
	inherited.BasicAuthCredentialsSource = "SASL_INHERIT"
	inherited.SaslMechanism, inherited.SaslUsername, inherited.SaslPassword = "PLAIN", name, password
	for _, one := range []struct {
		what   string
		config *schemaregistry.Config
		wanted int
	}{
		{"USER_INFO", basic(password), 200},
		{"URL", inURL, 200},
		{"SASL_INHERIT", inherited, 200},
		{"STATIC_TOKEN", bearer(token), 200},
		{"a wrong password", basic("wrong"), 401},
		{"a wrong token", bearer("srt_wrong"), 401},
		{"nothing", schemaregistry.NewConfig(url), 401},
	} {
		told, problem := told(one.config)
		list.check(one.what, told == one.wanted, fmt.Sprintf("%d wanted, got %d %v", one.wanted, told, problem))
	}
	return list
}

// told gives 200, or the code of the registry's error.
func told(config *schemaregistry.Config) (int, error) {
	client, err := schemaregistry.NewClient(config)
	if err != nil {
		return 0, err
	}
	defer func() { _ = client.Close() }()
	_, err = client.GetAllSubjects()
	var refusal *rest.Error
	switch {
	case err == nil:
		return 200, nil
	case errors.As(err, &refusal):
		return refusal.Code, err
	default:
		return 0, err
	}
}
