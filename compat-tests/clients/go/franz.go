package main

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/twmb/franz-go/pkg/sr"
)

// franzClient calls every method of franz-go's registry client that asks the registry, and its Serde.
func franzClient(url, prefix string) *checklist {
	// These tell how the client was made, or send whatever they are given.
	list := newChecklist(reflect.TypeFor[*sr.Client](), "Do", "Opts", "OptValue", "OptValues")
	ctx := context.Background()
	client, err := sr.NewClient(sr.URLs(url))
	list.check("NewClient", err == nil, "it fails")
	subject := prefix + "-user-value"
	v1, v2 := sr.Schema{Schema: first(prefix)}, sr.Schema{Schema: second(prefix)}

	expect(list, "SupportedTypes", func(found []sr.SchemaType) bool { return len(found) == 3 })(client.SupportedTypes(ctx))
	made := expect(list, "CreateSchema", func(made sr.SubjectSchema) bool {
		return made.Version == 1 && made.ID > 0 && made.Subject == subject && same(made.Schema.Schema, v1.Schema)
	})(client.CreateSchema(ctx, subject, v1))
	id := expect(list, "RegisterSchema", func(id int) bool { return id > made.ID })(client.RegisterSchema(ctx, subject, v2, -1, -1))
	refuse(list, "CreateSchema", 40901)(client.CreateSchema(ctx, subject, sr.Schema{Schema: broken(prefix)}))
	refuse(list, "CreateSchema", 42201)(client.CreateSchema(ctx, subject, sr.Schema{Schema: `{"type":"nothing"}`}))
	expect(list, "LookupSchema", func(found sr.SubjectSchema) bool { return found.ID == id && found.Version == 2 })(
		client.LookupSchema(ctx, subject, v2))
	franzReads(list, client, prefix, subject, made.ID, id)
	franzReferences(list, client, prefix, subject)
	franzConfig(list, client, prefix, subject)
	franzImport(list, client, prefix)
	franzSerde(list, id)

	succeed(list, "DeleteSchema")(client.DeleteSchema(ctx, subject, 1, sr.SoftDelete))
	succeed(list, "DeleteSchema")(client.DeleteSchema(ctx, subject, 1, sr.HardDelete))
	equal(list, "DeleteSubject", []int{2})(client.DeleteSubject(ctx, subject, sr.SoftDelete))
	equal(list, "DeleteSubject", []int{2})(client.DeleteSubject(ctx, subject, sr.HardDelete))
	return list
}

func franzReads(list *checklist, client *sr.Client, prefix, subject string, firstID, id int) {
	ctx := context.Background()
	text := func(wanted string) func(sr.Schema) bool {
		return func(found sr.Schema) bool { return same(found.Schema, wanted) }
	}
	expect(list, "SchemaByID", text(second(prefix)))(client.SchemaByID(ctx, id))
	refuse(list, "SchemaByID", 40403)(client.SchemaByID(ctx, 2_000_000_000))
	expect(list, "SchemaTextByID", func(found string) bool { return same(found, second(prefix)) })(client.SchemaTextByID(ctx, id))
	found := expect(list, "SchemaByVersion", func(found sr.SubjectSchema) bool {
		return found.ID == id && found.Version == 2 && len(found.GUID) == 36 && text(second(prefix))(found.Schema)
	})(client.SchemaByVersion(ctx, subject, -1))
	refuse(list, "SchemaByVersion", 40402)(client.SchemaByVersion(ctx, subject, 9))
	refuse(list, "SchemaByVersion", 40401)(client.SchemaByVersion(ctx, prefix+"-nobody", 1))
	expect(list, "SchemaTextByVersion", func(found string) bool { return same(found, first(prefix)) })(
		client.SchemaTextByVersion(ctx, subject, 1))
	expect(list, "SchemaByGUID", func(found sr.SubjectSchema) bool { return text(second(prefix))(found.Schema) })(
		client.SchemaByGUID(ctx, found.GUID))
	expect(list, "SchemaIDsByGUID", func(ids []sr.ContextID) bool {
		return slices.Contains(ids, sr.ContextID{Context: ".", ID: id})
	})(client.SchemaIDsByGUID(ctx, found.GUID))
	expect(list, "SubjectsByID", func(found []string) bool { return slices.Contains(found, subject) })(client.SubjectsByID(ctx, id))
	expect(list, "SchemaVersionsByID", func(found []sr.SubjectVersion) bool {
		return slices.Contains(found, sr.SubjectVersion{Subject: subject, Version: 1})
	})(client.SchemaVersionsByID(ctx, firstID))
	equal(list, "SubjectVersions", []int{1, 2})(client.SubjectVersions(ctx, subject))
	expect(list, "Schemas", func(found []sr.SubjectSchema) bool { return len(found) == 2 && found[1].ID == id })(
		client.Schemas(ctx, subject))
	equal(list, "Subjects", []string{subject})(client.Subjects(sr.WithParams(ctx, sr.SubjectPrefix(prefix))))
	expect(list, "AllSchemas", func(found []sr.SubjectSchema) bool {
		return slices.ContainsFunc(found, func(one sr.SubjectSchema) bool { return one.Subject == subject && one.ID == id })
	})(client.AllSchemas(ctx))
	expect(list, "Contexts", func(found []string) bool { return slices.Contains(found, ".") })(client.Contexts(ctx))
}

