"""Office files that are the same to the byte for the same contents."""

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

BEFORE_ALL = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def same_bytes(content: bytes) -> bytes:
    """Take the time of writing out of an Office file.

    Parameters
    ----------
    content : bytes
        A ``.docx`` or ``.xlsx`` file.

    Returns
    -------
    bytes
        The same file, its parts dated 1980 and its properties 2000.
    """
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z", data)
            info = ZipInfo(part.filename, BEFORE_ALL)
            info.compress_type = ZIP_DEFLATED
            new.writestr(info, data)
    return out.getvalue()
