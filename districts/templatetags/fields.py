"""A form field as HTML: label, help, input, hint, mistakes; what components/_field.html prints.

Drawn here and not by the widgets' templates: a report has ninety fields, half a millisecond each in templates.
Texts are escaped here, once; a widget of a kind not known here is drawn by its own template.
"""

from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from typing import Any

from django import template
from django.forms import BoundField, DecimalField, FloatField
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def field(bound: BoundField, hint: str = "", suffix: str = "") -> SafeString:
    """`hint` ("pekan lalu 9") and `suffix` ("dari 18") are those of the declared field unless given."""
    hint, suffix = hint or getattr(bound.field, "hint", ""), suffix or getattr(bound.field, "suffix", "")
    auto_id, kind, mistakes = bound.auto_id, widget_kind(type(bound.field.widget).__name__), bound.errors
    tag, described = "div", None
    if bound.use_fieldset:
        tag, described = "fieldset", bound.aria_describedby
    label, widget = _label(bound), _widget(bound, kind, f"{auto_id}_hint" if hint else "")
    help_id = f' id="{auto_id}_helptext"' if auto_id else ""
    parts = [
        f'<{tag} class="field field-{kind}{" field-wrong" if mistakes else ""}"',
        f' aria-describedby="{described}">' if described else ">",
        "" if kind == "checkbox" else label,
        f'<div class="helptext"{help_id}>{bound.help_text}</div>' if bound.help_text else "",
        f'<div class="field-input">{widget}{label if kind == "checkbox" else ""}',
        f'<span class="suffix">{escape(str(suffix))}</span>' if suffix else "",
        f'<small class="hint" id="{auto_id}_hint">{escape(str(hint))}</small>' if hint else "",
        f"</div>{mistakes if mistakes else ''}</{tag}>\n",
    ]
    return mark_safe("".join(parts))  # our own markup; words were escaped above, help texts are ours


@cache
def widget_kind(class_name: str) -> str:
    """ "radioselect", "text", "count": as `BoundField.widget_type` calls it."""
    return class_name.lower().removesuffix("widget").removesuffix("input")


def _label(bound: BoundField) -> str:
    """The label or legend, without the colon Django adds."""
    words = escape(str(bound.label))
    if bound.use_fieldset:
        return f"<legend>{words}</legend>"
    target = bound.id_for_label
    return f'<label for="{target}">{words}</label>' if target else f"<label>{words}</label>"


def _widget(bound: BoundField, kind: str, hint_id: str) -> str:
    """The input itself: described also by its hint, and with the phone keyboard that fits its numbers."""
    declared, widget = bound.field, bound.field.widget
    attrs: dict[str, Any] = {}
    if hint_id and not bound.use_fieldset:
        attrs["aria-describedby"] = " ".join(filter(None, [hint_id, bound.aria_describedby]))
    if kind == "number" and "inputmode" not in widget.attrs:
        attrs["inputmode"] = "decimal" if isinstance(declared, DecimalField | FloatField) else "numeric"
    draw = _DRAWN.get(widget.template_name)
    if draw is None or declared.localize:
        return bound.as_widget(attrs=attrs)
    attrs = {**widget.attrs, **bound.build_widget_attrs(attrs, widget)}
    if bound.auto_id:
        attrs.setdefault("id", bound.auto_id)
    return draw(widget, bound.html_name, bound.value(), attrs)


def _attributes(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in attrs.items()
        if value is not False
    )


def _input(widget: Any, name: str, value: Any, attrs: dict[str, Any]) -> str:
    shown = widget.format_value(value)
    given = "" if shown is None else f' value="{escape(str(shown))}"'
    return f'<input type="{widget.input_type}" name="{name}"{given}{_attributes(attrs)}>'


def _checkbox(widget: Any, name: str, value: Any, attrs: dict[str, Any]) -> str:
    return _input(widget, name, value, attrs | {"checked": True} if widget.check_test(value) else attrs)


def _textarea(widget: Any, name: str, value: Any, attrs: dict[str, Any]) -> str:
    return f'<textarea name="{name}"{_attributes(attrs)}>\n{escape(widget.format_value(value) or "")}</textarea>'


def _choices(widget: Any) -> list[tuple[Any, Any]] | None:
    """Value and label of each choice, asked for once (they may be rows); None when they are in groups."""
    listed = list(iter(widget.choices))  # a list asks rows for their number first, which is a statement
    return None if any(isinstance(label, list | tuple) for _value, label in listed) else listed


def _select(widget: Any, name: str, value: Any, attrs: dict[str, Any]) -> str:
    chosen, listed = widget.format_value(value), _choices(widget)
    if listed is None:
        return str(widget.render(name, value, attrs))
    options = "".join(
        f'<option value="{escape(str(each))}"{" selected" if str(each) in chosen else ""}>{escape(str(label))}</option>\n'
        for each, label in listed
    )
    return f'<select name="{name}"{_attributes(attrs)}>\n{options}</select>'


def _ticks(widget: Any, name: str, value: Any, attrs: dict[str, Any]) -> str:
    """Radio buttons or tick boxes, each in its label, numbered in their ids."""
    chosen, listed = widget.format_value(value), _choices(widget)
    if listed is None:
        return str(widget.render(name, value, attrs))
    group = attrs.pop("id", "")
    start, own = f'<input type="{widget.input_type}" name="{name}" value="', _attributes(attrs)
    options = "".join(
        f'<div><label for="{group}_{number}">{start}{escape(str(each))}"{own} id="{group}_{number}"'
        f"{' checked' if str(each) in chosen else ''}> {escape(str(label))}</label></div>\n"
        for number, (each, label) in enumerate(listed)
    )
    return f'<div id="{group}">{options}</div>'


#: By the template of the widget's class, which says what it looks like.
_DRAWN: dict[str, Callable[[Any, str, Any, dict[str, Any]], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in ("text", "number", "email", "url", "date", "datetime", "hidden")},
    "django/forms/widgets/checkbox.html": _checkbox,
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/radio.html": _ticks,
    "django/forms/widgets/checkbox_select.html": _ticks,
}  # fmt: skip
