"""What a study can be asked: its parts by id, its order, its direct and indirect paths."""

from __future__ import annotations

from scrm_model.study.checks import known
from scrm_model.study.graph import causal_order, simple_paths
from scrm_model.study.records import Construct, Hypothesis, Mediation, Reference


class Questions:
    """Questions to a study; `scrm_model.study.claims.Study` holds the answers' data."""

    __slots__ = ()

    constructs: tuple[Construct, ...]
    hypotheses: tuple[Hypothesis, ...]
    mediations: tuple[Mediation, ...]
    bibliography: tuple[Reference, ...]

    @property
    def construct_ids(self) -> tuple[str, ...]:
        """Ids of the constructs, in order."""
        return tuple(c.id for c in self.constructs)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the constructs, hypotheses and mediations."""
        claims = [h.id for h in self.hypotheses] + [m.id for m in self.mediations]
        return (*self.construct_ids, *claims)

    @property
    def paths(self) -> tuple[tuple[str, str], ...]:
        """Source and target of each hypothesis."""
        return tuple(h.path for h in self.hypotheses)

    @property
    def exogenous(self) -> tuple[str, ...]:
        """Constructs that no hypothesis explains."""
        targets = {target for _, target in self.paths}
        return tuple(c for c in self.construct_ids if c not in targets)

    @property
    def endogenous(self) -> tuple[str, ...]:
        """Constructs that some hypothesis explains."""
        return tuple(c for c in self.construct_ids if c not in self.exogenous)

    @property
    def order(self) -> tuple[str, ...]:
        """Constructs, causes before effects as far as there is no cycle."""
        return causal_order(self.construct_ids, self.paths)

    def construct(self, id: str) -> Construct:
        """Construct with an id.

        Parameters
        ----------
        id : str
            The id.

        Returns
        -------
        Construct

        Raises
        ------
        StudyError
            If there is none.
        """
        known("id", (id,), self.construct_ids, "construct()")
        return next(c for c in self.constructs if c.id == id)

    def hypothesis(self, id: str) -> Hypothesis:
        """Hypothesis with an id.

        Parameters
        ----------
        id : str
            The id.

        Returns
        -------
        Hypothesis

        Raises
        ------
        StudyError
            If there is none.
        """
        known("id", (id,), [h.id for h in self.hypotheses], "hypothesis()")
        return next(h for h in self.hypotheses if h.id == id)

    def reference(self, key: str) -> Reference:
        """Publication with a key.

        Parameters
        ----------
        key : str
            The key.

        Returns
        -------
        Reference

        Raises
        ------
        StudyError
            If there is none.
        """
        known("key", (key,), [r.key for r in self.bibliography], "reference()")
        return next(r for r in self.bibliography if r.key == key)

    def directed_paths(self, source: str, target: str) -> tuple[tuple[str, ...], ...]:
        """Directed paths from one construct to another, shortest first.

        Parameters
        ----------
        source, target : str
            Ids of two constructs.

        Returns
        -------
        tuple of tuple of str
            Each path with its two ends; no path visits a construct twice.

        Raises
        ------
        StudyError
            If a construct is unknown.
        """
        known("source", (source,), self.construct_ids, "directed_paths()")
        known("target", (target,), self.construct_ids, "directed_paths()")
        return simple_paths(self.construct_ids, self.paths, source, target)

    def indirect_paths(self, mediation_id: str | None = None) -> tuple[tuple[str, ...], ...]:
        """Specific paths that mediation claims stand for.

        Parameters
        ----------
        mediation_id : str, optional
            One claim; by default all of them.

        Returns
        -------
        tuple of tuple of str
            By claim, then by source, then shortest first; a path of two claims comes once.

        Raises
        ------
        StudyError
            If there is no such claim.
        """
        if mediation_id is not None:
            known("mediation_id", (mediation_id,), [m.id for m in self.mediations], "the question")
        found: dict[tuple[str, ...], None] = {}
        for claim in self.mediations:
            if mediation_id in (None, claim.id):
                for source in claim.sources:
                    for path in self.directed_paths(source, claim.target):
                        if set(path[1:-1]) & set(claim.mediators):
                            found[path] = None
        return tuple(found)
