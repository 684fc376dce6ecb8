"""A drawing as a value: shown in notebooks, saved to a file."""

from dataclasses import dataclass
from pathlib import Path

from scrm_model.reporting.saving import save_as


@dataclass(frozen=True, slots=True, repr=False)
class SvgFile:
    """A drawing as SVG text.

    Attributes
    ----------
    svg : str
        A complete SVG document with a title and a description, black on white, without
        scripts or outside resources.
    """

    svg: str

    def save(self, path: str | Path) -> Path:
        """Write the drawing to a file.

        Parameters
        ----------
        path : str or Path
            A name ending in ``.svg``.

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        ArgumentError
            If the name has another ending.
        """
        return save_as(path, {".svg": lambda: self.svg.encode("utf-8")})

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({len(self.svg)} characters of SVG; .save('drawing.svg') writes "
            "them)"
        )

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return f'<div style="overflow-x:auto">{self.svg}</div>'
