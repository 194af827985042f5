# nightlatch_embed(ROOM SYMBOL FILE): which files travel inside the binary, one line each.
