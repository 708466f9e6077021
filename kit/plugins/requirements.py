"""Whether this installation has the version of K.I.T. and the packages a plugin needs."""

from __future__ import annotations

from .. import __version__
from .rows import Needs


def unmet(needs: Needs) -> str:
    """What of `needs` is missing here, in words; "" where nothing is. Other plugins are not looked at."""
    if not needs.kit and not needs.packages:
        return ""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        if needs.kit and not SpecifierSet(needs.kit).contains(__version__, prereleases=True):
            return f"needs kit {needs.kit}, this is {__version__}"
    except InvalidSpecifier:
        return f"needs kit “{needs.kit}”, which is no version range"
    return next((missing for package in needs.packages if (missing := _missing(package))), "")


def _missing(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(package)
    except InvalidRequirement:
        return f"needs “{package}”, which is no requirement"
    if requirement.marker is not None and not requirement.marker.evaluate():
        return ""
    try:
        present = version(requirement.name)
    except PackageNotFoundError:
        return f"needs the package {package}"
    if requirement.specifier.contains(present, prereleases=True):
        return ""
    return f"needs the package {package}, installed is {present}"
