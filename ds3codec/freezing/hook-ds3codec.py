"""A frozen program needs the schemas, which are data, and what xsdata finds by its metadata."""

from PyInstaller.utils.hooks import collect_data_files, copy_metadata

datas: list[tuple[str, str]] = [*collect_data_files("ds3codec.schemas"), *copy_metadata("ds3codec")]
hiddenimports: list[str] = ["ds3codec.schemas", "ds3codec.model_bases.converters"]
