"""Measurements, each beside a floor taken in the same run: ``python -m benchmarks.<name> [--write]``.

``rerun`` server reruns a page · ``sessions`` many readers at once · ``first_view`` Chromium, cold and warm ·
``serving`` API and share pages beside Datasette · ``build`` the store · ``search`` questions to the index ·
``opinions`` a large opinion map, and texts in groups · ``deck`` a deck as a PowerPoint file · ``stage`` present mode in
Chromium. Only loopback; bounded in time; ``--write`` puts the tables into ``docs/benchmarks.md``.
"""
