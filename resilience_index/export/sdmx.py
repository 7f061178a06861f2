"""An edition as SDMX: data as SDMX-CSV 2.0, structure as SDMX-ML 3.0.

One dataflow holds every node and indicator. Its dimensions: frequency (annual), area, item (index,
node or indicator), stage (score, rank, or a stage of a figure on its way) and time period (the
year of the edition, or of the row of a panel). DATA_YEAR says from which year a figure is.

References
----------
SDMX 3.0, section 3A: SDMX-ML, and SDMX-CSV 2.0 field guide. https://sdmx.org
"""

import re
from collections.abc import Mapping
from xml.etree import ElementTree

import numpy as np
import pandas as pd

from resilience_index.export.contents import Contents
from resilience_index.export.terms import AUTHOR, Terms, notice
from resilience_index.publish import tables

DATA, STRUCTURE = "data.csv", "structure.xml"

_MISSING = "NaN"
"""What SDMX-CSV writes for a number that is missing on purpose."""

_SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/"
_MES, _STR, _COM = f"{_SCHEMAS}message", f"{_SCHEMAS}structure", f"{_SCHEMAS}common"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

STAGES = {
    "score": "Score of a node",
    "rank": "Rank of a node, 1 is best",
    "rank_05": "Better end of the 90 % interval of the rank",
    "rank_95": "Worse end of the 90 % interval of the rank",
    "score_05": "Lower end of the 90 % interval of the score",
    "score_95": "Upper end of the 90 % interval of the score",
    "raw": "Figure as published",
    "denominated": "Figure divided by its denominator, times its scale",
    "imputed": "After the transform of the definition, gaps filled if the method does so",
    "treated": "After the treatment of outliers",
    "normalised": "On the common scale",
}
_STATUS = {
    "A": "Normal value",
    "I": "Imputed value",
    "M": "Missing value; data cannot exist",
    "O": "Missing value",
}
_CONCEPTS = {
    "FREQ": "Frequency",
    "REF_AREA": "Country or area",
    "ITEM": "Index, node or indicator",
    "STAGE": "Stage of the method",
    "TIME_PERIOD": "Year that the value is about",
    "OBS_VALUE": "Value",
    "UNIT_MEASURE": "Unit",
    "OBS_STATUS": "Status of the value",
    "DATA_YEAR": "Year of the observation behind it",
    "MARK": "What the figure is: observed, older, structural, imputed, treated, missing",
}
_CODED = {
    "FREQ": "CL_FREQ",
    "REF_AREA": "CL_AREA",
    "ITEM": "CL_ITEM",
    "STAGE": "CL_STAGE",
    "OBS_STATUS": "CL_OBS_STATUS",
}
_ATTRIBUTES = ("UNIT_MEASURE", "OBS_STATUS", "DATA_YEAR", "MARK")


def files(contents: Contents) -> dict[str, bytes]:
    """Return the two files by name: the data, and the structure that describes them."""
    return {DATA: data(contents), STRUCTURE: structure(contents)}


def agency(terms: Terms) -> str:
    """Return the identifier of who maintains the structure."""
    return "RESILIENCE_INDEX" if terms.author == AUTHOR else terms.name.upper()


def version(terms: Terms) -> str:
    """Return the edition as a semantic version, which SDMX 3.0 asks for.

    Numbers of the edition come first; without any, its year does.
    """
    numbers = re.findall(r"\d+", terms.edition)[:3] or [str(terms.year)]
    return ".".join(str(int(n)) for n in [*numbers, "0", "0"][:3])


def _urn(terms: Terms, kind: str, name: str, item: str = "") -> str:
    end = f".{item}" if item else ""
    maintained = f"{agency(terms)}:{name}({version(terms)})"
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={maintained}{end}"


def data(contents: Contents) -> bytes:
    """Return the observations as SDMX-CSV 2.0; a missing one is NaN and says why.

    An empty cell would leave the measure out, where programs expect a number.
    """
    terms = contents.terms
    rows = pd.concat([_scores(contents), _figures(contents)], ignore_index=True)
    rows.insert(0, "STRUCTURE", "dataflow")
    flow = f"{agency(terms)}:{terms.name.upper()}({version(terms)})"
    rows.insert(1, "STRUCTURE_ID", flow)
    rows.insert(2, "ACTION", "I")
    rows.insert(3, "FREQ", "A")
    value = rows["OBS_VALUE"]
    rows["OBS_VALUE"] = value.astype(object).where(value.notna(), _MISSING)
    return tables.to_csv(rows)


