"""The differences of our models from those that xsdata generates by itself.

- `Nodes/Node` becomes `nodes`, even though `Nodes` may be missing: then the list is empty.
- A nullable member may be None, even if its type is one of our own.
- If a member is both an attribute and an element, the attribute keeps the name. The element is `..._element`;
  it only tells how to write the member, so it is left out of the repr and of comparisons.
- A member that the schema marks as a credential is a `Credential`, and left out of the repr.
- An enumeration is open to more values.
- A member may be called `type`.
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree
from xsdata.codegen import container
from xsdata.codegen.handlers import CreateWrapperFields, ProcessAttributeTypes
from xsdata.codegen.models import Attr, AttrType, Class
from xsdata.codegen.utils import ClassUtils
from xsdata.codegen.writer import CodeWriter
from xsdata.formats.dataclass.filters import Filters
from xsdata.formats.dataclass.generator import DataclassGenerator
from xsdata.models.config import GeneratorConfig
from xsdata.utils import text

XS = "{http://www.w3.org/2001/XMLSchema}"
ELEMENT_FORM = "{}Element"
CREDENTIAL = f"{XS}annotation/{XS}appinfo/{{urn:ds3codec:contract}}contract[@credential='true']"


class OptionalWrapperFields(CreateWrapperFields):
    """Unwraps even lists whose wrapper may be missing."""

    @classmethod
    def validate_attr(cls, attr: Attr) -> bool:
        return attr.is_element and not attr.types[0].native and not attr.is_list

    @classmethod
    def validate_source(cls, source: Class, namespace: str | None) -> bool:
        return not source.extensions and len(source.attrs) == 1 and source.attrs[0].is_list


class NullableTypes(ProcessAttributeTypes):
    """Keeps `nillable` when a named type is replaced by its base."""

    @classmethod
    def copy_attribute_properties(cls, source: Class, target: Class, attr: Attr, attr_type: AttrType) -> None:
        nillable = attr.restrictions.nillable
        super().copy_attribute_properties(source, target, attr, attr_type)
        attr.restrictions.nillable = nillable


def rename_element(_: type[ClassUtils], first: Attr, second: Attr) -> None:
    """Rename the element of two members with the same name."""
    element = first if first.is_element else second
    element.name = ELEMENT_FORM.format(element.name)


def credentials(folder: Path) -> set[str]:
    """Return the names of the members that the XSDs mark as credentials."""
    return {
        member.get("name", "")
        for path in folder.glob("*.xsd")
        for member in etree.parse(path).iter(f"{XS}element")
        if member.find(CREDENTIAL) is not None
    }


class OurFilters(Filters):
    """Writes fields with our types and options."""

    credentials: set[str] = set()  # noqa: RUF012  (set once, by install)

    def field_type(self, obj: Class, attr: Attr) -> str:
        written = super().field_type(obj, attr)
        return written.replace("str", "Credential") if attr.local_name in self.credentials else written

    def field_definition(self, obj: Class, attr: Attr, parent_namespace: str | None) -> str:
        definition = super().field_definition(obj, attr, parent_namespace)
        if attr.local_name in self.credentials:  # a user may assign a plain str to it
            return definition.replace("field(", "field(repr=False,", 1)
        if attr.name == ELEMENT_FORM.format(attr.local_name):
            return definition.replace("field(", "field(repr=False, compare=False,", 1)
        return definition

    @classmethod
    def build_import_patterns(cls) -> dict[str, dict[str, list[str]]]:
        ours = {
            "ds3codec.model_bases.credential": {"Credential": ["| Credential"]},
            "ds3codec.model_bases.enumeration": {"OpenEnumeration": ["(OpenEnumeration)"]},
        }
        return super().build_import_patterns() | ours


class OurGenerator(DataclassGenerator):
    """xsdata's generator for dataclasses, with our filters and our base of enumerations."""

    @classmethod
    def init_filters(cls, config: GeneratorConfig) -> Filters:
        return OurFilters(config)

    def render_classes(self, classes: list[Class], module_namespace: str | None) -> str:
        return super().render_classes(classes, module_namespace).replace("(Enum):", "(OpenEnumeration):")


def install(folder: Path) -> None:
    """Make xsdata follow these rules, for the XSDs in `folder`."""
    container.CreateWrapperFields = OptionalWrapperFields
    container.ProcessAttributeTypes = NullableTypes
    ClassUtils.rename_attribute_by_preference = classmethod(rename_element)
    OurFilters.credentials = credentials(folder)
    CodeWriter.register_generator("dataclasses", OurGenerator)
    text.stop_words.discard("type")
