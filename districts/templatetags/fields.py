"""A form field as HTML: label, help, input, hint, mistakes; what components/_field.html prints.

Drawn here and not by the widgets' templates: a report has ninety fields, half a millisecond each in templates.
Texts are escaped here, once; a widget of a kind not known here is drawn by its own template.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape
from typing import Any

from django import template
from django.forms import BoundField, DecimalField, FloatField, Widget
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def field(bound: BoundField, hint: str = "", suffix: str = "") -> SafeString:
    """`hint` ("pekan lalu 9") and `suffix` ("dari 18") are those of the declared field unless given."""
    declared, widget, auto_id, help_text = bound.field, bound.field.widget, bound.auto_id, bound.help_text
    hint, suffix = hint or getattr(declared, "hint", ""), suffix or getattr(declared, "suffix", "")
    kind, mistakes = widget_kind(type(widget).__name__), bound.errors if bound.form.is_bound else []
    about = [f"{auto_id}_{part}" for part, told in (("helptext", help_text), ("error", mistakes)) if told]
    tag, described, label = "div", "", _label(bound, widget, auto_id)
    if widget.use_fieldset:
        tag, described = "fieldset", _attributes({"aria-describedby": " ".join(about) or False})
    told_hint = f'<small class="hint" id="{auto_id}_hint">{escape(str(hint))}</small>' if hint else ""
    drawn = _widget(bound, kind, mistakes, [f"{auto_id}_hint", *about] if hint else about)
    parts = [
        f'<{tag} class="field field-{kind}{" field-wrong" if mistakes else ""}"{described}>',
        "" if kind == "checkbox" else label,
        f'<div class="helptext" id="{auto_id}_helptext">{help_text}</div>' if help_text else "",
        f'<div class="field-input">{drawn}{label if kind == "checkbox" else ""}',
        f'<span class="suffix">{escape(str(suffix))}</span>' if suffix else "",
        f"{told_hint}</div>{mistakes or ''}</{tag}>\n",
    ]
    return mark_safe("".join(parts))  # our own markup; words are escaped, help texts are ours


@register.simple_tag
def fields(lines: Iterable[Any]) -> SafeString:
    """Several at once, each with `bound`, `hint` and `suffix`, or bare."""
    return mark_safe(
        "".join(
            field(line) if isinstance(line, BoundField) else field(line.bound, line.hint, line.suffix) for line in lines
        )
    )


@register.simple_tag
def hidden_field(bound: BoundField) -> SafeString:
    """A hidden input."""
    return mark_safe(_input(bound.field.widget, bound.html_name, bound.value(), {"id": bound.auto_id}))


@cache
def widget_kind(class_name: str) -> str:
    """ "radioselect", "text", "count": as `BoundField.widget_type` calls it."""
    return class_name.lower().removesuffix("widget").removesuffix("input")


def _label(bound: BoundField, widget: Widget, auto_id: str) -> str:
    """The label or legend, without the colon Django adds."""
    words = escape(str(bound.label))
    if widget.use_fieldset:
        return f"<legend>{words}</legend>"
    target = widget.id_for_label(widget.attrs.get("id") or auto_id)
    return f'<label for="{target}">{words}</label>' if target else f"<label>{words}</label>"


def _widget(bound: BoundField, kind: str, mistakes: Any, about: list[str]) -> str:
    """The input itself: described by what stands `about` it, and with the phone keyboard that fits its numbers."""
    declared, widget = bound.field, bound.field.widget
    attrs: dict[str, Any] = {}
    if about and not widget.use_fieldset:
        attrs["aria-describedby"] = " ".join(about)
    if kind == "number" and "inputmode" not in widget.attrs:
        attrs["inputmode"] = "decimal" if isinstance(declared, DecimalField | FloatField) else "numeric"
    draw = _DRAWN.get(widget.template_name)
    if draw is None or declared.localize:
        return bound.as_widget(attrs=attrs)
    if declared.required and bound.form.use_required_attribute and widget.use_required_attribute(bound.initial):
        attrs["required"] = True
    if declared.disabled:
        attrs["disabled"] = True
    if mistakes:
        attrs["aria-invalid"] = "true"
    return draw(widget, bound.html_name, bound.value(), {"id": bound.auto_id, **widget.attrs, **attrs})


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
