"""The walls of docs/architecture.md: who imports whom, where SQL stands, what is declared as a dependency."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tracker"
ASKING = {"all", "one", "many", "stream", "execute"}
"""The methods of a connection that take SQL."""
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_a_room_knows_only_what_lies_below_it() -> None:
    done = subprocess.run([sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout


def test_modules_do_not_import_in_circles() -> None:
    """Not inside functions either: what is imported late for the sake of a start counts too."""
    graph = grimp.build_graph("tracker", exclude_type_checking_imports=True, cache_dir=None)
    TopologicalSorter(
        {name: graph.find_modules_directly_imported_by(name) - {name} for name in graph.modules}
    ).prepare()  # a circle raises CycleError, which names its modules


def test_sql_stands_in_the_store_alone() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in modules()
        if not name.startswith("store/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKING
        if ast.unparse(node.func.value).endswith("connection")
    ]
    assert found == []


def test_rows_are_read_by_name() -> None:
    """A place beyond the fourth tells nobody what it holds: rows are unpacked into names, or are rows of `store.row_types`."""
    found = [
        f"{name}:{node.lineno} {ast.unparse(node)}"
        for name, tree in modules()
        if name.startswith(("store/", "actions/", "cli/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, int)
        if node.slice.value > FEW and ast.unparse(node.value) != "fields"  # the words of a line of mountinfo
    ]
    assert found == []


FEW = 3


def test_code_and_pages_refer_to_pages_that_are_there() -> None:
    told = {
        (path.name, page)
        for path in (
            *(path for folder in ("tracker", "tests", "tools", "benchmarks") for path in (ROOT / folder).rglob("*.py")),
            *(*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "pyproject.toml", ROOT / ".ci" / "run"),
        )
        for page in re.findall(r"docs/[\w-]+\.md(?:[^)\n]{0,40}§)?", path.read_text(encoding="utf-8"))
    }
    assert [each for each in told if not (ROOT / each[1]).exists()] == []


ROOMS = "ledger|store|actions|sheets|papers|page|plans|synergy|demo|cli"


def test_pages_name_modules_that_are_there() -> None:
    """Written as `room.module`, `room/module` or with a name of it behind: what was renamed is renamed in the pages too."""
    told = {
        (path.name, name)
        for path in ROOT.glob("docs/*.md")
        for name in re.findall(rf"`(?:tracker/)?((?:{ROOMS})[./]\w[\w./]*)`", path.read_text(encoding="utf-8"))
        if not name.endswith((".sqlite3", ".json", ".csv"))
    }
    assert {each for each in told if not is_there(each[1])} == set()


def test_code_names_modules_that_are_there() -> None:
    """Written from the package, or from a folder above the module that says it: `ledger.replay.advance`, `replay.advance`."""
    told = {
        (path, name.removeprefix("tracker."))
        for path in PACKAGE.rglob("*.py")
        for name in re.findall(r"`([a-z_]\w*(?:\.\w+)+)`", path.read_text(encoding="utf-8"))
        if name not in OF_OTHERS
    }
    assert {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path, name in told
        if not any(is_there(name, folder) for folder in path.parents if folder.is_relative_to(PACKAGE))
    } == set()


OF_OTHERS = {
    "importlib.util.LazyLoader", "str.translate", "main.get_command", "core.TyperGroup", "item.overdue_from", "parts.html",
}  # fmt: skip
"""What no module of ours has: names of Python and of typer, a column, a template."""


def is_there(name: str, folder: Path = PACKAGE) -> bool:
    """Tell whether a module or folder in one of the package has this name, or a module there holds the word behind its last dot."""
    place = folder / name.removesuffix(".py").rstrip("/").replace(".", "/")
    module = place.parent.with_suffix(".py")
    inside = module if module.exists() else place.parent / "__init__.py"
    return (
        place.is_dir()
        or place.with_suffix(".py").exists()
        or (folder / name).exists()
        or (inside.exists() and re.search(rf"\b{place.name}\b", inside.read_text(encoding="utf-8")) is not None)
    )


def imported() -> set[str]:
    """Return the top-level names that the package imports, its own and Python's left out."""
    names: set[str] = set()
    for _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - {"tracker"} - set(sys.stdlib_module_names)


def test_every_dependency_is_imported_and_every_import_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = (*project["dependencies"], *(each for name, extra in extras.items() if name != "dev" for each in extra))
    declared = {re.split(r"[^\w-]", each)[0].lower() for each in wanted}
    owners = packages_distributions()
    used = {owner.lower() for name in imported() for owner in owners.get(name, [name])}
    assert used - declared - BROUGHT_ALONG == set()
    assert declared - used == set()


BROUGHT_ALONG = {"sqlalchemy", "markupsafe", "psycopg-binary"}
"""What a declared dependency brings as part of itself: SQLModel its SQLAlchemy, Jinja its MarkupSafe."""


def test_classes_declare_the_tables_and_nothing_is_written_through_a_session() -> None:
    users = {
        name: {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for name, tree in modules()
        if any(
            (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("sqlmodel", "sqlalchemy", "alembic")))
            or (
                isinstance(node, ast.Import)
                and any(each.name.startswith(("sqlmodel", "sqlalchemy")) for each in node.names)
            )
            for node in ast.walk(tree)
        )
    }
    assert {name for name in users if not name.startswith("store/migrations/")} <= {
        "store/schema.py",
        "store/upgrade.py",
    }
    assert not {"Session", "sessionmaker", "scoped_session"} & set().union(*users.values())
