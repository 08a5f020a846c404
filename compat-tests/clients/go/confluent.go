package main

import (
	"reflect"
	"slices"

	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry"
)

// confluentClient calls every method of confluent-kafka-go's registry client, and its serializers.
func confluentClient(url, prefix string) *checklist {
	list := newChecklist(reflect.TypeFor[schemaregistry.Client]())
	config := schemaregistry.NewConfig(url)
	client, err := schemaregistry.NewClient(config)
	list.check("NewClient", err == nil, "it fails")
	list.compared("Config")
	list.check("Config", client.Config().SchemaRegistryURL == url, client.Config().SchemaRegistryURL)

	subject := prefix + "-user-value"
	v1, v2 := avroSchema(first(prefix)), avroSchema(second(prefix))
	id := expect(list, "Register", func(id int) bool { return id > 0 })(client.Register(subject, v1, false))
	full := expect(list, "RegisterFullResponse", func(made schemaregistry.SchemaMetadata) bool {
		return made.ID > id && len(made.GUID) == 36
	})(client.RegisterFullResponse(subject, v2, true))
	refuse(list, "Register", 40901)(client.Register(subject, avroSchema(broken(prefix)), false))
	refuse(list, "Register", 42201)(client.Register(subject, avroSchema(`{"type":"nothing"}`), false))
	succeed(list, "ClearCaches")(client.ClearCaches())
	equal(list, "GetID", id)(client.GetID(subject, v1, false))
	expect(list, "GetIDFullResponse", func(found schemaregistry.SchemaMetadata) bool {
		return found.ID == full.ID && found.Version == 2
	})(client.GetIDFullResponse(subject, v2, true))
	expect(list, "GetBySubjectAndID", func(found schemaregistry.SchemaInfo) bool { return same(found.Schema, v1.Schema) })(
		client.GetBySubjectAndID(subject, id))
	refuse(list, "GetBySubjectAndID", 40403)(client.GetBySubjectAndID(subject, 2_000_000_000))
	expect(list, "GetByGUID", func(found schemaregistry.SchemaInfo) bool { return same(found.Schema, v2.Schema) })(
		client.GetByGUID(full.GUID))
	expect(list, "GetSubjectsAndVersionsByID", func(found []schemaregistry.SubjectAndVersion) bool {
		return slices.Contains(found, schemaregistry.SubjectAndVersion{Subject: subject, Version: 1})
	})(client.GetSubjectsAndVersionsByID(id))
	confluentVersions(list, client, prefix, subject, full)
	confluentCompatibility(list, client, prefix, subject)
	serdes(list, client, prefix)

	equal(list, "DeleteSubjectVersion", 1)(client.DeleteSubjectVersion(subject, 1, false))
	equal(list, "GetAllVersions", []int{2})(client.GetAllVersions(subject))
	equal(list, "DeleteSubjectVersion", 1)(client.DeleteSubjectVersion(subject, 1, true))
	equal(list, "DeleteSubject", []int{2})(client.DeleteSubject(subject, false))
	equal(list, "DeleteSubject", []int{2})(client.DeleteSubject(subject, true))
	succeed(list, "ClearLatestCaches")(client.ClearLatestCaches())
	succeed(list, "Close")(client.Close())
	return list
}

