"""One module a source: a publisher's raw file becomes tidy rows in ``data/``.

Each module has one function ``ingest(raw, data)``: ``raw`` is the folder with the publisher's files, ``data`` the
folder the rows go to. What a person must judge (titles, definitions, warnings) stays in the ``.toml`` beside the rows
and is never written here. At run time only ``boundaries.shift_point`` is used, to draw a point where its
island is drawn; geopandas and shapely are imported inside the functions that need them.
"""
