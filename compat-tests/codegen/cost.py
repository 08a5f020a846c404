#!/usr/bin/env python3
"""What generated code costs to compile, beside what prost-build generates for the same messages.

    python3 compat-tests/codegen/cost.py [--records 100] [--varied]

Records of twenty fields each, by default all alike, which a linker makes use of where their code is too; with --varied each has its
fields in an order of its own. They stand in programs that read and write every one of them. Prints for each program the seconds of
processor time for `cargo check` and for a release build of its own code alone, and the size of the stripped binary, and how
long the generator took. Takes some minutes; nothing is judged.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent.parent

# Name, Avro type, default, and what prost-build writes for it: attribute and Rust type.
_FIELDS = [
    ("id", "long", None, "int64", "i64"),
    ("account", "long", None, "int64", "i64"),
    ("created", "long", None, "int64", "i64"),
    ("updated", "long", None, "int64", "i64"),
    ("count", "int", None, "int32", "i32"),
    ("level", "int", 0, "int32", "i32"),
    ("flags", "int", 0, "int32", "i32"),
    ("name", "string", None, "string", "::prost::alloc::string::String"),
    ("city", "string", None, "string", "::prost::alloc::string::String"),
    ("street", "string", "", "string", "::prost::alloc::string::String"),
    ("zip", "string", "", "string", "::prost::alloc::string::String"),
    ("latitude", "double", None, "double", "f64"),
    ("longitude", "double", None, "double", "f64"),
    ("active", "boolean", False, "bool", "bool"),
    ("picture", "bytes", "", "bytes = \"vec\"", "::prost::alloc::vec::Vec<u8>"),
    ("note", ["null", "string"], None, "string, optional", "::core::option::Option<::prost::alloc::string::String>"),
    ("referrer", ["null", "long"], None, "int64, optional", "::core::option::Option<i64>"),
    ("tags", {"type": "array", "items": "string"}, [], "string, repeated",
     "::prost::alloc::vec::Vec<::prost::alloc::string::String>"),
    ("scores", {"type": "array", "items": "long"}, [], "int64, repeated", "::prost::alloc::vec::Vec<i64>"),
    ("limits", {"type": "map", "values": "long"}, {}, "map = \"string, int64\"",
     "::std::collections::HashMap<::prost::alloc::string::String, i64>"),
]

_MANIFEST = """
[package]
name = "{name}"
version = "0.0.0"
edition = "2024"
publish = false

[dependencies]
{dependency}

[profile.release]
strip = true

[workspace]
"""

_GENERATOR = """
fn main() -> Result<(), avro_codegen::Error> {
    let arguments: Vec<String> = std::env::args().collect();
    let config = avro_codegen::Config::new().schema(&arguments[1]).plans(arguments[2] == "true");
    print!("{}", config.generate()?);
    Ok(())
}
"""

_PROST = ('prost = "0.14"', """
fn exercise<T: prost::Message + Default>(data: &[u8]) -> usize {
    T::decode(data).map_or(0, |value| value.encode_to_vec().len())
}
""")
_OWN = 'serde-wire = {{ path = "{root}/serde-wire", default-features = false, features = ["fast"] }}'
_IDENTITY = (_OWN, """
fn exercise<T: for<'a> serde_wire::codec::AvroDecode<'a> + serde_wire::codec::AvroEncode>(data: &[u8]) -> usize {
    let mut bytes = Vec::new();
    serde_wire::codec::decode::<T>(data).map_or(0, |value| {
        value.encode_into(&mut bytes);
        bytes.len()
    })
}
""")
_MODEL = _OWN + '\navro-model = {{ path = "{root}/avro-model" }}'
_RESOLVING = """
/// The schema that the data was written with, which is no part of what a type costs.
fn writer() -> &'static avro_model::Schema {
    static WRITER: std::sync::OnceLock<avro_model::Schema> = std::sync::OnceLock::new();
    WRITER.get_or_init(|| std::env::args().nth(1).unwrap_or_default().parse().unwrap_or_else(|_| std::process::exit(1)))
}

