package main

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"

	"github.com/hamba/avro/v2"
	"github.com/hamba/avro/v2/registry"
)

// hambaClient calls every method of the registry client of hamba/avro, and its decoder.
func hambaClient(url, prefix string) *checklist {
	list := newChecklist(reflect.TypeFor[*registry.Client]())
	ctx := context.Background()
	client, err := registry.NewClient(url)
	list.check("NewClient", err == nil, "it fails")
	subject, v1, v2 := prefix+"-user-value", first(prefix), second(prefix)

	expect(list, "CreateSchema", func(id int) bool { return id > 0 })(idOf(client.CreateSchema(ctx, subject, v1)))
	id := expect(list, "CreateSchema", func(id int) bool { return id > 1 })(idOf(client.CreateSchema(ctx, subject, v2)))
	refuse(list, "CreateSchema", 40901)(idOf(client.CreateSchema(ctx, subject, broken(prefix))))
	of := func(text string) func(avro.Schema) bool {
		return func(found avro.Schema) bool { return found.Fingerprint() == avro.MustParse(text).Fingerprint() }
	}
	expect(list, "GetSchema", of(v2))(client.GetSchema(ctx, id))
	refuse(list, "GetSchema", 40403)(client.GetSchema(ctx, 2_000_000_000))
	expect(list, "GetSchemaByVersion", of(v1))(client.GetSchemaByVersion(ctx, subject, 1))
	refuse(list, "GetSchemaByVersion", 40402)(client.GetSchemaByVersion(ctx, subject, 9))
	expect(list, "GetLatestSchema", of(v2))(client.GetLatestSchema(ctx, subject))
	expect(list, "GetSchemaInfo", func(found registry.SchemaInfo) bool { return found.Version == 1 && of(v1)(found.Schema) })(
		client.GetSchemaInfo(ctx, subject, 1))
	expect(list, "GetLatestSchemaInfo", func(found registry.SchemaInfo) bool { return found.ID == id && found.Version == 2 })(
		client.GetLatestSchemaInfo(ctx, subject))
	equal(list, "GetVersions", []int{1, 2})(client.GetVersions(ctx, subject))
	expect(list, "GetSubjects", func(found []string) bool { return slices.Contains(found, subject) })(client.GetSubjects(ctx))

	equal(list, "IsRegistered", id)(idOf(client.IsRegistered(ctx, subject, v2)))
	using := `{"type":"record","name":"Team","fields":[{"name":"lead","type":"User_` + prefix + `"}]}`
	reference := registry.SchemaReference{Name: "User_" + prefix, Subject: subject, Version: 2}
	team := expect(list, "CreateSchema", func(id int) bool { return id > 1 })(
		idOf(client.CreateSchema(ctx, prefix+"-team", using, reference)))
	equal(list, "IsRegisteredWithRefs", team)(idOf(client.IsRegisteredWithRefs(ctx, prefix+"-team", using, reference)))
	equal(list, "IsCompatibleWithRefs", true)(client.IsCompatibleWithRefs(ctx, prefix+"-team", using, reference))
	equal(list, "IsCompatible", true)(client.IsCompatible(ctx, subject, v2))
	equal(list, "IsCompatible", false)(client.IsCompatible(ctx, subject, broken(prefix)))

	// The getters read a member that registries do not write to what they answer there: so their answer is always empty, and
	// what was set is read without them.
	succeed(list, "SetCompatibilityLevel")(client.SetCompatibilityLevel(ctx, subject, registry.FullCL))
	equal(list, "SetCompatibilityLevel", registry.FullCL)(levelOf(url + "/config/" + subject))
	equal(list, "GetCompatibilityLevel", "")(client.GetCompatibilityLevel(ctx, subject))
	succeed(list, "SetGlobalCompatibilityLevel")(client.SetGlobalCompatibilityLevel(ctx, registry.BackwardCL))
	equal(list, "SetGlobalCompatibilityLevel", registry.BackwardCL)(levelOf(url + "/config"))
	equal(list, "GetGlobalCompatibilityLevel", "")(client.GetGlobalCompatibilityLevel(ctx))
	refuse(list, "GetCompatibilityLevel", 40408)(client.GetCompatibilityLevel(ctx, prefix+"-nobody"))
	hambaDecoder(list, client, id, v2)

	equal(list, "DeleteSubject", []int{1})(client.DeleteSubject(ctx, prefix+"-team"))
	equal(list, "DeleteSubject", []int{1, 2})(client.DeleteSubject(ctx, subject))
	return list
}

func hambaDecoder(list *checklist, client *registry.Client, id int, text string) {
	type user struct {
		Name  string `avro:"name"`
		Email string `avro:"email"`
	}
	sent := user{Name: "Ada", Email: "ada@example"}
	data, err := avro.Marshal(avro.MustParse(text), sent)
	list.check("Marshal", err == nil, "it fails")
	message := append([]byte{0, byte(id >> 24), byte(id >> 16), byte(id >> 8), byte(id)}, data...)
	var read user
	err = registry.NewDecoder(client).Decode(context.Background(), message, &read)
	list.check("Decoder.Decode", err == nil && read == sent, "the value is another one")
}

// levelOf is the compatibility level that a config answers.
func levelOf(address string) (string, error) {
	answer, err := http.Get(address)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var config struct{ CompatibilityLevel string }
	err = json.NewDecoder(answer.Body).Decode(&config)
	return config.CompatibilityLevel, err
}

func idOf(id int, _ avro.Schema, err error) (int, error) {
	return id, err
}
