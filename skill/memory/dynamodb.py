"""The table in DynamoDB, for Lambda and for several hosts.

Partition key `who`, sort key `what` (text); `expires` is the table's time-to-live attribute. Values
are JSON text, so that numbers come back as they were. Region and credentials are AWS's usual ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from skill.memory import CALL_SECONDS, Item

_PATIENCE = Config(
    connect_timeout=CALL_SECONDS / 2,
    read_timeout=CALL_SECONDS / 2,
    retries={"mode": "standard", "total_max_attempts": 2},
)
_MOST_IN_ONE_BATCH = 25
_TRIES = 5  # a busy table takes part of a batch, and wants the rest again


class Table:
    """A table of items in DynamoDB."""

    def __init__(self, name: str) -> None:
        """The table of that name in AWS's usual region."""
        self._name = name

    @cached_property
    def _client(self) -> Any:
        return boto3.client("dynamodb", config=_PATIENCE)

    def read(self, who: str) -> list[Item]:
        """All items of one person, in the order of what they are."""
        condition = {
            "KeyConditionExpression": "who = :who",
            "ExpressionAttributeValues": {":who": {"S": who}},
        }
        return list(self._pages("query", **condition))

    def put(self, items: Iterable[Item]) -> None:
        """Write items over what stood there, each whole or not at all."""
        for item in items:
            self._call("put_item", Item=_row(item))

    def swap(self, item: Item) -> bool:
        """Write an item if the one that stands there is a version older. Whether it was."""
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(who)"}
        if item.version > 1:
            condition = {
                "ConditionExpression": "#version = :older",
                "ExpressionAttributeNames": {"#version": "version"},
                "ExpressionAttributeValues": {":older": {"N": str(item.version - 1)}},
            }
        try:
            self._client.put_item(TableName=self._name, Item=_row(item), **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise OSError(str(error)) from error
        except BotoCoreError as error:
            raise OSError(str(error)) from error
        return True

    def remove(self, who: str, whats: Iterable[str]) -> None:
        """Wipe items of one person."""
        wipe = [{"DeleteRequest": {"Key": {"who": {"S": who}, "what": {"S": w}}}} for w in whats]
        for begin in range(0, len(wipe), _MOST_IN_ONE_BATCH):
            left = {self._name: wipe[begin : begin + _MOST_IN_ONE_BATCH]}
            for _ in range(_TRIES):
                left = self._send("batch_write_item", RequestItems=left)["UnprocessedItems"]
                if not left:
                    break
            else:
                raise OSError("the table is too busy to wipe anything")

    def everything(self) -> Iterator[Item]:
        """All items of everybody."""
        yield from self._pages("scan")

    def _pages(self, name: str, **arguments: Any) -> Iterator[Item]:
        """The items of a query or scan, which reads on its own copy: always the newest."""
        while True:
            page = self._call(name, ConsistentRead=True, **arguments)
            yield from map(_item, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _call(self, name: str, **arguments: Any) -> Mapping[str, Any]:
        return self._send(name, TableName=self._name, **arguments)

    def _send(self, name: str, **arguments: Any) -> Mapping[str, Any]:
        try:
            answer: Mapping[str, Any] = getattr(self._client, name)(**arguments)
        except (ClientError, BotoCoreError) as error:
            raise OSError(str(error)) from error
        return answer


def _row(item: Item) -> dict[str, Any]:
    row: dict[str, Any] = {
        "who": {"S": item.who},
        "what": {"S": item.what},
        "value": {"S": json.dumps(item.value)},
        "version": {"N": str(item.version)},
    }
    return row if item.expires is None else {**row, "expires": {"N": str(item.expires)}}


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        who=row["who"]["S"],
        what=row["what"]["S"],
        value=json.loads(row["value"]["S"]),
        expires=int(row["expires"]["N"]) if "expires" in row else None,
        version=int(row["version"]["N"]),
    )
