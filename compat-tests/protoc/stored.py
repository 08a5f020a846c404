#!/usr/bin/env python3
"""stored.py URL FOLDER WORK: whether what a registry stores of .proto files still says what the files say.

Every file below FOLDER and every well-known file of the compiler is registered as it is, normalized, and as a descriptor; what is
stored is compiled by protoc in the files' place. The descriptors must be those of the files, custom options included, but for what a
normal form may change: the order of fields, ranges, imports and enum constants. Of a descriptor the original keeps no custom options,
no options of ranges and no groups. Ends with "N passed, N failed".
"""
import base64
import json
import pathlib
import re
import sys
import urllib.error
import urllib.request

import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from grpc_tools import protoc

BUILT_IN = pathlib.Path(grpc_tools.__file__).parent / "_proto"
# How a file is registered: as it is, normalized, or as its descriptor, of which the plain form would show the messages behind maps.
FORMS = {"plain": "", "normal": "?normalize=true", "described": "?normalize=true"}
# Options that are not read from a descriptor.
LOST = ("declaration", "verification", "editionDefaults", "featureSupport", "targets")
# What a normal form writes otherwise on purpose, as the original does: two ways through a field that is not repeated become a list
# there, which protoc refuses.
ONLY_PLAIN = """syntax = "proto3";
import "check/rules.proto";
message Twice { string a = 1 [(check.v1.field).string.min_len = 1, (check.v1.field).string.max_len = 9]; }
"""


def call(url, path, body=None):
    request = urllib.request.Request(url + path, None if body is None else json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{path}: {error.code} {error.read().decode()[:600]}") from error


def imports(text):
    return re.findall(r'^import (?:public |weak )?"([^"]+)";', text, re.M)


def register(url, form, name, texts, done, descriptors=None):
    """Registers a file and before it what it imports, and takes note of what is stored."""
    if name in done:
        return
    needed = [one for one in imports(texts[name]) if not one.startswith("google/")]
    for one in needed:
        register(url, form, one, texts, done, descriptors)
    path = "/subjects/" + f"{form}:{name}".replace("/", "%2F")
    references = [{"name": one, "subject": f"{form}:{one}", "version": 1} for one in needed]
    schema = base64.b64encode(descriptors[name]).decode() if form == "described" else texts[name]
    body = {"schemaType": "PROTOBUF", "schema": schema, "references": references}
    done[name] = call(url, path + "/versions" + FORMS[form], body)["schema"]
    again = call(url, path + FORMS[form], {**body, "schema": done[name]})
    if again["version"] != 1:
        raise RuntimeError(f"{name}: what is stored is another schema")


def compiled(folder, names):
    """The descriptors of files by name, options decoded by what the files themselves define, and their bytes."""
    out = folder / "set"
    argv = ["protoc", f"-I{folder}", f"-I{BUILT_IN}", "--include_imports", f"--descriptor_set_out={out}", *names]
    if protoc.main([str(one) for one in argv]) != 0:
        raise RuntimeError(f"protoc refuses what stands in {folder}")
    files = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes()).file
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.AddSerializedFile(file.SerializeToString())
    if "google/protobuf/descriptor.proto" not in {file.name for file in files}:
        pool.AddSerializedFile(descriptor_pb2.DESCRIPTOR.serialized_pb)
    kind = message_factory.GetMessageClass(pool.FindMessageTypeByName("google.protobuf.FileDescriptorProto"))
    octets = {file.name: file.SerializeToString() for file in files if file.name in names}
    return {name: json_format.MessageToDict(kind.FromString(one), descriptor_pool=pool) for name, one in octets.items()}, octets


def by_number(one):
    """What extends, its number (0 is left out of what is written), and its name."""
    return one.get("extendee", ""), one.get("number", 0), one.get("name", "")


def by_name(one):
    return one["name"]


def by_start(one):
    return one.get("start", 0)


def ordered(file):
    """A descriptor in one order, with names where numbers of places stand."""
    places = file.get("dependency", [])
    for kind in ("publicDependency", "weakDependency"):
        file[kind] = sorted(places[at] for at in file.get(kind, []))
    file["dependency"] = sorted(places)
    for message in file.get("messageType", []):
        order_message(message)
    for one in file.get("enumType", []):
        order_enum(one)
    file["extension"] = sorted(file.get("extension", []), key=by_number)
    return file


def order_message(message):
    oneofs = message.get("oneofDecl", [])
    for field in message.get("field", []):
        if "oneofIndex" in field:
            field["oneofIndex"] = oneofs[field["oneofIndex"]]["name"]
    message["oneofDecl"] = sorted(oneofs, key=by_name)
    message["field"] = sorted(message.get("field", []), key=by_number)
    message["extension"] = sorted(message.get("extension", []), key=by_number)
    for ranges in ("reservedRange", "extensionRange"):
        message[ranges] = sorted(message.get(ranges, []), key=by_start)
    message["reservedName"] = sorted(message.get("reservedName", []))
    # Messages that stand for maps and groups come where their fields do.
    message["nestedType"] = sorted(message.get("nestedType", []), key=by_name)
    for nested in message["nestedType"]:
        order_message(nested)
    for one in message.get("enumType", []):
        order_enum(one)


def order_enum(one):
    one["value"] = sorted(one.get("value", []), key=by_number)
    one["reservedRange"] = sorted(one.get("reservedRange", []), key=by_start)
    one["reservedName"] = sorted(one.get("reservedName", []))


def first_difference(want, got, path=""):
    if isinstance(want, dict) and isinstance(got, dict):
        for key in sorted(set(want) | set(got)):
            found = first_difference(want.get(key), got.get(key), f"{path}.{key}")
            if found:
                return found
        return None
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        return next(filter(None, (first_difference(a, b, f"{path}[{at}]") for at, (a, b) in enumerate(zip(want, got)))), None)
    return None if want == got else f"{path}: the file says {want!r}, what is stored {got!r}"


def write(folder, texts):
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def without_extensions(part):
    """A descriptor without what is lost when one is registered."""
    if isinstance(part, list):
        return [without_extensions(one) for one in part]
    if not isinstance(part, dict):
        return "TYPE_MESSAGE" if part == "TYPE_GROUP" else part
    kept = {key: without_extensions(value) for key, value in part.items() if not key.startswith("[") and key not in LOST}
    return {key: value for key, value in kept.items() if value or key not in ("options", "extensionRange")}


def main(url, folder, work):
    folder, work = pathlib.Path(folder), pathlib.Path(work)
    texts = {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.proto"))}
    texts |= {str(path.relative_to(BUILT_IN)): path.read_text(encoding="utf-8")
              for path in sorted(BUILT_IN.rglob("*.proto")) if "edition =" not in path.read_text(encoding="utf-8")}
    texts["twice.proto"] = ONLY_PLAIN
    write(work / "files", texts)
    wanted, octets = compiled(work / "files", sorted(texts))
    wanted = {name: ordered(file) for name, file in wanted.items()}
    passed = failed = 0
    for form in FORMS:
        names = [name for name in texts if form == "plain" or name != "twice.proto"]
        stored = {}
        for name in names:
            register(url, form, name, texts, stored, octets)
        write(work / form, stored)
        got, _ = compiled(work / form, names)
        for name in names:
            told = [wanted[name], ordered(got[name])]
            if form == "described":
                told = [without_extensions(one) for one in told]
            problem = first_difference(*told)
            passed, failed = passed + (not problem), failed + bool(problem)
            if problem:
                print(f"FAIL {form} {name}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
