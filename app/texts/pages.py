"""The HTML pages that people see after signing in with GitHub for `verify`."""

from html import escape

from app.texts.speech import typed_plain

_PAGE = """\
<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:4em auto;padding:0 1em}}
code{{font-size:1.2em;user-select:all}}</style>
<h1>{title}</h1>
{body}
</html>
"""


class VerifyPages:
    """What a person sees when GitHub sends them back to us."""

    def code(self, code: str, *, login: str, slack: str) -> str:
        """Show the code to type in Slack. With both names, the wrong person notices."""
        command = escape(typed_plain(f"verify {code}"))
        who = escape(slack or "the person who asked for this link")
        body = (
            f"<p>You're <b>{escape(login)}</b> on GitHub. To link that to <b>{who}</b> on Slack, "
            f"type this in Slack within 10 minutes:</p><p><code>{command}</code></p>"
            f"<p>If you aren't {who}, close this page and don't share the code with anybody.</p>"
        )
        return _PAGE.format(title="One more step", body=body)

    def failed(self, *, down: bool) -> str:
        """Say that nothing was linked, and how to start again; `down`: GitHub doesn't answer."""
        why = "GitHub isn't answering." if down else "This link has expired or was used already."
        again = escape(typed_plain("verify"))
        body = (
            f"<p>{why} Nothing was linked. For a new link, type <code>{again}</code> in Slack.</p>"
        )
        return _PAGE.format(title="That didn't work", body=body)
