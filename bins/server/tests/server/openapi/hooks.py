"""What schemathesis calls a failure and is none, each with the reason.

Only two of its checks are concerned: whether a request that fits the schema is accepted (ST202), and whether one that
does not fit is rejected (ST201). The document says what clients shall send; the server takes more, because REST framework
does, and its clients rely on it.
"""

import re

import schemathesis
from schemathesis.core import NOT_SET
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

TOKENS = {"obtainToken", "refreshToken", "verifyToken", "revokeToken"}
PROVEN = {"changePassword", "createApiKey"}
POST_FIELDS = {"title": 50, "content": None}
# REST framework's paginators and OrderingFilter pass over what they cannot read.
PASSED_OVER = {"limit", "offset", "ordering", "page_size"}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if isinstance(failure, (AcceptedNegativeData, RejectedPositiveData)) and response.status_code == 413:
        return not is_longer_than_told(response)
    if isinstance(failure, RejectedPositiveData) and response.status_code == 400:
        return not (
            are_unknown_credentials(case, response)
            or is_unproven(case, response)
            or is_too_long_in_bytes(response)
            or is_moment_beyond_years(case, response)
        )
    if isinstance(failure, AcceptedNegativeData):
        return not (is_read_as_a_post(case) or is_passed_over_in_query(case))
    return True


def operation_id(case):
    return case.operation.definition.raw.get("operationId")


def is_longer_than_told(response):
    """JSON Schema does not limit bodies; `limits.body_bytes` does."""
    told = re.fullmatch(r"The request's body is larger than (\d+) bytes\.", response.json()["detail"])
    return told is not None and len(response.request.body) > int(told[1])


def are_unknown_credentials(case, response):
    """No schema tells which names, passwords and tokens are good."""
    return operation_id(case) in TOKENS and list(response.json()) == ["non_field_errors"]


def is_unproven(case, response):
    """No schema tells the current password, which passwords are weak, and which texts name permissions."""
    told = response.json()
    if operation_id(case) == "revokeToken":
        return told == {"token": ["This field is required."]}
    return operation_id(case) in PROVEN and "detail" not in told


def is_too_long_in_bytes(response):
    """Searches and filters are limited in bytes and terms; JSON Schema counts characters."""
    messages = [message for messages in response.json().values() if isinstance(messages, list) for message in messages]
    return bool(messages) and all(message.startswith("Ensure this value has at most ") for message in messages)


def is_moment_beyond_years(case, response):
    """A moment whose zone carries it out of the years 1 to 9999 is none that a database keeps."""
    wrong = response.json()
    return bool(wrong) and all(
        messages == ["Enter a valid date/time."] and str(case.query.get(name, ""))[:4] in ("0000", "0001", "9999")
        for name, messages in wrong.items()
    )


def is_read_as_a_post(case):
    """REST framework's CharField trims texts and takes numbers for texts, and an empty body is an empty object.

    So is a multipart body of what is no object: Django passes over what is no part of a form.
    """
    if operation_id(case) not in {"createPost", "replacePost", "updatePost"}:
        return False
    is_empty = case.media_type == "multipart/form-data" and not isinstance(case.body, dict)
    body = {} if is_empty or case.body is NOT_SET else case.body
    partial = operation_id(case) == "updatePost"
    return isinstance(body, dict) and all(
        partial if name not in body else is_taken(body[name], limit) for name, limit in POST_FIELDS.items()
    )


def is_taken(value, limit):
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return False
    text = str(value).strip()
    return bool(text) and "\0" not in text and (limit is None or len(text) <= limit)


def is_passed_over_in_query(case):
    """Values of pages and orders that cannot be read, and blank filters, ask for nothing."""
    if operation_id(case) != "listPosts":
        return False
    data = case.meta.phase.data
    names = {data.parameter} if data.parameter else {mutation.parameter for mutation in data.mutations}
    return bool(names) and all(name in PASSED_OVER or is_blank(case.query.get(name)) for name in names)


def is_blank(value):
    values = value if isinstance(value, list) else [value]
    return all(value is None or not str(value).strip() for value in values)
