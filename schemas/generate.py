"""Write everything that is derived from the XSDs: the models and README.md of this folder.

    python schemas/generate.py

The same schemas give the same bytes. xsdata reads a copy of the XSDs in which `X.generator.xsd` stands in
for `X.xsd`; its configuration is `xsdata.xml`.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from xsdata.codegen import container
from xsdata.codegen.handlers import CreateWrapperFields
from xsdata.codegen.models import Attr, Class
from xsdata.codegen.transformer import ResourceTransformer
from xsdata.models.config import GeneratorConfig

SCHEMAS = Path(__file__).resolve().parent
ROOT = SCHEMAS.parent
sys.path.insert(0, str(SCHEMAS))

import describe  # noqa: E402  (beside this script, also where the folder is installed as a package)

MARK = "# Generated from schemas/ by schemas/generate.py: change those, not this file.\n\n"


class OptionalWrapperFields(CreateWrapperFields):
    """Turns `Nodes/Node` into `nodes`, though `Nodes` may be missing: no nodes is an empty list."""

    @classmethod
    def validate_attr(cls, attr: Attr) -> bool:
        return attr.is_element and not attr.types[0].native and not attr.is_list

    @classmethod
    def validate_source(cls, source: Class, namespace: str | None) -> bool:
        return not source.extensions and len(source.attrs) == 1 and source.attrs[0].is_list


def generate_models() -> None:
    container.CreateWrapperFields = OptionalWrapperFields
    models = ROOT / "ds3codec" / "models"
    shutil.rmtree(models, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        copies = Path(folder).resolve()
        for schema in sorted(SCHEMAS.glob("*.xsd"), key=lambda path: len(path.suffixes)):
            shutil.copy(schema, copies / schema.name.replace(".generator.xsd", ".xsd"))
        config = GeneratorConfig.read(SCHEMAS / "xsdata.xml")
        transformer = ResourceTransformer(config=config)
        transformer.process([(copies / "MasterObjectList.xsd").as_uri()])
    for module in models.glob("*.py"):
        module.write_text(MARK + module.read_text())


if __name__ == "__main__":
    os.chdir(ROOT)
    # xsdata formats with the ruff that stands beside this Python.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    generate_models()
    (SCHEMAS / "README.md").write_text(describe.describe(SCHEMAS))
