"""The errors this project names; each says in one sentence what to mend."""

from collections.abc import Sequence


class OpenGovError(Exception):
    """Raised when something a person can mend stops the work."""


class MetadataError(OpenGovError):
    """Raised when a published text file breaks its own rules; holds every problem found in it."""

    def __init__(self, file: str, problems: Sequence[str]) -> None:
        self.file = file
        self.problems = list(problems)
        super().__init__("\n".join(f"{file}: {problem}" for problem in self.problems))


class CatalogError(OpenGovError):
    """Raised when files contradict each other or a check fails; holds the problems of all files."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class UnknownCodeError(OpenGovError):
    """Raised when a code is not in its code list."""

    def __init__(self, codelist: str, code: str) -> None:
        self.codelist = codelist
        self.code = code
        super().__init__(f'"{code}" is not in the code list {codelist}')


class StoreError(OpenGovError):
    """Raised when the built store is absent, half written or of another version."""


class IngestError(OpenGovError):
    """Raised when a publisher's file does not have the shape its ingest function was written for."""


class VoicesError(OpenGovError):
    """Raised when a reader's file of opinions cannot be read or grouped; holds the sentence to show and its values."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key)


class WordingError(OpenGovError):
    """Raised when something to be shown uses words stronger than its grade; holds the words."""

    def __init__(self, item: str, words: Sequence[str]) -> None:
        self.item = item
        self.words = list(words)
        super().__init__(f"{item} says more than its grade allows: {', '.join(self.words)}")