func confluentVersions(list *checklist, client schemaregistry.Client, prefix, subject string, full schemaregistry.SchemaMetadata) {
	v1, v2 := avroSchema(first(prefix)), avroSchema(second(prefix))
	latest := func(found schemaregistry.SchemaMetadata) bool { return found.ID == full.ID && found.Version == 2 }
	expect(list, "GetLatestSchemaMetadata", latest)(client.GetLatestSchemaMetadata(subject))
	expect(list, "GetSchemaMetadata", func(found schemaregistry.SchemaMetadata) bool {
		return found.Version == 1 && same(found.Schema, v1.Schema)
	})(client.GetSchemaMetadata(subject, 1))
	refuse(list, "GetSchemaMetadata", 40402)(client.GetSchemaMetadata(subject, 9))
	refuse(list, "GetSchemaMetadata", 40401)(client.GetSchemaMetadata(prefix+"-nobody", 1))
	expect(list, "GetSchemaMetadataIncludeDeleted", latest)(client.GetSchemaMetadataIncludeDeleted(subject, 2, true))

	tagged := v1
	tagged.Metadata = &schemaregistry.Metadata{Properties: map[string]string{"owner": "team", "mail": "a@b"}}
	expect(list, "Register", func(id int) bool { return id > 0 })(client.Register(prefix+"-tagged", tagged, false))
	expect(list, "GetLatestWithMetadata", func(found schemaregistry.SchemaMetadata) bool {
		return found.Version == 1 && found.Metadata.Properties["owner"] == "team"
	})(client.GetLatestWithMetadata(prefix+"-tagged", map[string]string{"owner": "team", "mail": "a@b"}, false))

	using := avroSchema(`{"type":"record","name":"Team","fields":[{"name":"lead","type":"User_` + prefix + `"}]}`)
	using.References = []schemaregistry.Reference{{Name: "User_" + prefix, Subject: subject, Version: 2}}
	expect(list, "Register", func(id int) bool { return id > full.ID })(client.Register(prefix+"-team", using, false))
	refuse(list, "DeleteSubjectVersion", 42206)(client.DeleteSubjectVersion(subject, 2, false))
	equal(list, "DeleteSubject", []int{1})(client.DeleteSubject(prefix+"-team", false))
	equal(list, "DeleteSubject", []int{1})(client.DeleteSubject(prefix+"-team", true))

	equal(list, "GetAllVersions", []int{1, 2})(client.GetAllVersions(subject))
	equal(list, "GetVersion", 2)(client.GetVersion(subject, v2, false))
	equal(list, "GetVersionIncludeDeleted", 1)(client.GetVersionIncludeDeleted(subject, v1, false, true))
	expect(list, "GetAllSubjects", func(found []string) bool { return slices.Contains(found, subject) })(client.GetAllSubjects())
	expect(list, "GetAllContexts", func(found []string) bool { return found[0] == "." })(client.GetAllContexts())
}

func confluentCompatibility(list *checklist, client schemaregistry.Client, prefix, subject string) {
	equal(list, "TestCompatibility", false)(client.TestCompatibility(subject, 1, avroSchema(broken(prefix))))
	equal(list, "TestSubjectCompatibility", true)(client.TestSubjectCompatibility(subject, avroSchema(second(prefix))))
	equal(list, "TestSubjectCompatibility", false)(client.TestSubjectCompatibility(subject, avroSchema(broken(prefix))))
	refuse(list, "GetCompatibility", 40408)(client.GetCompatibility(subject))
	equal(list, "UpdateCompatibility", schemaregistry.Compatibility(schemaregistry.Full))(
		client.UpdateCompatibility(subject, schemaregistry.Full))
	equal(list, "GetCompatibility", schemaregistry.Compatibility(schemaregistry.Full))(client.GetCompatibility(subject))
	equal(list, "GetDefaultCompatibility", schemaregistry.Compatibility(schemaregistry.Backward))(client.GetDefaultCompatibility())
	equal(list, "UpdateDefaultCompatibility", schemaregistry.Compatibility(schemaregistry.Backward))(
		client.UpdateDefaultCompatibility(schemaregistry.Backward))
	update := schemaregistry.ServerConfig{CompatibilityUpdate: schemaregistry.None, Normalize: true}
	expect(list, "UpdateConfig", func(made schemaregistry.ServerConfig) bool {
		return made.CompatibilityUpdate == schemaregistry.None && made.Normalize
	})(client.UpdateConfig(subject, update))
	expect(list, "GetConfig", func(found schemaregistry.ServerConfig) bool {
		return found.CompatibilityLevel == schemaregistry.None && found.Normalize
	})(client.GetConfig(subject, true))
	expect(list, "GetDefaultConfig", func(found schemaregistry.ServerConfig) bool {
		return found.CompatibilityLevel == schemaregistry.Backward
	})(client.GetDefaultConfig())
	update = schemaregistry.ServerConfig{CompatibilityUpdate: schemaregistry.Backward}
	expect(list, "UpdateDefaultConfig", func(made schemaregistry.ServerConfig) bool {
		return made.CompatibilityUpdate == schemaregistry.Backward
	})(client.UpdateDefaultConfig(update))
}

func avroSchema(text string) schemaregistry.SchemaInfo {
	return schemaregistry.SchemaInfo{Schema: text, SchemaType: "AVRO"}
}
