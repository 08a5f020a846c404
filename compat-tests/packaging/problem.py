"""What is wrong with what was found, as the programs here report it: None where all is well."""


def unless(found, wanted):
    """Another thing was found than is wanted."""
    return None if found == wanted else f"{found!r}, not {wanted!r}"
