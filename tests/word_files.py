"""Make small Word files from the XML of their body, for what the usual library does not write."""

import io
import zipfile

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def word_file(body: str, *, styles: str = "", numbering: str = "") -> bytes:
    """Return a DOCX file with the given body, styles and numbering, each as the XML inside its part's root."""
    parts = {"word/document.xml": f"<w:document {_W} {_W14}><w:body>{body}</w:body></w:document>"}
    links = ""
    for name, root, inside in (("styles", "styles", styles), ("numbering", "numbering", numbering)):
        if inside:
            parts[f"word/{name}.xml"] = f"<w:{root} {_W}>{inside}</w:{root}>"
            links += f'<Relationship Id="{name}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>'
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    parts["word/_rels/document.xml.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'
    )
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return file.getvalue()


def paragraph(*runs: str, properties: str = "") -> str:
    """Return a paragraph of runs; one that is no markup becomes a run of plain words."""
    inside = "".join(item if item.startswith("<") else run(item) for item in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def run(words: str, properties: str = "") -> str:
    """Return a run of words with its properties."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def heading(words: str, level: int = 1) -> str:
    """Return a heading, by its outline level."""
    return paragraph(words, properties=f'<w:outlineLvl w:val="{level - 1}"/>')