def _long(contents: Contents, table: pd.DataFrame, item: str, stage: str) -> pd.DataFrame:
    """Bring one column of a table of an edition into the form of observations."""
    unit = str(contents.index.content.units.index.name)
    made = pd.DataFrame({"REF_AREA": table[unit], "ITEM": table[item], "STAGE": stage.upper()})
    made["TIME_PERIOD"] = table.get("panel_year", contents.terms.year)
    made["OBS_VALUE"] = table[stage].astype("Float64").to_numpy(float, na_value=np.nan)
    return made


def _scores(contents: Contents) -> pd.DataFrame:
    """Return scores and ranks of the nodes, with their intervals where these are known."""
    own, drawn = contents.tables["scores"], contents.tables.get("uncertainty")
    asked = [(own, "score"), (own, "rank")]
    if drawn is not None:
        asked += [(drawn, s) for s in ("rank_05", "rank_95", "score_05", "score_95")]
    parts = []
    for table, stage in asked:
        made = _long(contents, table, "node", stage)
        made["UNIT_MEASURE"] = "points" if stage.startswith("score") else "rank"
        made["OBS_STATUS"] = np.where(made["OBS_VALUE"].isna(), "O", "A")
        made["DATA_YEAR"], made["MARK"] = pd.array([pd.NA] * len(made), "Int64"), ""
        parts.append(made)
    return pd.concat(parts, ignore_index=True)


def _figures(contents: Contents) -> pd.DataFrame:
    """Return the figures of the indicators, stage by stage."""
    table, definitions = contents.tables["indicators"], contents.index.content.indicators
    marks = table["mark"].astype(str)
    units = {
        "raw": {code: one.unit for code, one in definitions.items()},
        "denominated": {code: one.unit_scored or one.unit for code, one in definitions.items()},
        "normalised": dict.fromkeys(definitions, "points"),
    }
    parts = []
    for stage in ("raw", "denominated", "imputed", "treated", "normalised"):
        made = _long(contents, table, "indicator", stage)
        known = units.get(stage, {})
        made["UNIT_MEASURE"] = [known.get(code, "") for code in table["indicator"]]
        made["OBS_STATUS"] = _status(made["OBS_VALUE"], marks)
        made["DATA_YEAR"], made["MARK"] = table["year"].astype("Int64"), marks
        parts.append(made)
    return pd.concat(parts, ignore_index=True)


def _status(values: pd.Series, marks: pd.Series) -> np.ndarray:
    """Code each value: missing for good, missing, imputed, or normal."""
    cannot, imputed = marks.str.contains("not_applicable"), marks.str.contains("imputed")
    return np.select([values.isna() & cannot, values.isna(), imputed], ["M", "O", "I"], "A")


def structure(contents: Contents) -> bytes:
    """Return code lists, concepts, data structure and dataflow as SDMX-ML 3.0."""
    for prefix, space in (("mes", _MES), ("str", _STR), ("com", _COM)):
        ElementTree.register_namespace(prefix, space)
    terms = contents.terms
    root = ElementTree.Element(f"{{{_MES}}}Structure")
    _header(root, terms)
    inside = ElementTree.SubElement(root, f"{{{_MES}}}Structures")
    _agency(inside, terms)
    lists = _add(inside, "Codelists")
    for name, codes in code_lists(contents).items():
        _code_list(lists, terms, name, codes)
    scheme = _artefact(_add(inside, "ConceptSchemes"), terms, "ConceptScheme", "CONCEPTS")
    for name, words in _CONCEPTS.items():
        _named(_add(scheme, "Concept", id=name), words)
    flow = _artefact(_add(inside, "Dataflows"), terms, "Dataflow", terms.name.upper())
    _add(flow, "Structure").text = _urn(terms, "datastructure.DataStructure", terms.name.upper())
    _data_structure(_add(inside, "DataStructures"), terms)
    ElementTree.indent(root, " ")
    made: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return made + b"\n"


