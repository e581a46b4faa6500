"""A frozen command line needs the modules of its commands, which it imports by their names."""

from PyInstaller.utils.hooks import collect_submodules

hiddenimports: list[str] = collect_submodules("ds3codec.cli.commands")
