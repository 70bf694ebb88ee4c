"""The version of the project, read from the installed package's metadata."""

from importlib.metadata import version

VERSION = version("jiceng")
