"""Loads a script of compat-tests as a module, so that its functions can be called one by one."""

import importlib.util


def load(path):
    spec = importlib.util.spec_from_file_location("script_" + path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
