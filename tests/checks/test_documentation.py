"""The section 检查规则 of docs/rules.md is what the rules say."""

from tests.checks.document import PAGE, page


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.checks.document"
