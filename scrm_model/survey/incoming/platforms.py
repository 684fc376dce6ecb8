"""Whose export is this? The platform, its columns about the respondent, and what they tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.study.claims import Text
from scrm_model.survey.incoming.raw import listed
from scrm_model.survey.log import LogEntry


@dataclass(frozen=True, slots=True)
class Platform:
    """What an export of a survey platform looks like; names of columns are in lower case.

    Parameters
    ----------
    title : str
        Its name, for people.
    marks : tuple of frozenset of str
        It is this platform if a file has all columns of one of these sets.
    ids : tuple of str
        Columns that tell respondents apart, the best first.
    about : frozenset of str
        Further columns that are no answers.
    unfinished : str
        Column that is empty, or says no, where a response was not completed.
    """

    title: str
    marks: tuple[frozenset[str], ...] = ()
    ids: tuple[str, ...] = ()
    about: frozenset[str] = field(default_factory=frozenset)
    unfinished: tuple[str, ...] = ()


def _set(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(","))


PLATFORMS = {
    "qualtrics": Platform(
        "Qualtrics",
        (_set("responseid, finished"), _set("responseid, progress"), _set("responseid, status")),
        ("responseid",),
        _set(
            "startdate, enddate, status, ipaddress, progress, duration (in seconds), finished, "
            "recordeddate, recipientlastname, recipientfirstname, recipientemail, "
            "externalreference, locationlatitude, locationlongitude, distributionchannel, "
            "userlanguage"
        ),
        ("finished",),
    ),
    "limesurvey": Platform(
        "LimeSurvey",
        (
            _set("lastpage, startlanguage"),
            _set("submitdate, lastpage"),
            _set("response id, last page"),
            _set("id de la réponse, dernière page"),
        ),
        ("id", "response id", "id de la réponse"),
        _set(
            "submitdate, lastpage, startlanguage, seed, startdate, datestamp, ipaddr, refurl, "
            "token, interviewtime, date submitted, last page, start language, date started, "
            "date last action, ip address, referrer url, total time, date de soumission, "
            "dernière page, langue de départ, date de lancement, date de la dernière action"
        ),
        ("submitdate", "date submitted", "date de soumission"),
    ),
    "kobo": Platform(
        "Kobo or ODK",
        (
            _set("_uuid, _submission_time"),
            _set("_id, _uuid"),
            _set("key, submissiondate"),
            _set("meta/instanceid"),
            _set("meta-instanceid"),
            _set("instanceid, submissiondate"),
        ),
        ("_uuid", "key", "meta/instanceid", "meta-instanceid", "instanceid", "_id"),
        _set(
            "start, end, _id, _uuid, _submission_time, _validation_status, _notes, _status, "
            "_submitted_by, __version__, _tags, _index, submissiondate, submitterid, "
            "submittername, key, deviceid, formversion, today, username, phonenumber"
        ),
    ),
    "redcap": Platform(
        "REDCap",
        (
            _set("record_id, redcap_event_name"),
            _set("record_id, redcap_survey_identifier"),
            _set("record id, complete?"),
            _set("record id, survey identifier"),
        ),
        ("record_id", "record id"),
        _set(
            "redcap_event_name, redcap_repeat_instrument, redcap_repeat_instance, "
            "redcap_survey_identifier, redcap_data_access_group, event name, "
            "repeat instrument, repeat instance, survey identifier, survey timestamp, "
            "complete?, data access group"
        ),
    ),
    "plain": Platform(
        "no platform",
        (),
        (
            "id", "respondent", "respondent_id", "respondentid", "participant",
            "participant_id", "case_id", "caseid", "uuid", "répondant", "id_répondant",
            "id_repondant", "repondant",
        ),
        _set("timestamp, horodateur, date, start, end, duration"),
    ),
}  # fmt: skip
FORM_COMPLETE = re.compile(r"\w+_complete")
# LimeSurvey's times of questions and groups, and time stamps of REDCap's forms.
TIMING = re.compile(r".*time|.*_timestamp|interviewtime", re.IGNORECASE)
PREVIEW = ("survey preview", "preview", "survey test", "aperçu de l'enquête")
NO = frozenset(["false", "0", "0.0", "no", "non", "faux"])


def platform_of(
    names: Sequence[str], shape: str, source: str | None
) -> tuple[str, tuple[LogEntry, ...]]:
    """Platform that a file comes from, and how that is known.

    Parameters
    ----------
    names : sequence of str
        Names of its columns.
    shape : str
        Platform that the shape of its header gives away, or ``""``.
    source : str, optional
        What the caller says.

    Returns
    -------
    tuple of (str, tuple of LogEntry)
        Key of `PLATFORMS`; ``"plain"`` where it is none of them.

    Raises
    ------
    ArgumentError
        If `source` is no key of `PLATFORMS`.
    """
    if source is not None:
        if source not in PLATFORMS:
            raise ArgumentError(
                f"source= needs one of {', '.join(map(repr, PLATFORMS))}; got {source!r}."
                + (did_you_mean(str(source), PLATFORMS) or " Leave it out to have it found out.")
            )
        title = PLATFORMS[source].title
        return source, (_said(title, "as you say", "comme vous l'indiquez"),)
    if shape:
        title = PLATFORMS[shape].title
        return shape, (_said(title, "three rows of names", "trois lignes de noms"),)
    folded = {name.casefold(): name for name in names}
    for key, platform in PLATFORMS.items():
        for marks in platform.marks:
            if marks <= set(folded):
                shown = ", ".join(sorted(folded[mark] for mark in marks))
                return key, (_said(platform.title, f"columns {shown}", f"colonnes {shown}"),)
    if "record_id" in folded and any(map(FORM_COMPLETE.fullmatch, folded)):
        known = "columns record_id and _complete", "colonnes record_id et _complete"
        return "redcap", (_said("REDCap", *known),)
    return "plain", ()


def _said(title: str, en: str, fr: str) -> LogEntry:
    text = Text(f"read as an export of {title}: {en}", f"lu comme un export de {title} : {fr}")
    return LogEntry("source", "", 0, text)


def id_column(names: Sequence[str], source: str) -> str:
    """Column that tells respondents apart, or ``""``.

    Parameters
    ----------
    names : sequence of str
    source : str
        Key of `PLATFORMS`.

    Returns
    -------
    str
    """
    folded = {name.casefold(): name for name in reversed(names)}
    return next((folded[name] for name in PLATFORMS[source].ids if name in folded), "")


def no_answers(names: Sequence[str], source: str) -> list[str]:
    """Columns about the response and not of it: ids, dates, times.

    Parameters
    ----------
    names : sequence of str
    source : str
        Key of `PLATFORMS`.

    Returns
    -------
    list of str
    """
    platform = PLATFORMS[source]
    known = platform.about | set(platform.ids)
    timed = source in ("limesurvey", "redcap")
    return [n for n in names if n.casefold() in known or (timed and TIMING.fullmatch(n))]


def told_by_platform(
    frame: pd.DataFrame, source: str, about: Sequence[str]
) -> tuple[LogEntry, ...]:
    """What the columns of a platform say about rows: previews, responses never completed.

    Parameters
    ----------
    frame : DataFrame
        Respondents × columns, by name.
    source : str
        Key of `PLATFORMS`.
    about : sequence of str
        Columns of the platform that the file has.

    Returns
    -------
    tuple of LogEntry
    """
    log = []
    if source != "plain" and about:
        text = Text(
            f"columns of the platform, kept: {listed(about)}",
            f"colonnes de la plateforme, gardées : {listed(about, 'fr')}",
        )
        log.append(LogEntry("source", "", len(about), text))
    folded = {str(name).casefold(): place for place, name in enumerate(frame.columns)}
    for name in PLATFORMS[source].unfinished:
        if name in folded:
            column = frame.iloc[:, folded[name]]
            open_ = column.isna() | column.astype(str).str.strip().str.casefold().isin(NO)
            en = "responses never completed, kept: rows"
            fr = "réponses non terminées, gardées : lignes"
            log += _rows(str(frame.columns[folded[name]]), open_, en, fr)
    if source == "qualtrics":
        seen = pd.Series(False, index=frame.index)
        for name in ("status", "distributionchannel"):
            if name in folded:
                column = frame.iloc[:, folded[name]].astype(str).str.strip().str.casefold()
                # Exported as numbers, a status of 1 is a preview.
                seen |= column.isin(PREVIEW) | (name == "status") & column.isin(["1", "1.0"])
        en, fr = "previews of the survey, kept: rows", "aperçus de l'enquête, gardés : lignes"
        log += _rows("", seen, en, fr)
    return tuple(log)


def _rows(column: str, hits: pd.Series, en: str, fr: str) -> list[LogEntry]:
    rows = (np.flatnonzero(hits.to_numpy(dtype=bool)) + 1).tolist()
    if not rows:
        return []
    text = Text(f"{en} {listed(rows)}", f"{fr} {listed(rows, 'fr')}")
    return [LogEntry("source", column, len(rows), text)]
