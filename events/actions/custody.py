"""Custody 封存文本的保管: a look at sealed words, and the end of the key that opens them.

Sanfang writes these itself, the look before the words are shown and the end before the key is destroyed; no door takes
them and no finding follows. They name a post and its office, never the person who sat there, and have no room for words.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from events.actions.base import Action, Frozen, Identifier, Office
from events.canonical import action_id
from events.vocabulary import ErasureReason, LookReason

SOURCE: Final = "urn:sanfang:vault"

Post = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9._/-]+$",
                            description="a post 岗位, never a person: 141102-xf/intake")]
Paper = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9._/-]+$",
                             description="the number of the paper 文号 that says more")]


class UnsealedData(Frozen):
    office: Office
    post: Post
    matter: Identifier
    """For which matter the words were opened."""
    reason: LookReason
    reference: Paper | None = None


class Unsealed(Action):
    """Text unsealed 启封查阅: a post asked for the words of a submission; written before they were shown."""

    type: Literal["text.unsealed.v1"] = "text.unsealed.v1"
    data: UnsealedData


class ErasedData(Frozen):
    office: Office
    post: Post
    reason: ErasureReason
    reference: Paper | None = None


class Erased(Action):
    """Submission erased 文本删除: the key of its words is destroyed; written before that. What was judged stands."""

    type: Literal["submission.erased.v1"] = "submission.erased.v1"
    data: ErasedData


def act_id(type_: str, subject: str, time: str, data: UnsealedData | ErasedData) -> str:
    """Two looks are two events, even of one post at one submission: the moment tells them apart."""
    return action_id(type_, SOURCE, subject, time, data.model_dump_json())