func franzReferences(list *checklist, client *sr.Client, prefix, subject string) {
	ctx := context.Background()
	using := sr.Schema{Schema: `{"type":"record","name":"Team","fields":[{"name":"lead","type":"User_` + prefix + `"}]}`,
		References: []sr.SchemaReference{{Name: "User_" + prefix, Subject: subject, Version: 2}}}
	team := prefix + "-team"
	made := expect(list, "CreateSchema", func(made sr.SubjectSchema) bool { return made.Version == 1 })(
		client.CreateSchema(ctx, team, using))
	one := func(found []sr.SubjectSchema) bool { return len(found) == 1 && found[0].Subject == team }
	expect(list, "SchemaReferences", one)(client.SchemaReferences(ctx, subject, 2))
	expect(list, "SchemaUsagesByID", one)(client.SchemaUsagesByID(ctx, made.ID))
	refuse(list, "DeleteSubject", 42206)(client.DeleteSubject(ctx, subject, sr.SoftDelete))
	equal(list, "DeleteSubject", []int{1})(client.DeleteSubject(ctx, team, sr.SoftDelete))
	equal(list, "DeleteSubject", []int{1})(client.DeleteSubject(ctx, team, sr.HardDelete))
}

func franzConfig(list *checklist, client *sr.Client, prefix, subject string) {
	ctx := context.Background()
	level := func(wanted sr.CompatibilityLevel) func(sr.CompatibilityResult) bool {
		return func(found sr.CompatibilityResult) bool { return found.Level == wanted }
	}
	only := func(results []sr.CompatibilityResult) (sr.CompatibilityResult, error) {
		return results[0], results[0].Err
	}
	refuse(list, "Compatibility", 40408)(only(client.Compatibility(ctx, subject)))
	expect(list, "Compatibility", level(sr.CompatBackward))(only(client.Compatibility(ctx)))
	expect(list, "SetCompatibility", level(sr.CompatFull))(
		only(client.SetCompatibility(ctx, sr.SetCompatibility{Level: sr.CompatFull}, subject)))
	expect(list, "Compatibility", level(sr.CompatFull))(only(client.Compatibility(ctx, subject)))
	// The level that this one answers is always none: it reads a member that registries do not write.
	expect(list, "ResetCompatibility", level(0))(only(client.ResetCompatibility(ctx, subject)))
	refuse(list, "ResetCompatibility", 40408)(only(client.Compatibility(ctx, subject)))
	check := func(wanted bool) func(sr.CheckCompatibilityResult) bool {
		return func(found sr.CheckCompatibilityResult) bool {
			return found.Is == wanted && (len(found.Messages) > 0) != wanted
		}
	}
	verbose := sr.WithParams(ctx, sr.Verbose)
	expect(list, "CheckCompatibility", check(true))(client.CheckCompatibility(verbose, subject, -1, sr.Schema{Schema: second(prefix)}))
	expect(list, "CheckCompatibility", check(false))(client.CheckCompatibility(verbose, subject, -2, sr.Schema{Schema: broken(prefix)}))

	mode := func(wanted sr.Mode) func(sr.ModeResult) bool {
		return func(found sr.ModeResult) bool { return found.Mode == wanted }
	}
	first := func(results []sr.ModeResult) (sr.ModeResult, error) { return results[0], results[0].Err }
	expect(list, "Mode", mode(sr.ModeReadWrite))(first(client.Mode(ctx)))
	expect(list, "SetMode", mode(sr.ModeReadOnly))(first(client.SetMode(ctx, sr.ModeReadOnly, subject)))
	expect(list, "Mode", mode(sr.ModeReadOnly))(first(client.Mode(ctx, subject)))
	refuse(list, "CreateSchema", 42205)(client.CreateSchema(ctx, subject, sr.Schema{Schema: broken(prefix)}))
	expect(list, "ResetMode", mode(sr.ModeReadOnly))(first(client.ResetMode(ctx, subject)))
	refuse(list, "Mode", 40409)(first(client.Mode(ctx, subject)))
}

// A context of its own, which is filled by an import and taken away again.
func franzImport(list *checklist, client *sr.Client, prefix string) {
	ctx := sr.InContext(context.Background(), "."+prefix)
	mode := client.SetMode(ctx, sr.ModeImport, "imported")[0]
	list.check("SetMode", mode.Err == nil, "no import mode for a subject")
	expect(list, "CreateSchemaWithIDAndVersion", func(made sr.SubjectSchema) bool { return made.ID == 77 && made.Version == 5 })(
		client.CreateSchemaWithIDAndVersion(ctx, "imported", sr.Schema{Schema: first(prefix)}, 77, 5))
	err := client.DeleteContext(context.Background(), "."+prefix)
	list.check("DeleteContext", codeOf(err) == 42211, "a context that is in use should be refused")
	equal(list, "DeleteSubject", []int{5})(client.DeleteSubject(ctx, "imported", sr.SoftDelete))
	equal(list, "DeleteSubject", []int{5})(client.DeleteSubject(ctx, "imported", sr.HardDelete))
	succeed(list, "DeleteContext")(client.DeleteContext(context.Background(), "."+prefix))
}

func franzSerde(list *checklist, id int) {
	type user struct{ Name string }
	var serde sr.Serde
	serde.Register(id, user{},
		sr.EncodeFn(func(value any) ([]byte, error) { return []byte(value.(user).Name), nil }),
		sr.DecodeFn(func(data []byte, value any) error { value.(*user).Name = string(data); return nil }))
	message, err := serde.Encode(user{Name: "Ada"})
	var read user
	err = errors.Join(err, serde.Decode(message, &read))
	list.check("Serde", err == nil && read.Name == "Ada" && message[0] == 0, "the value is another one")
}
