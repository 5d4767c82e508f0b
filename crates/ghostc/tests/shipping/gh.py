#!/usr/bin/env python3
"""Plays `gh api` for the tests: comments and uploads are in the file `hub.json` of GHOSTC_TEST_HUB, calls in `calls`.

It knows what our scripts use of https://cli.github.com/manual/gh_api and refuses the rest, so that a change of a script
is a change of this.
"""

import json
import os
import pathlib
import sys

HUB = pathlib.Path(os.environ["GHOSTC_TEST_HUB"])
MINE = ".[] | select(.body | startswith(env.MARK)) | .id"


def fail(message):
    print(f"gh: {message}", file=sys.stderr)
    sys.exit(1)


def arguments(words):
    """What is asked for: path, method, fields, filter, and whether of all pages."""
    asked = {"method": None, "fields": {}, "filter": None, "pages": False, "path": None}
    words = iter(words)
    for word in words:
        if word == "--paginate":
            asked["pages"] = True
        elif word == "--method":
            asked["method"] = next(words)
        elif word == "--jq":
            asked["filter"] = next(words)
        elif word in ("-f", "-F"):
            name, value = next(words).split("=", 1)
            if word == "-F" and value.startswith("@"):
                value = pathlib.Path(value[1:]).read_text(encoding="utf-8")
            asked["fields"][name] = value
        elif word.startswith("-") or asked["path"]:
            fail(f"nobody plays `{word}`")
        else:
            asked["path"] = word
    return asked


def answer(hub, asked):
    """What the hub says to a request; it may change the hub."""
    path, _, query = asked["path"].partition("?")
    fields, repository = asked["fields"], f"repos/{hub['repository']}"
    issue = f"{repository}/issues/{hub['number']}/comments"
    if len(fields.get("body", "")) > 65536:
        fail("Validation Failed: body is too long (maximum is 65536 characters) (HTTP 422)")
    match asked["method"]:
        case None if path == issue:
            size = int(dict(part.split("=") for part in query.split("&"))["per_page"])
            comments = hub["comments"]
            pages = [comments[at:at + size] for at in range(0, len(comments), size)] or [[]]
            return pages if asked["pages"] else pages[:1]
        case "POST" if path == issue and set(fields) == {"body"}:
            number = 1 + max([comment["id"] for comment in hub["comments"]], default=100)
            comment = {"id": number, "body": fields["body"], "html_url": f"https://hub.example/c/{number}"}
            hub["comments"].append(comment)
            return [comment]
        case "PATCH" if set(fields) == {"body"}:
            found = [one for one in hub["comments"] if path == f"{repository}/issues/comments/{one['id']}"]
            if not found:
                fail("Not Found (HTTP 404)")
            found[0]["body"] = fields["body"]
            return found
        case "POST" if path == f"{repository}/code-scanning/sarifs":
            if set(fields) != {"commit_sha", "ref", "sarif"}:
                fail("Invalid request (HTTP 422)")
            hub["uploads"].append(fields)
            return [{"id": "1"}]
    fail(f"Not Found (HTTP 404): {path}")


def filtered(pages, text):
    """The lines that a filter gives for each page."""
    for page in pages:
        if text == MINE:
            yield from (str(one["id"]) for one in page if one["body"].startswith(os.environ["MARK"]))
        elif text == ".html_url":
            yield page["html_url"]
        elif text is None:
            yield json.dumps(page)
        else:
            fail(f"nobody plays the filter `{text}`")


def main():
    with open(HUB / "calls", "a", encoding="utf-8") as calls:
        calls.write(" ".join(sys.argv[1:]) + "\n")
    if sys.argv[1] != "api":
        fail(f"nobody plays `{sys.argv[1]}`")
    hub = json.loads((HUB / "hub.json").read_text(encoding="utf-8"))
    asked = arguments(sys.argv[2:])
    if os.environ.get("GH_TOKEN") != hub["token"]:
        fail("Bad credentials (HTTP 401)")
    if hub["read_only"] and asked["method"]:
        fail("Resource not accessible by integration (HTTP 403)")
    pages = answer(hub, asked)
    (HUB / "hub.json").write_text(json.dumps(hub), encoding="utf-8")
    for line in filtered(pages, asked["filter"]):
        print(line)


main()
