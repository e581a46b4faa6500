"""Writes everything that is derived from the XSDs: the models and README.md of `schemas`.

    python schemas/generator/generate.py

The same schemas give the same bytes. xsdata reads a copy of the XSDs in which `X.generator.xsd` replaces
`X.xsd`. Its configuration is `xsdata.xml`; `rules.py` does what that cannot express.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from xsdata.utils import hooks

# Load no plugins of xsdata: one is this package, whose models are about to be written.
hooks.load_entry_points = lambda name: None

try:
    from xsdata.codegen.transformer import ResourceTransformer
except ModuleNotFoundError as error:
    sys.exit(f"{error.name} is missing: pip install 'ds3codec[dev]'")
from xsdata.models.config import GeneratorConfig  # noqa: E402

HERE = Path(__file__).resolve().parent
SCHEMAS = HERE.parent
ROOT = SCHEMAS.parent
sys.path.insert(0, str(HERE))

import describe  # noqa: E402  (beside this script)
import rules  # noqa: E402

MARK = "# Generated from schemas/ by schemas/generator/generate.py: change those, not this file.\n\n"


def generate_models() -> None:
    rules.install(SCHEMAS)
    models = ROOT / "ds3codec" / "models"
    shutil.rmtree(models, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        copies = Path(folder).resolve()
        # The names with more suffixes come last, so X.generator.xsd overwrites X.xsd.
        for schema in sorted(SCHEMAS.glob("*.xsd"), key=lambda path: len(path.suffixes)):
            shutil.copy(schema, copies / schema.name.replace(".generator.xsd", ".xsd"))
        config = GeneratorConfig.read(SCHEMAS / "xsdata.xml")
        transformer = ResourceTransformer(config=config)
        transformer.process([(copies / "MasterObjectList.xsd").as_uri()])
    for module in models.glob("*.py"):
        module.write_text(MARK + module.read_text())


if __name__ == "__main__":
    os.chdir(ROOT)
    # xsdata formats with the first ruff on the path; prefer the one installed beside this Python.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    generate_models()
    (SCHEMAS / "README.md").write_text(describe.describe(SCHEMAS))
