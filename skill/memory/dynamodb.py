"""The table in DynamoDB, for Lambda and for several hosts.

Partition key `who`, sort key `what` (text); `expires` is the table's time-to-live attribute. Values
are JSON text, so that numbers come back as they were. Region and credentials are AWS's usual ones.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from skill.memory import CALL_SECONDS, Item, parsed

_PATIENCE = Config(
    connect_timeout=CALL_SECONDS / 2,
    read_timeout=CALL_SECONDS / 2,
    retries={"mode": "standard", "total_max_attempts": 2},
)
_MOST_IN_ONE_BATCH = 25
_TRIES = 5  # a busy table takes part of a batch, and wants the rest again, a little later
_FIRST_PAUSE = 0.05  # seconds, twice as long every time


class Table:
    """A table of items in DynamoDB."""

    def __init__(self, name: str) -> None:
        """The table of that name in AWS's usual region."""
        self._name = name

    @cached_property
    def _client(self) -> Any:
        # A session of its own: boto3's common one must not be used by two threads at once.
        return boto3.session.Session().client("dynamodb", config=_PATIENCE)

    def read(self, who: str) -> list[Item]:
        """All items of one person, in the order of what they are."""
        condition = {
            "KeyConditionExpression": "who = :who",
            "ExpressionAttributeValues": {":who": {"S": who}},
        }
        return list(self._pages("query", **condition))

    def put(self, items: Iterable[Item], at: float) -> None:  # noqa: ARG002 - see time-to-live
        """Write items over what stood there, each whole or not at all."""
        self._batches([{"PutRequest": {"Item": _row(item)}} for item in items])

    def swap(self, item: Item) -> bool:
        """Write an item if the one that stands there is a version older. Whether it was."""
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(who)"}
        if item.version > 1:
            condition = {
                "ConditionExpression": "#version = :older",
                "ExpressionAttributeNames": {"#version": "version"},
                "ExpressionAttributeValues": {":older": {"N": str(item.version - 1)}},
            }
        return self._did("put_item", Item=_row(item), **condition)

    def remove(self, who: str, whats: Iterable[str]) -> None:
        """Wipe items of one person."""
        self._batches([{"DeleteRequest": {"Key": _key(who, what)}} for what in whats])

    def purge(self, at: float) -> int:
        """Wipe what has expired, and has not been written anew since. How many items went.

        The table's time-to-live does the same within some days, at no cost.
        """
        still = {
            "ConditionExpression": "expires <= :at",
            "ExpressionAttributeValues": {":at": {"N": str(int(at))}},
        }
        expired = [i for i in self.everything() if i.expires is not None and i.expires <= at]
        gone = [self._did("delete_item", Key=_key(i.who, i.what), **still) for i in expired]
        return sum(gone)

    def everything(self) -> Iterator[Item]:
        """All items of everybody."""
        yield from self._pages("scan")

    def _pages(self, name: str, **arguments: Any) -> Iterator[Item]:
        """The items of a query or scan, page after page, as they are at this moment."""
        while True:
            page = self._call(name, TableName=self._name, ConsistentRead=True, **arguments)
            yield from map(_item, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _batches(self, requests: list[dict[str, Any]]) -> None:
        for begin in range(0, len(requests), _MOST_IN_ONE_BATCH):
            left = {self._name: requests[begin : begin + _MOST_IN_ONE_BATCH]}
            for attempt in range(_TRIES):
                left = self._call("batch_write_item", RequestItems=left)["UnprocessedItems"]
                if not left:
                    break
                time.sleep(_FIRST_PAUSE * 2**attempt)
            else:
                raise OSError("the table is too busy")

    def _did(self, name: str, **arguments: Any) -> bool:
        """Whether a call that is made on a condition was carried out."""
        try:
            self._call(name, TableName=self._name, **arguments)
        except OSError as error:
            if _is_refusal(error.__cause__):
                return False
            raise
        return True

    def _call(self, name: str, **arguments: Any) -> Mapping[str, Any]:
        try:
            answer: Mapping[str, Any] = getattr(self._client, name)(**arguments)
        except (ClientError, BotoCoreError) as error:
            raise OSError(str(error)) from error
        return answer


def _is_refusal(error: BaseException | None) -> bool:
    return (
        isinstance(error, ClientError)
        and error.response["Error"]["Code"] == "ConditionalCheckFailedException"
    )


def _key(who: str, what: str) -> dict[str, Any]:
    return {"who": {"S": who}, "what": {"S": what}}


def _row(item: Item) -> dict[str, Any]:
    row: dict[str, Any] = {
        **_key(item.who, item.what),
        "value": {"S": json.dumps(item.value)},
        "version": {"N": str(item.version)},
    }
    return row if item.expires is None else {**row, "expires": {"N": str(item.expires)}}


def _item(row: Mapping[str, Any]) -> Item:
    """The item in a row, of which only the key is sure to be there."""
    return Item(
        who=row["who"]["S"],
        what=row["what"]["S"],
        value=parsed(row.get("value", {}).get("S")),
        expires=int(row["expires"]["N"]) if "N" in row.get("expires", {}) else None,
        version=int(row["version"]["N"]) if "N" in row.get("version", {}) else 1,
    )
