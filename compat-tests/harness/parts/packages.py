"""What users get: every crate as a package, and a project and both commands built from the packages alone."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import tarfile
import tempfile
import urllib.request

import crates
import machine
import ports

# A package needs these beside its code. (`repository` is not among them as long as there is no public address.)
_DESCRIBED_BY = ("description", "license", "readme", "keywords", "categories", "rust_version")
_DOCS_RS = "all-features"
# crates.io takes no larger ones.
_LARGEST = 10 * 1024 * 1024


def run(tally):
    machine.rust()
    published = crates.of(tally.run).published
    folder = _outside(tally.run)
    try:
        packages = _pack(tally, published, folder)
        for package in published if packages else ():
            tally.check(f"contents of {package['name']}", _lacks(package, packages[package["name"]]))
        commands = _install(tally, packages, folder) if packages else {}
        if len(commands) == 2:
            _five_minutes(tally, packages, commands, folder / "project")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _outside(run):
    """An empty folder outside the workspace, where no package finds what it should have brought along.

    It is the same one in each run of a checkout, so that cargo builds over what it built there before.
    """
    checkout = hashlib.sha256(str(run.root).encode()).hexdigest()[:12]
    folder = pathlib.Path(tempfile.gettempdir()) / f"packages-{os.getuid()}-{checkout}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def _pack(tally, published, folder):
    """Packages all of them at once, since they depend on each other, and unpacks them: name -> folder."""
    run = tally.run
    names = [argument for package in published for argument in ("-p", package["name"])]
    # They are built below, once instead of once for each package.
    ok, _ = tally.command("package", ["cargo", "package", *names, "--no-verify", "--allow-dirty", "--locked"],
                          cwd=run.root, env=run.env, timeout=600)
    if not ok:
        return {}
    unpacked = {}
    for package in published:
        name = f"{package['name']}-{package['version']}"
        file = run.target / "package" / f"{name}.crate"
        tally.check(f"size of {file.name}", f"{file.stat().st_size} bytes" if file.stat().st_size > _LARGEST else None)
        with tarfile.open(file) as archive:
            archive.extractall(folder)
        # In a package every file has the same old date, which would tell cargo that it has compiled all of them already.
        for path in (folder / name).rglob("*"):
            os.utime(path)
        unpacked[package["name"]] = folder / name
    return unpacked


def _lacks(package, folder):
    """What a package should hold and does not."""
    missing = [field for field in _DESCRIBED_BY if not package[field]]
    if _DOCS_RS not in ((package["metadata"] or {}).get("docs") or {}).get("rs", {}):
        missing.append("a section [package.metadata.docs.rs]")
    missing += [name for name in ("LICENSE", "README.md") if not (folder / name).is_file()]
    if missing:
        return f"it lacks {', '.join(missing)}"
    readme = (folder / "README.md").read_text()
    unknown = [feature for feature in package["features"] if feature != "default" and f"| `{feature}` |" not in readme]
    if unknown:
        return f"its README has no row for the features {', '.join(unknown)}"
    return None


def _settings(run, packages, folder):
    """The environment for builds from the packages in `folder`, and the arguments that make cargo take them."""
    patches = [f"patch.crates-io.{name}.path={json.dumps(str(path))}" for name, path in packages.items()]
    # What the workspace has compiled already is used again; what is built here is put elsewhere.
    env = dict(run.env, CARGO_BUILD_BUILD_DIR=str(run.target), CARGO_TARGET_DIR=str(folder / "target"),
               CARGO_PROFILE_DEV_DEBUG="line-tables-only")
    settings = [*patches, 'profile.dev.package."*".debug=false']
    return env, [argument for setting in settings for argument in ("--config", setting)]


def _pin(run, project, env, patches):
    """Builds a project with the versions that the workspace is tested with."""
    shutil.copyfile(run.root / "Cargo.lock", project / "Cargo.lock")
    log = run.logs / "packages" / "pin.log"
    if run.processes.run(["cargo", "metadata", "--format-version", "1", *patches], log, cwd=project, env=env, timeout=300) != 0:
        raise RuntimeError(f"cargo finds no versions for {project.name}, see {log}")


def _install(tally, packages, folder):
    """Installs both commands: name -> program."""
    run, root = tally.run, folder / "installed"
    env, patches = _settings(run, packages, folder)
    commands = {}
    for package, command in (("avro-codegen", "avro-gen"), ("registry-server", "registry-server")):
        _pin(run, packages[package], env, patches)
        argv = ["cargo", "install", "--path", packages[package], "--root", root, "--debug", "--locked", "--no-track", *patches]
        ok, _ = tally.command(f"install-{command}", argv, cwd=folder, env=env, timeout=1800)
        if ok:
            commands[command] = root / "bin" / command
            version = f"{command} {packages[package].name.rpartition('-')[2]}"
            _, text = tally.command(f"version-{command}", [commands[command], "--version"], env=run.env)
            tally.check(f"{command} --version", None if text.strip() == version else f"{text.strip()!r}, not {version!r}")
    return commands


def _five_minutes(tally, packages, commands, folder):
    """The first steps of the README, word for word, from the packages: a registry, a schema, types, a message."""
    run = tally.run
    readme = (run.root / "README.md").read_text()
    body = json.loads(re.search(r"-d '(.*)'$", readme, re.M).group(1))
    schema = json.loads(body["schema"])
    port = ports.free()
    url = f"http://{ports.HOST}:{port}"
    _write_project(folder, readme, schema, url)
    env, patches = _settings(run, packages, folder.parent)
    _pin(run, folder, env, patches)
    argv = ["cargo", "build", "--locked", *patches]
    built, _ = tally.command("build-project", argv, cwd=folder, env=env, timeout=1200)
    generated = folder / "generated.rs"
    tally.command("generate", [commands["avro-gen"], "generate", folder / "schemas", "-o", generated], env=run.env)
    tally.check("generated code", None if f"pub struct {schema['name']}" in _text(generated) else "it lacks the record")
    if not built:
        return
    server = run.processes.start([commands["registry-server"], "--listeners", url, "--database-url", "sqlite::memory:"],
                                 tally.log("registry"), env=run.env)
    try:
        ports.wait(port, server, 60, "the installed registry")
        _register(url, schema["name"], body)
        _, text = tally.command("message", [folder.parent / "target" / "debug" / "project"], env=run.env, timeout=60)
        expected = re.search(r"^`\[(00, 00, 00, 00, 01, 0e), …\]`", readme, re.M).group(1)
        tally.check("the message", None if text.startswith(f"[{expected}, ") and "gift" in text else f"printed {text!r}")
    finally:
        run.processes.stop(server)
    _lints(tally, folder, env, argv)


def _lints(tally, folder, env, argv):
    """A build script tells of a broken lint rule as a warning of cargo, and fails where the rule is denied."""
    odd = {"type": "record", "name": "Odd", "fields": [{"name": "at", "type": {"type": "long", "logicalType": "timestamp-mills"}}]}
    (folder / "schemas/odd.avsc").write_text(json.dumps(odd))
    _, text = tally.command("lint-warns", argv, cwd=folder, env=env, timeout=600)
    told = re.search(r"^warning: project@0\.0\.0: \S*odd\.avsc:1:\d+: .*\"timestamp-mills\".*\[unknown-logical-type\]$", text, re.M)
    tally.check("a broken rule is a warning of cargo", None if told else f"cargo printed {text[-1000:]}")
    script = folder / "build.rs"
    denied = script.read_text().replace(".schemas_dir(", ".lint(\"unknown-logical-type\", avro_codegen::LintLevel::Deny).schemas_dir(", 1)
    script.write_text(denied)
    log = tally.log("lint-denied")
    code = tally.run.processes.run(argv, log, cwd=folder, env=env, timeout=600)
    text = _text(log)
    told = code != 0 and "error[unknown-logical-type]: there is no logical type \"timestamp-mills\"" in text
    tally.check("a rule that is denied ends the build", None if told else f"it ended with {code}: {text[-1000:]}")


def _write_project(folder, readme, schema, url):
    """A project of the files that the README shows; its dependencies are the packages."""
    blocks = {}
    for text in re.findall(r"^```rust,ignore\n(.*?)^```$", readme, re.M | re.S):
        name, _, code = text.partition("\n")
        blocks[name.removeprefix("// ")] = code.replace("http://localhost:8081", url)
    dependencies = re.search(r"^```toml\n(.*?)^```$", readme, re.M | re.S).group(1)
    dependencies = re.sub(r'path = "[^"]*"', 'version = "0"', dependencies)
    manifest = f'[package]\nname = "project"\nversion = "0.0.0"\nedition = "2024"\n\n{dependencies}\n[workspace]\n'
    for name, text in {"Cargo.toml": manifest, "schemas/order.avsc": json.dumps(schema), **blocks}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def _register(url, name, body):
    request = urllib.request.Request(f"{url}/subjects/{name.lower()}s-value/versions", data=json.dumps(body).encode(),
                                     headers={"Content-Type": "application/vnd.schemaregistry.v1+json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        answer.read()


def _text(path):
    return path.read_text() if os.path.exists(path) else ""
