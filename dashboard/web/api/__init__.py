"""The public interface ``/api/v1/``: what the pages show, for programs.

``parameters`` say what may be asked and ``shapes`` what is answered; ``resources`` join both to the questions;
``endpoints`` speak HTTP, ``openapi`` and ``manual`` describe the same definitions to programs and to people.
"""
