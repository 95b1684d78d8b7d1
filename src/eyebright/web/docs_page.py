"""The description of the API as a page: plain HTML, no script, no foreign file."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, TypeAlias

Document: TypeAlias = Mapping[str, Any]

STYLE_PATH = "/api/docs.css"
STYLE = """\
:root { color-scheme: light dark; --line: #8884; --faint: #8882; --quiet: #777; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { white-space: pre-wrap; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); text-transform: capitalize; }
details { border: 1px solid var(--line); border-radius: 6px; margin: 0.5rem 0; }
summary { cursor: pointer; padding: 0.4rem 0.8rem; }
details > :not(summary) { margin-left: 0.8rem; margin-right: 0.8rem; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; }
.quiet { color: var(--quiet); }
table { border-collapse: collapse; width: calc(100% - 1.6rem); margin-bottom: 0.8rem; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.6rem 0.25rem 0; }
tr + tr > td { border-top: 1px solid var(--faint); }
"""


def docs_page(document: Document) -> str:
    """The whole page."""
    groups = [tag["name"] for tag in document["tags"]]
    links = " · ".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name in groups)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<title>Eyebright API</title><link rel="stylesheet" href="{STYLE_PATH}"></head><body>',
        "<h1>Eyebright API</h1>",
        f"<pre>{escape(document['info']['description'])}</pre>",
        '<p>For programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>',
        f"<nav>{links} · <a href='#shapes'>shapes</a></nav>",
        *(_group(name, document) for name in groups),
        '<h2 id="shapes">Shapes</h2>',
        *(_shape(name, one) for name, one in document["components"]["schemas"].items()),
        "</body></html>",
    ]
    return "\n".join(parts)


def _group(name: str, document: Document) -> str:
    operations = [
        _operation(method, path, said)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
        if name in said["tags"]
    ]
    return f'<h2 id="{escape(name)}">{escape(name)}</h2>\n' + "\n".join(operations)


def _operation(method: str, path: str, said: Document) -> str:
    body = said.get("requestBody", {}).get("content", {})
    parts = [
        f'<details id="{escape(said["operationId"])}"><summary>',
        f'<span class="method">{method.upper()}</span> <code>{escape(path)}</code>',
        f' <span class="quiet">{escape(said["summary"])}</span></summary>',
        f"<p>{escape(said.get('description', ''))}</p>",
        _parameters(said["parameters"]),
    ]
    if body:
        parts.append(f"<p>Body: {_contents(body)}</p>")
    for status, answer in said["responses"].items():
        parts.append(f"<p>{escape(status)}: {_contents(answer['content'])}</p>")
    if not said["security"]:
        parts.append('<p class="quiet">Open to strangers.</p>')
    return "\n".join([*parts, "</details>"])


def _parameters(parameters: list[Document]) -> str:
    if not parameters:
        return ""
    rows = [
        f"<tr><td><code>{escape(one['name'])}</code></td><td>{_kind(one['schema'])}</td>"
        f"<td>{escape(one.get('description', 'in the path'))}</td></tr>"
        for one in parameters
    ]
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _shape(name: str, schema: Document) -> str:
    rows = [
        f"<tr><td><code>{escape(member)}</code></td><td>{_kind(one)}</td></tr>"
        for member, one in schema.get("properties", {}).items()
    ]
    return (
        f'<details id="shape-{escape(name)}"><summary><code>{escape(name)}</code></summary>'
        f"<p>{escape(schema.get('description', ''))}</p>"
        f"<table><tbody>{''.join(rows)}</tbody></table></details>"
    )


def _contents(content: Document) -> str:
    return ", ".join(
        f"<code>{escape(kind)}</code> {_kind(one['schema'])}" for kind, one in content.items()
    )


def _kind(schema: Document) -> str:
    """A schema in a few words, with links to shapes."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return f'<a href="#shape-{escape(name)}">{escape(name)}</a>'
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(one)) or '(empty)'}</code>" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if "additionalProperties" in schema:
        return f"object of {_kind(schema['additionalProperties'])}"
    return escape(str(schema.get("format") or schema.get("type", "anything")))