fn exercise<T>(data: &[u8]) -> usize
where
    T: serde_wire::codec::AvroSchema + for<'a> serde_wire::codec::AvroResolve<'a> + serde_wire::codec::AvroEncode,
{
    let mut bytes = Vec::new();
    let resolution = match serde_wire::resolve::resolve::<T>(writer()) {
        Ok(resolution) => resolution,
        Err(error) => return refused(&error),
    };
    resolution.decode(data).map_or(0, |value| {
        value.encode_into(&mut bytes);
        bytes.len()
    })
}
"""
_PLANS = (_MODEL, _RESOLVING + """
fn refused(_: &serde_wire::resolve::IncompatibleSchema) -> usize {
    0
}
""")
# As text, an error has the changes of the schema that would help, which takes code to find.
_TELLING = (_MODEL, _RESOLVING + """
fn refused(error: &serde_wire::resolve::IncompatibleSchema) -> usize {
    eprintln!("{error}");
    0
}
""")


def main():
    options = _options()
    options.work.mkdir(parents=True, exist_ok=True)
    schemas = options.work / "records.avsc"
    schemas.write_text(json.dumps([_schema(number, options) for number in range(options.records)]))
    command = [_generator(options), str(schemas)]
    seconds, text = _timed(lambda: subprocess.run([*command, "true"], check=True, capture_output=True, text=True).stdout)
    print(f"generator: {seconds:.2f} s for {options.records} records, {len(text)} bytes of code")
    text_without = subprocess.run([*command, "false"], check=True, capture_output=True, text=True).stdout
    prost = "\n".join(_prost(number, options) for number in range(options.records))
    paths = [f"cost::Record{number}" for number in range(options.records)]
    print(f"{'program':24} {'check s':>9} {'release s':>10} {'binary':>10} {'of it the runtime':>18}")
    rows = {}
    for name, text, parts in (("prost", prost, _PROST), ("owned, without plans", text_without, _IDENTITY),
                              ("owned, with plans", text, _PLANS), ("owned, telling errors", text, _TELLING)):
        # Generated code has the module of the namespace itself.
        code = f"mod cost {{\n{text}\n}}" if name == "prost" else text
        rows[name] = _program(options, name, code, paths, parts)
    first = rows["prost"]
    for name, row in rows.items():
        times = "".join(f"  {mine / theirs:.2f}x" for mine, theirs in zip(row, first)) if name != "prost" else ""
        print(f"{name:24} {row[0]:9.2f} {row[1]:10.2f} {row[2]:10} {row[3]:18}{times}")
    return 0


def _generator(options):
    """A program that prints what a build script would generate, without what only the command needs."""
    folder = options.work / "generator"
    (folder / "src").mkdir(parents=True, exist_ok=True)
    dependency = f'avro-codegen = {{ path = "{_ROOT}/avro-codegen", default-features = false }}'
    (folder / "Cargo.toml").write_text(_MANIFEST.format(name="generator", dependency=dependency))
    (folder / "src/main.rs").write_text(_GENERATOR)
    if not (folder / "Cargo.lock").exists():
        (folder / "Cargo.lock").write_bytes((_ROOT / "Cargo.lock").read_bytes())
    _cargo(options, folder, "build", "--release")
    return str(options.work / "target/release/generator")


def _program(options, name, code, types, parts):
    """Processor seconds for check and for a release build, and the sizes of the binary with and without the types."""
    folder = options.work / name.replace(", ", "-").replace(" ", "-")
    (folder / "src").mkdir(parents=True, exist_ok=True)
    dependency, exercise = parts
    (folder / "Cargo.toml").write_text(_MANIFEST.format(name=folder.name, dependency=dependency.format(root=_ROOT)))
    lock = folder / "Cargo.lock"
    if not lock.exists():
        lock.write_bytes((_ROOT / "Cargo.lock").read_bytes())
    sizes = []
    for used in (types[:1], types):
        calls = "\n".join(f"    sum += exercise::<{ty}>(&data);" for ty in used)
        # With one type the others are not compiled into the binary, and what is left is the runtime.
        main = f"""{code}
{exercise}
fn main() {{
    let mut data = Vec::new();
    let mut sum = std::io::Read::read_to_end(&mut std::io::stdin(), &mut data).unwrap_or(0);
{calls}
    println!("{{sum}}");
}}
"""
        (folder / "src/main.rs").write_text("#![allow(dead_code)]\n" + main)
        _cargo(options, folder, "build", "--release")
        sizes.append((options.work / "target/release" / folder.name).stat().st_size)
    seconds = []
    for command in (("check",), ("build", "--release")):
        _cargo(options, folder, *command)
        (folder / "src/main.rs").write_text("#![allow(dead_code)]\n" + main + f"// {time.time()}\n")
        seconds.append(_timed(lambda: _cargo(options, folder, *command))[0])
    return (*seconds, sizes[1], sizes[0])


def _cargo(options, folder, *arguments):
    environment = {**os.environ, "CARGO_TARGET_DIR": str(options.work / "target"), "CARGO_INCREMENTAL": "0"}
    done = subprocess.run(["cargo", *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1800)
    if done.returncode:
        raise SystemExit(done.stdout[-4000:])


def _timed(call):
    """The seconds of processor time that the programs took which it runs, and what it returns: other work does not count."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = call()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, result


def _fields(number, options):
    return random.Random(number).sample(_FIELDS, len(_FIELDS)) if options.varied else _FIELDS


def _schema(number, options):
    fields = []
    for name, schema, default, _, _ in _fields(number, options):
        field = {"name": name, "type": schema}
        if default is not None or isinstance(schema, list):
            field["default"] = default
        fields.append(field)
    return {"type": "record", "name": f"cost.Record{number}", "fields": fields}


def _prost(number, options):
    """A message as prost-build writes it."""
    fields = "".join(f"    #[prost({kind}, tag = \"{tag}\")]\n    pub {name}: {ty},\n"
                     for tag, (name, _, _, kind, ty) in enumerate(_fields(number, options), 1))
    return f"#[derive(Clone, PartialEq, ::prost::Message)]\npub struct Record{number} {{\n{fields}}}"


def _options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100, help="how many (default: 100)")
    parser.add_argument("--varied", action="store_true", help="give each record its fields in an order of its own")
    parser.add_argument("--work", type=Path, default=_ROOT / "compat-tests/.work/codegen-cost", help="a folder to work in")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
