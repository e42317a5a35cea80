"""A deck on a screen: one HTML document with every slide, its questions and notes inside, which then needs no server.

``write_presentation`` makes the document of present mode and, with its stylesheet and script inside, the copy that
opens from a disk; ``write_question_sheets`` makes the question cards for paper.
"""

from dashboard.export.stage.cards import write_question_sheets
from dashboard.export.stage.document import Dress, Ways, write_presentation

__all__ = ["Dress", "Ways", "write_presentation", "write_question_sheets"]
