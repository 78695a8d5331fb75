"""The shape of the project, kept by machine: which way imports and links point, and what a module may not be or do."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

ROOT = Path(settings.BASE_DIR)
#: STYLE 1: who may import whom. logistics and neutrality do not know each other, and nobody knows pilkada.
MAY_IMPORT = {
    "districts": {"districts"},
    "logistics": {"logistics", "districts"},
    "neutrality": {"neutrality", "districts"},
    "pilkada": {"pilkada", "logistics", "neutrality", "districts"},
}
APPS = tuple(MAY_IMPORT)
MODULES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
#: STYLE 2: a module is named for its topic, never for a pattern
NO_TOPIC = {"utils", "helpers", "services", "selectors", "managers", "common", "mixins", "core", "signals"}


def name_of(path):
    return str(path.relative_to(ROOT))


@cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(tree):
    """Dotted names of every module a piece of code imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def functions_of(tree):
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
class TestEveryModule:
    def test_imports_point_one_way(self, path):
        app = path.relative_to(ROOT).parts[0]
        known = {name.partition(".")[0] for name in imports_of(tree_of(path))} & set(APPS)
        assert known <= MAY_IMPORT[app]

    def test_nothing_is_imported_inside_a_function_by_a_star_or_from_a_neighbour_by_dots(self, path):
        assert [name for function in functions_of(tree_of(path)) for name in imports_of(function)] == []
        stars = [
            node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
        ]
        assert stars == []
        assert not [name for name in imports_of(tree_of(path)) if name.startswith(".")]

    def test_there_are_no_signals(self, path):
        """STYLE 11: what a write does is read where it is written."""
        assert not {"django.dispatch", "django.db.models.signals"} & set(imports_of(tree_of(path)))


def test_modules_are_named_for_a_topic():
    ours = [path for path in MODULES if path.parts[len(ROOT.parts)] != "pilkada"]
    assert [name_of(path) for path in ours if path.stem in NO_TOPIC] == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


#: `{% url "name" as variable %}` is left out: it is how a template asks whether a route is there
LINK = re.compile(r"""{%\s*url\s+['"]([\w:.-]+)['"](?![^%]*\sas\s)""")


def names_by_app(resolver, app=""):
    """Every URL name with the app whose urls module it stands in."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            module = getattr(each.urlconf_name, "__name__", "")
            yield from names_by_app(each, module.partition(".")[0] or app)
        elif each.name:
            yield each.name, app


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_links_of_templates_point_one_way_too(path):
    """A template of an app, or one that all share, links to its own app and to those it may know."""
    owner = path.relative_to(ROOT / "templates").parts[0]
    may_know = MAY_IMPORT.get(owner, MAY_IMPORT["districts"])
    names = dict(names_by_app(get_resolver()))
    links = {name for name in LINK.findall(path.read_text(encoding="utf-8")) if not name.startswith("admin:")}
    assert links <= set(names)
    assert {names[link] for link in links} <= may_know
