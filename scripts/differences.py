"""A sentence about a difference from AWS as a row of docs/differences.md: what it is about, AWS, the emulator."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

SENTENCES = re.compile(r"(?<=[.?!])\s+(?=[A-Z`\"])")
ABOUT_AWS = re.compile(
    r"(?:(?:In|On|At|For|With|By) )?(?:AWS|Lambda|Cognito|Amazon|S3)\b"
    r"|(?:It is )?[Dd]ocument(?:ation|ed)|Public reports"
)
QUESTION = re.compile(r"(?:Whether|What|Which|How|The|When|Where|Whom|Whose|In|If|After|For|Most|Nor|Up|Until)\b")
ENDPOINT = re.compile(r"\b(?:GET|POST|DELETE) /[\w./-]+")
TERM = re.compile(r"`[^`]+`|\b[A-Z][a-z]+(?:[A-Z]\w+)+\b|\b[A-Z]{2,}(?:_[A-Z]+)+\b")
MOST_NAMES = 3
ALL_KNOWN = "As AWS documents."
BESIDE = "See the next column."
PREVIOUS = "See the previous column."
OWN_WORDS = "A text of the emulator's own."
GUESS = "A guess; the code has it."


@dataclass(frozen=True, slots=True)
class Row:
    """A difference: whether AWS's behaviour is known, what the row is about, what AWS does, what the emulator does."""

    is_known: bool
    about: str
    aws: str
    here: str

    def cells(self, link: str) -> str:
        """The row of a table in Markdown."""
        cells = (self.about, self.aws, f"{self.here} ({link})")
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def row(words: str, path: str, operations: Iterable[str]) -> Row:
    """The row of a confession (`Unlike AWS: …` or `AWS unknown: …`) in a file."""
    kind, _, said = words.partition(":")
    said = _sentence(said.strip())
    is_known = kind == "Unlike AWS"
    aws, here = _known(said) if is_known else _unknown(said)
    return Row(is_known, _about(said, path, operations), aws, here)


def _known(said: str) -> tuple[str, str]:
    """What AWS does and what the emulator does, where both are said or one follows from the other."""
    aws: list[str] = []
    here: list[str] = []
    last = here
    for sentence in _clauses(said):
        is_aws = ABOUT_AWS.match(sentence) or (last is aws and re.match(r"(?:It|There|Its)\b", sentence))
        last = aws if is_aws and not re.search(r"\bhere\b", sentence, re.IGNORECASE) else here
        last.append(_sentence(sentence))
    if not here:
        return BESIDE, " ".join(aws)
    told = " ".join(here)
    return " ".join(aws) or (BESIDE if "AWS" in told else ALL_KNOWN), told


def _unknown(said: str) -> tuple[str, str]:
    """What is not known of AWS, and what the emulator does."""
    aws: list[str] = []
    here: list[str] = []
    last = aws
    for sentence in _clauses(said):
        if QUESTION.match(sentence) or ABOUT_AWS.match(sentence):
            last = aws
        elif re.search(r"\bhere\b", sentence, re.IGNORECASE):
            last = here
        last.append(_sentence(sentence))
    if not aws:
        return "Not known.", " ".join(here)
    question = " ".join(aws)
    if QUESTION.match(question):
        question = question[:1].lower() + question[1:]
    made_up = OWN_WORDS if re.match(r"(?:The|Most) (?:messages?|words|texts?)\b", said) else GUESS
    if re.search(r"\bhere\b", question) and not here:
        made_up = PREVIOUS
    return f"Not known: {question}", " ".join(here) or made_up


def _clauses(said: str) -> Iterable[str]:
    """The sentences, of which one that ends in `; here …` or `; AWS …` is two."""
    for sentence in SENTENCES.split(said):
        question, semicolon, answer = sentence.partition("; ")
        turns = re.search(r"\bhere\b", answer) and not re.search(r"\bhere\b", question)
        if semicolon and (turns or ABOUT_AWS.match(answer)):
            yield from (f"{question}.", answer)
        else:
            yield sentence


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _about(said: str, path: str, operations: Iterable[str]) -> str:
    """The operations, endpoints or members that a confession names first, or else the file's subject."""
    known = set(operations)
    named = [word for word in re.findall(r"\w+", said) if word in known] + ENDPOINT.findall(said)
    if not named:
        named = TERM.findall(said)[:1] or [PurePosixPath(path).stem.replace("_", " ")]
    distinct = list(dict.fromkeys(named))
    return ", ".join(distinct[:MOST_NAMES]) + (", …" if len(distinct) > MOST_NAMES else "")
