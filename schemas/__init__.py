"""The XSDs of MasterObjectList, as package data: `files("ds3codec.schemas") / "MasterObjectList.xsd"`."""