def code_lists(contents: Contents) -> dict[str, Mapping[str, str]]:
    """Return the code lists: codes and what they stand for."""
    index = contents.index
    codes = index.scores.index.get_level_values(0).unique()
    names = index.content.units["name"].reindex(codes)
    items = {code: node.title for code, node in index.framework.nodes.items()}
    items |= {code: index.content.indicators[code].title for code in index.framework.indicators}
    return {
        "CL_FREQ": {"A": "Annual"},
        "CL_AREA": {str(code): str(name) for code, name in names.items()},
        "CL_ITEM": items,
        "CL_STAGE": {stage.upper(): words for stage, words in STAGES.items()},
        "CL_OBS_STATUS": _STATUS,
    }


def _add(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, f"{{{_STR}}}{tag}", attributes)


def _named(element: ElementTree.Element, name: str, description: str = "") -> None:
    """Give an element its name, and a description where there is one."""
    for tag, text in (("Name", name), ("Description", description)):
        if text:
            made = ElementTree.SubElement(element, f"{{{_COM}}}{tag}", {_LANG: "en"})
            made.text = text


def _artefact(
    parent: ElementTree.Element, terms: Terms, tag: str, name: str
) -> ElementTree.Element:
    """Add something that is maintained: with agency, version, name and the terms of the edition."""
    made = _add(parent, tag, id=name, agencyID=agency(terms), version=version(terms))
    words = "\n".join(notice(terms)) if tag in ("Dataflow", "DataStructure") else ""
    _named(made, f"{terms.title}, edition {terms.edition}", words)
    return made


def _header(root: ElementTree.Element, terms: Terms) -> None:
    header = ElementTree.SubElement(root, f"{{{_MES}}}Header")
    texts = {"ID": terms.name.upper(), "Test": "false", "Prepared": f"{terms.year}-01-01T00:00:00"}
    for tag, text in texts.items():
        ElementTree.SubElement(header, f"{{{_MES}}}{tag}").text = text
    ElementTree.SubElement(header, f"{{{_MES}}}Sender", {"id": agency(terms)})


def _agency(inside: ElementTree.Element, terms: Terms) -> None:
    """Say who maintains the structure, so that the file stands alone."""
    schemes = _add(inside, "AgencySchemes")
    scheme = _add(schemes, "AgencyScheme", id="AGENCIES", agencyID="SDMX")
    _named(scheme, "Agencies")
    _named(_add(scheme, "Agency", id=agency(terms)), terms.author)


def _code_list(
    parent: ElementTree.Element, terms: Terms, name: str, codes: Mapping[str, str]
) -> None:
    made = _add(parent, "Codelist", id=name, agencyID=agency(terms), version=version(terms))
    _named(made, name.removeprefix("CL_").replace("_", " ").capitalize())
    for code, words in codes.items():
        _named(_add(made, "Code", id=code), words)


def _data_structure(parent: ElementTree.Element, terms: Terms) -> None:
    """Write dimensions, attributes and the measure, in the order that the schema wants."""
    made = _artefact(parent, terms, "DataStructure", terms.name.upper())
    components = _add(made, "DataStructureComponents")
    dimensions = _add(components, "DimensionList", id="DimensionDescriptor")
    for place, name in enumerate(("FREQ", "REF_AREA", "ITEM", "STAGE"), start=1):
        _component(_add(dimensions, "Dimension", id=name, position=str(place)), terms, name)
    time = _add(dimensions, "TimeDimension", id="TIME_PERIOD")
    _component(time, terms, "TIME_PERIOD", "ObservationalTimePeriod")
    attributes = _add(components, "AttributeList", id="AttributeDescriptor")
    for name in _ATTRIBUTES:
        attribute = _add(attributes, "Attribute", id=name, usage="optional")
        kind = "GregorianYear" if name == "DATA_YEAR" else "String"
        _component(attribute, terms, name, kind)
        _add(_add(attribute, "AttributeRelationship"), "Observation")
    measures = _add(components, "MeasureList", id="MeasureDescriptor")
    measure = _add(measures, "Measure", id="OBS_VALUE", usage="optional")
    _component(measure, terms, "OBS_VALUE", "Double")


def _component(element: ElementTree.Element, terms: Terms, name: str, kind: str = "String") -> None:
    """Say which concept a component is, and what may stand in it."""
    concept = _urn(terms, "conceptscheme.Concept", "CONCEPTS", name)
    _add(element, "ConceptIdentity").text = concept
    inside = _add(element, "LocalRepresentation")
    if name in _CODED:
        _add(inside, "Enumeration").text = _urn(terms, "codelist.Codelist", _CODED[name])
    else:
        _add(inside, "TextFormat", textType=kind)
