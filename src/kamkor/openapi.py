"""The OpenAPI document: what ninja knows of the operations, and what all of them have in common."""

from typing import Any

from ninja.openapi.schema import OpenAPISchema

from kamkor.access.api import problems

Part = dict[str, Any]  # any JSON

PROBLEM: Part = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. The type is stable; title, detail and errors are in the language asked for.",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "How to mend it."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail", "mend"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "A JSON pointer into the body, or the name of a parameter or header.",
                    },
                    "detail": {"type": "string"},
                    "mend": {"type": "string"},
                },
            },
        },
    },
}
ALWAYS = (400, 401, 403, 404, 405, 406, 413, 422, 429, 500, 503, 507)
WITH_BODY = (415,)
KEYED = (409,)
VERSIONED = (409, 412, 428)
TITLES = {kind.status: str(kind.code) for kind in problems.TRANSPORT.values()} | {
    406: "not-acceptable",
    409: "in-progress, changed-meanwhile",
    412: "lost-update",
    415: "wrong-media-type",
    422: "invalid, not-possible, wrong-state, key-reused",
    428: "needs-version",
}
KEY: Part = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "New for each new request; the same again when it is sent again. Kept for 24 hours.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
}
IF_MATCH: Part = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "description": "The ETag of the version that is changed.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}
IF_NONE_MATCH: Part = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "description": "An ETag that is held already; 304 says that it is still the same.",
    "schema": {"type": "string", "pattern": '^"[0-9a-f]{1,32}"$'},
}
LANGUAGE: Part = {
    "in": "header",
    "name": "Accept-Language",
    "required": False,
    "description": "ky, ru, uz or en.",
    "schema": {"type": "string", "enum": ["ky", "ru", "uz", "en"]},
}
ETAG: Part = {"ETag": {"required": True, "description": "Strong.", "schema": {"type": "string"}}}
ID, PERSON = {"id": "$response.body#/id"}, {"id": "$response.body#/person"}
FIRST = {"id": "$response.body#/items/0/id"}
VERSION = {"header.If-Match": '"{$response.body#/version}"'}
# What an answer names, the next request may use: by operation, where it leads and with which parameters.
LINKS: dict[str, dict[str, dict[str, str]]] = {
    "search_people": {"read_person": FIRST, "read_facts": FIRST},
    "read_facts": {"change_facts": ID | VERSION},
    "list_contacts": {"read_contact": FIRST},
    "record_contact": {"read_contact": ID},
    "read_contact": {"change_contact": ID | VERSION},
    "take_in_person": {"read_case": ID, "read_person": PERSON, "read_facts": PERSON},
    "list_cases": {"read_case": FIRST},
    "read_case": {
        "change_case": ID | VERSION,
        "read_timeline": ID,
        "list_shareable": ID,
        "send_referral": ID,
        "read_person": PERSON,
    },
    "send_referral": {"recall_referral": ID},
    "list_referrals": {"read_referral": FIRST},
    "list_tasks": {"finish_task": FIRST},
}
READS = {"search_people"}  # by POST, so that no name is in an address


def completed(schema: OpenAPISchema) -> OpenAPISchema:
    """Add the problems, conditions and headers that every operation has."""
    schema["components"]["schemas"]["Problem"] = PROBLEM
    for path in schema["paths"].values():
        for method, operation in path.items():
            _complete(method, operation)
    return schema


def _complete(method: str, operation: Part) -> None:
    parameters, statuses = operation["parameters"], list(ALWAYS)
    parameters.append(LANGUAGE)
    keyed = method == "post" and operation["operationId"] not in READS
    if keyed:
        parameters.append(KEY)
        statuses += KEYED
    if method == "patch":
        parameters.append(IF_MATCH)
        statuses += VERSIONED
    if method == "get":
        parameters.append(IF_NONE_MATCH)
        operation["responses"][304] = {"description": "Still the same", "headers": ETAG}
    if "requestBody" in operation:
        statuses += WITH_BODY
    if method in {"get", "patch"}:
        operation["responses"][200]["headers"] = ETAG
    if leads := LINKS.get(operation["operationId"]):
        answer = operation["responses"][min(operation["responses"])]
        answer["links"] = {name: {"operationId": name, "parameters": given} for name, given in leads.items()}
    for status in sorted(set(statuses)):
        operation["responses"][status] = _problem(status)


def _problem(status: int) -> Part:
    return {
        "description": f"Problem: {TITLES[status]}",
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
