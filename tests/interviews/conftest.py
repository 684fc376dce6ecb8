"""Files of interviews, made by hand: a project of the exchange standard, Word documents, tables."""

import zipfile

import pytest

# A project as the standard (REFI-QDA 1.5) has it: two users, a codebook of two levels, three texts
# of which one lies in the file and one in the XML, a picture, and a case.
QDE = """<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="Essai" origin="by hand"
    creatingUserGUID="11111111-0000-0000-0000-000000000001"
    creationDateTime="2024-03-01T10:00:00Z">
  <Users>
    <User guid="11111111-0000-0000-0000-000000000001" name="Amel"/>
    <User guid="11111111-0000-0000-0000-000000000002" name="Bilel" id="b"/>
  </Users>
  <CodeBook>
    <Codes>
      <Code guid="22222222-0000-0000-0000-000000000001" name="Prix" isCodable="true">
        <Code guid="22222222-0000-0000-0000-000000000002" name="Cher" isCodable="true"/>
        <Code guid="22222222-0000-0000-0000-000000000003" name="Autre" isCodable="true"/>
      </Code>
      <Code guid="22222222-0000-0000-0000-000000000004" name="Service" isCodable="true">
        <Description>Ce que le client reçoit</Description>
        <Code guid="22222222-0000-0000-0000-000000000005" name="Autre" isCodable="true"/>
      </Code>
    </Codes>
  </CodeBook>
  <Cases><Case guid="55555555-0000-0000-0000-000000000001" name="Firme"/></Cases>
  <Sources>
    <TextSource guid="33333333-0000-0000-0000-000000000001" name="Entretien 1"
        plainTextPath="internal://33333333-0000-0000-0000-000000000001.txt">
      <PlainTextSelection guid="44444444-0000-0000-0000-000000000001" name="x"
          startPosition="0" endPosition="12"
          creatingUser="11111111-0000-0000-0000-000000000001">
        <Coding guid="66666666-0000-0000-0000-000000000001"
            creatingUser="11111111-0000-0000-0000-000000000001">
          <CodeRef targetGUID="22222222-0000-0000-0000-000000000002"/>
        </Coding>
        <Coding guid="66666666-0000-0000-0000-000000000002"
            creatingUser="{11111111-0000-0000-0000-000000000002}">
          <CodeRef targetGUID="22222222-0000-0000-0000-000000000002"/>
        </Coding>
        <Coding guid="66666666-0000-0000-0000-000000000003"
            creatingUser="11111111-0000-0000-0000-000000000002">
          <CodeRef targetGUID="22222222-0000-0000-0000-000000000005"/>
        </Coding>
      </PlainTextSelection>
      <PlainTextSelection guid="44444444-0000-0000-0000-000000000002" name="y"
          startPosition="30" endPosition="47">
        <Coding guid="66666666-0000-0000-0000-000000000004"
            creatingUser="11111111-0000-0000-0000-000000000001">
          <CodeRef targetGUID="22222222-0000-0000-0000-000000000004"/>
        </Coding>
      </PlainTextSelection>
    </TextSource>
    <TextSource guid="33333333-0000-0000-0000-000000000002" name="Entretien 2">
      <PlainTextContent>Tout va bien.&#10;Le prix est juste.</PlainTextContent>
      <PlainTextSelection guid="44444444-0000-0000-0000-000000000003" name="z"
          startPosition="14" endPosition="31"
          creatingUser="11111111-0000-0000-0000-000000000002">
        <Coding guid="66666666-0000-0000-0000-000000000005">
          <CodeRef targetGUID="22222222-0000-0000-0000-000000000001"/>
        </Coding>
      </PlainTextSelection>
      <Coding guid="66666666-0000-0000-0000-000000000006"
          creatingUser="11111111-0000-0000-0000-000000000001">
        <CodeRef targetGUID="22222222-0000-0000-0000-000000000003"/>
      </Coding>
    </TextSource>
    <PictureSource guid="33333333-0000-0000-0000-000000000003" name="Affiche"
        path="relative:///media/affiche.png">
      <PictureSelection guid="44444444-0000-0000-0000-000000000004" firstX="1" firstY="2"
          secondX="30" secondY="40" creatingUser="11111111-0000-0000-0000-000000000001">
        <Coding guid="66666666-0000-0000-0000-000000000007"
            creatingUser="11111111-0000-0000-0000-000000000001">
          <CodeRef targetGUID="22222222-0000-0000-0000-000000000004"/>
        </Coding>
      </PictureSelection>
    </PictureSource>
  </Sources>
</Project>
"""
INSIDE = "sources/33333333-0000-0000-0000-000000000001.txt"
TEXT = "C'est cher 😀\n\nEnquêteur : ah ?\nOn me répond vite.\n"


def zipped(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.fixture(name="zipped")
def _zipped():
    return zipped


@pytest.fixture
def qdpx(tmp_path):
    """Write the project, some of its XML replaced, some members added or left out (None)."""

    def make(*changes, name="essai.qdpx", members=None):
        qde = QDE
        for old, new in changes:
            assert old in qde
            qde = qde.replace(old, new)
        members = {"project.qde": qde, INSIDE: TEXT.encode()} | (members or {})
        return zipped(tmp_path / name, {k: v for k, v in members.items() if v is not None})

    return make


@pytest.fixture
def table(tmp_path):
    def make(text, name="codages.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return make
