"""The load bench: how fast the registry answers, beside what the machine could do at best."""
