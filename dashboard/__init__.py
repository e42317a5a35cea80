"""Open Government Outcomes: the way a datum takes through this library.

1. ``ingest``      a publisher's raw file becomes tidy rows in ``data/`` (run by a person, never at run time)
2. ``catalog``     reads ``data/`` and ``case_studies/``, validates every row, tells all problems at once
3. ``evidence``    fills the claims' sentences from observations and computes their grades
4. ``checks``      judge the whole; their docstrings are the sentences readers see
5. ``store``       writes SQL and Parquet beside the old store and swaps them whole
6. ``queries``     plain functions: store in, tidy frame out; the only place with SQL over the store, with ``vintages``
                  beside it: what was published when, what changed between two days, what was corrected
   ``search``      words in, what was found out; beside ``queries``, with an index of its own in memory
7. ``figures`` and ``maps``  frame, indicator and language in, Plotly figure out; ``swings`` compares maps and weighs
                  places by people, ``reading`` says it all in words
   ``export``      files that readers take away: tables, workbooks, pictures, packs
8. ``components``  Streamlit pieces, the only place that caches
9. ``pages/``      choose, get, show, cite; ``frame`` puts them behind one navigation
   ``web``         routes that answer beside Streamlit in the same process
"""

__version__ = "0.1.0"
