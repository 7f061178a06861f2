"""An index as pages in another language show it: the same figures, its words said anew."""

from dataclasses import replace

from resilience_index.content.languages import (
    Language,
    translated,
    translated_framework,
    translated_policies,
)
from resilience_index.index import Index
from resilience_index.policy.lab import Lab
from resilience_index.robustness.audit import Audit


def index_in(index: Index, language: Language) -> Index:
    """Return an index with the words of its definitions in a language.

    Figures, codes, marks and the files that it was read from stay as they are, so that scores and
    ranks are those of the same edition in English.

    Examples
    --------
    >>> from resilience_index import build
    >>> from resilience_index.content.languages import ENGLISH
    >>> index = build("ai_resilience")
    >>> index_in(index, ENGLISH) is index
    True
    """
    if language.english:
        return index
    content = translated(index.content, language)
    names = content.units["name"]
    excluded = index.excluded.assign(name=[names[c] for c in index.excluded.iloc[:, 0]])
    classes = index.classes.map(lambda name: language.one(name) if isinstance(name, str) else name)
    return replace(
        index,
        content=content,
        framework=translated_framework(index.framework, language),
        classes=classes,
        excluded=excluded,
    )


def lab_in(lab: Lab | None, language: Language) -> Lab | None:
    """Return the policy lab with the words of its policies in a language; its figures stay."""
    if lab is None or language.english:
        return lab
    return replace(lab, policies=translated_policies(lab.policies, language))


def audit_in(audit: Audit, language: Language) -> Audit:
    """Return an audit with the words of its index and of its claims in a language.

    Figures and verdicts stay; so nothing is worked out twice, and its record stays English.
    """
    if language.english:
        return audit
    found = audit.evidence
    index = index_in(found.index, language)
    settings = index.framework.audit
    claims = [
        replace(one, text=claim.text)
        for one, claim in zip(found.value.claims, settings.hypotheses, strict=True)
    ]
    value = replace(found.value, claims=claims)
    return replace(audit, evidence=replace(found, index=index, settings=settings, value=value))
