"""From the claims of a social CRM performance study to a defended result.

Names are loaded when they are first used, so that importing the package costs next to nothing::

    import scrm_model as scrm

    fit = scrm.fit(scrm.specify(), answers)
    scrm.hypothesis_table(fit)
    scrm.analyse("answers.csv").report("report.html", lang="fr")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scrm_model._version import __version__
from scrm_model.errors import (
    ArgumentError,
    BundleError,
    CategoryWarning,
    ConvergenceWarning,
    DataError,
    EstimationError,
    IdentificationError,
    InadmissibleWarning,
    IntervalWarning,
    InterviewFileError,
    MissingColumnError,
    MissingDataWarning,
    ModelError,
    NotAvailableError,
    ResponseFileError,
    ScaleError,
    ScrmError,
    ScrmWarning,
    StudyError,
    SyntaxProblem,
)

if TYPE_CHECKING:
    from scrm_model.analysis.result import Analysis
    from scrm_model.analysis.run import analyse
    from scrm_model.estimation.fit import fit
    from scrm_model.estimation.observed.moments import Moments
    from scrm_model.estimation.result import Fit
    from scrm_model.inference.bollen_stine import BootstrapTest
    from scrm_model.inference.bootstrap import bootstrap
    from scrm_model.inference.compare import compare
    from scrm_model.inference.comparison import Comparison
    from scrm_model.inference.draws import Bootstrap
    from scrm_model.inference.effect_sizes import effect_sizes
    from scrm_model.inference.hypotheses import hypothesis_table
    from scrm_model.inference.indirect import IndirectEffects, indirect_effects
    from scrm_model.inference.influence import influence
    from scrm_model.inference.influential import Influence
    from scrm_model.inference.mediation_types import MediationTypes, mediation_types
    from scrm_model.inference.rivals import rivals
    from scrm_model.interviews.article import INTERVIEWS
    from scrm_model.interviews.coders import CoderAgreement
    from scrm_model.interviews.codings import Codings
    from scrm_model.interviews.interviews import Interviews
    from scrm_model.interviews.lexical.context import Concordance, in_context
    from scrm_model.interviews.lexical.counts import WordFrequencies, word_frequencies
    from scrm_model.interviews.lexical.keyness import Keyness, keyness
    from scrm_model.interviews.lexical.tokens import stop_words
    from scrm_model.interviews.reading import read_codings
    from scrm_model.interviews.records import Informant, Relation, Theme, Topic
    from scrm_model.interviews.saturation import Saturation
    from scrm_model.interviews.transcript_files import read_transcripts
    from scrm_model.interviews.transcripts import Transcripts
    from scrm_model.measurement.descriptives import Descriptives, descriptives
    from scrm_model.measurement.dynamic.dynamic_fit import DynamicFit, dynamic_fit
    from scrm_model.measurement.exploratory.efa import efa
    from scrm_model.measurement.exploratory.factors import FactorAnalysis
    from scrm_model.measurement.exploratory.journal import Purification
    from scrm_model.measurement.exploratory.parallel import parallel_analysis
    from scrm_model.measurement.exploratory.purify import purify
    from scrm_model.measurement.exploratory.retention import ParallelAnalysis
    from scrm_model.measurement.exploratory.split import Split, split
    from scrm_model.measurement.exploratory.suitability import Suitability, kmo
    from scrm_model.measurement.formative import Formative, formative
    from scrm_model.measurement.invariance.result import Invariance
    from scrm_model.measurement.invariance.table import invariance
    from scrm_model.measurement.method.result import MethodBias
    from scrm_model.measurement.method.table import method_bias
    from scrm_model.measurement.order.result import Orders
    from scrm_model.measurement.order.table import orders
    from scrm_model.measurement.reliability import Reliability, reliability
    from scrm_model.measurement.validity import Validity, validity
    from scrm_model.planning.invitations import Invitations, invitations
    from scrm_model.planning.mechanisms import (
        MAR,
        MCAR,
        MNAR,
        Careless,
        CommonMethod,
        Informants,
        NonNormal,
    )
    from scrm_model.planning.noncentral import (
        chi2_noncentrality,
        chi2_power,
        rmsea_n,
        rmsea_power,
        satorra_saris_n,
        satorra_saris_power,
    )
    from scrm_model.planning.population import Population, population
    from scrm_model.planning.power import Power, power
    from scrm_model.planning.required import RequiredN, required_n
    from scrm_model.planning.simulate import Simulation, simulate, simulation
    from scrm_model.replication.bundle import Bundle, write_bundle
    from scrm_model.replication.verify import Verification, verify
    from scrm_model.reporting.curve import PowerCurve, power_curve
    from scrm_model.reporting.diagram import PathDiagram, path_diagram
    from scrm_model.reporting.figures.cases import influence_plot
    from scrm_model.reporting.figures.cloud import word_cloud
    from scrm_model.reporting.figures.coefficients import coefficient_plot
    from scrm_model.reporting.figures.correlations import correlation_map
    from scrm_model.reporting.figures.densities import bootstrap_densities
    from scrm_model.reporting.figures.dynamic import dynamic_fit_plot
    from scrm_model.reporting.figures.eigenvalues import scree_plot
    from scrm_model.reporting.figures.likert import likert_bars
    from scrm_model.reporting.figures.maps import htmt_map, residual_map
    from scrm_model.reporting.figures.missing import missingness_map
    from scrm_model.reporting.figures.picture import Picture
    from scrm_model.reporting.figures.saturation import saturation_curve
    from scrm_model.reporting.figures.themes import theme_matrix
    from scrm_model.reporting.joint import JointDisplay, joint_display
    from scrm_model.reporting.quality_tables import scale_tables
    from scrm_model.reporting.table_set import Tables, save_tables
    from scrm_model.reporting.tables import Table
    from scrm_model.reporting.views.comparing import models_table
    from scrm_model.reporting.views.table import table
    from scrm_model.screening.flow import Flow, flow
    from scrm_model.screening.result import Screening
    from scrm_model.screening.screen import screen
    from scrm_model.spec.model import Model
    from scrm_model.spec.specify import specify, specify_measurement
    from scrm_model.study.claims import (
        Construct,
        Dimension,
        Facet,
        Hypothesis,
        Mediation,
        Reference,
        Study,
        Text,
    )
    from scrm_model.study.scrm import STUDY
    from scrm_model.survey.codebook.codebook import Codebook, codebook
    from scrm_model.survey.content.form import expert_form
    from scrm_model.survey.content.ratings import Ratings
    from scrm_model.survey.content.reading import read_ratings
    from scrm_model.survey.content.rule import ContentRule
    from scrm_model.survey.content.validity import ContentValidity, content_validity
    from scrm_model.survey.instrument import SCALES
    from scrm_model.survey.questionnaire.write import WrittenQuestionnaire, write_questionnaire
    from scrm_model.survey.responses import Responses, read_responses
    from scrm_model.survey.scales import Item, Scale, Scales
    from scrm_model.survey.traceability import Traceability, traceability

_HOMES = {
    "scrm_model.analysis.result": ("Analysis",),
    "scrm_model.analysis.run": ("analyse",),
    "scrm_model.estimation.fit": ("fit",),
    "scrm_model.estimation.observed.moments": ("Moments",),
    "scrm_model.estimation.result": ("Fit",),
    "scrm_model.inference.bollen_stine": ("BootstrapTest",),
    "scrm_model.inference.bootstrap": ("bootstrap",),
    "scrm_model.inference.compare": ("compare",),
    "scrm_model.inference.comparison": ("Comparison",),
    "scrm_model.inference.draws": ("Bootstrap",),
    "scrm_model.inference.effect_sizes": ("effect_sizes",),
    "scrm_model.inference.hypotheses": ("hypothesis_table",),
    "scrm_model.inference.indirect": ("IndirectEffects", "indirect_effects"),
    "scrm_model.inference.mediation_types": ("MediationTypes", "mediation_types"),
    "scrm_model.inference.influence": ("influence",),
    "scrm_model.inference.influential": ("Influence",),
    "scrm_model.inference.rivals": ("rivals",),
    "scrm_model.interviews.article": ("INTERVIEWS",),
    "scrm_model.interviews.coders": ("CoderAgreement",),
    "scrm_model.interviews.codings": ("Codings",),
    "scrm_model.interviews.interviews": ("Interviews",),
    "scrm_model.interviews.lexical.context": ("Concordance", "in_context"),
    "scrm_model.interviews.lexical.counts": ("WordFrequencies", "word_frequencies"),
    "scrm_model.interviews.lexical.keyness": ("Keyness", "keyness"),
    "scrm_model.interviews.lexical.tokens": ("stop_words",),
    "scrm_model.interviews.reading": ("read_codings",),
    "scrm_model.interviews.records": ("Informant", "Relation", "Theme", "Topic"),
    "scrm_model.interviews.saturation": ("Saturation",),
    "scrm_model.interviews.transcript_files": ("read_transcripts",),
    "scrm_model.interviews.transcripts": ("Transcripts",),
    "scrm_model.measurement.descriptives": ("Descriptives", "descriptives"),
    "scrm_model.measurement.dynamic.dynamic_fit": ("DynamicFit", "dynamic_fit"),
    "scrm_model.measurement.invariance.result": ("Invariance",),
    "scrm_model.measurement.invariance.table": ("invariance",),
    "scrm_model.measurement.method.result": ("MethodBias",),
    "scrm_model.measurement.method.table": ("method_bias",),
    "scrm_model.measurement.order.result": ("Orders",),
    "scrm_model.measurement.order.table": ("orders",),
    "scrm_model.measurement.exploratory.efa": ("efa",),
    "scrm_model.measurement.exploratory.factors": ("FactorAnalysis",),
    "scrm_model.measurement.exploratory.journal": ("Purification",),
    "scrm_model.measurement.exploratory.parallel": ("parallel_analysis",),
    "scrm_model.measurement.exploratory.purify": ("purify",),
    "scrm_model.measurement.exploratory.retention": ("ParallelAnalysis",),
    "scrm_model.measurement.exploratory.split": ("Split", "split"),
    "scrm_model.measurement.exploratory.suitability": ("Suitability", "kmo"),
    "scrm_model.measurement.formative": ("Formative", "formative"),
    "scrm_model.measurement.reliability": ("Reliability", "reliability"),
    "scrm_model.measurement.validity": ("Validity", "validity"),
    "scrm_model.planning.invitations": ("Invitations", "invitations"),
    "scrm_model.planning.mechanisms": (
        "MAR", "MCAR", "MNAR", "Careless", "CommonMethod", "Informants", "NonNormal",
    ),
    "scrm_model.planning.noncentral": (
        "chi2_noncentrality", "chi2_power", "rmsea_n", "rmsea_power", "satorra_saris_n",
        "satorra_saris_power",
    ),
    "scrm_model.planning.population": ("Population", "population"),
    "scrm_model.planning.power": ("Power", "power"),
    "scrm_model.planning.required": ("RequiredN", "required_n"),
    "scrm_model.planning.simulate": ("Simulation", "simulate", "simulation"),
    "scrm_model.replication.bundle": ("Bundle", "write_bundle"),
    "scrm_model.replication.verify": ("Verification", "verify"),
    "scrm_model.reporting.curve": ("PowerCurve", "power_curve"),
    "scrm_model.reporting.diagram": ("PathDiagram", "path_diagram"),
    "scrm_model.reporting.figures.cloud": ("word_cloud",),
    "scrm_model.reporting.figures.cases": ("influence_plot",),
    "scrm_model.reporting.figures.coefficients": ("coefficient_plot",),
    "scrm_model.reporting.figures.correlations": ("correlation_map",),
    "scrm_model.reporting.figures.densities": ("bootstrap_densities",),
    "scrm_model.reporting.figures.dynamic": ("dynamic_fit_plot",),
    "scrm_model.reporting.figures.eigenvalues": ("scree_plot",),
    "scrm_model.reporting.figures.likert": ("likert_bars",),
    "scrm_model.reporting.figures.maps": ("htmt_map", "residual_map"),
    "scrm_model.reporting.figures.missing": ("missingness_map",),
    "scrm_model.reporting.figures.picture": ("Picture",),
    "scrm_model.screening.flow": ("Flow", "flow"),
    "scrm_model.screening.result": ("Screening",),
    "scrm_model.screening.screen": ("screen",),
    "scrm_model.reporting.quality_tables": ("scale_tables",),
    "scrm_model.reporting.figures.saturation": ("saturation_curve",),
    "scrm_model.reporting.figures.themes": ("theme_matrix",),
    "scrm_model.reporting.joint": ("JointDisplay", "joint_display"),
    "scrm_model.reporting.table_set": ("Tables", "save_tables"),
    "scrm_model.reporting.tables": ("Table",),
    "scrm_model.reporting.views.comparing": ("models_table",),
    "scrm_model.reporting.views.table": ("table",),
    "scrm_model.spec.model": ("Model",),
    "scrm_model.spec.specify": ("specify", "specify_measurement"),
    "scrm_model.study.claims": (
        "Construct", "Dimension", "Facet", "Hypothesis", "Mediation", "Reference", "Study", "Text",
    ),
    "scrm_model.study.scrm": ("STUDY",),
    "scrm_model.survey.content.form": ("expert_form",),
    "scrm_model.survey.content.ratings": ("Ratings",),
    "scrm_model.survey.content.reading": ("read_ratings",),
    "scrm_model.survey.content.rule": ("ContentRule",),
    "scrm_model.survey.content.validity": ("ContentValidity", "content_validity"),
    "scrm_model.survey.codebook.codebook": ("Codebook", "codebook"),
    "scrm_model.survey.instrument": ("SCALES",),
    "scrm_model.survey.questionnaire.write": ("WrittenQuestionnaire", "write_questionnaire"),
    "scrm_model.survey.responses": ("Responses", "read_responses"),
    "scrm_model.survey.scales": ("Item", "Scale", "Scales"),
    "scrm_model.survey.traceability": ("Traceability", "traceability"),
}  # fmt: skip
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "INTERVIEWS",
    "MAR",
    "MCAR",
    "MNAR",
    "SCALES",
    "STUDY",
    "Analysis",
    "ArgumentError",
    "Bootstrap",
    "BootstrapTest",
    "Bundle",
    "BundleError",
    "Careless",
    "CategoryWarning",
    "Codebook",
    "CoderAgreement",
    "Codings",
    "CommonMethod",
    "Comparison",
    "Concordance",
    "Construct",
    "ContentRule",
    "ContentValidity",
    "ConvergenceWarning",
    "DataError",
    "Descriptives",
    "Dimension",
    "DynamicFit",
    "EstimationError",
    "Facet",
    "FactorAnalysis",
    "Fit",
    "Flow",
    "Formative",
    "Hypothesis",
    "IdentificationError",
    "InadmissibleWarning",
    "IndirectEffects",
    "Influence",
    "Informant",
    "Informants",
    "IntervalWarning",
    "InterviewFileError",
    "Interviews",
    "Invariance",
    "Invitations",
    "Item",
    "JointDisplay",
    "Keyness",
    "Mediation",
    "MediationTypes",
    "MethodBias",
    "MissingColumnError",
    "MissingDataWarning",
    "Model",
    "ModelError",
    "Moments",
    "NonNormal",
    "NotAvailableError",
    "Orders",
    "ParallelAnalysis",
    "PathDiagram",
    "Picture",
    "Population",
    "Power",
    "PowerCurve",
    "Purification",
    "Ratings",
    "Reference",
    "Relation",
    "Reliability",
    "RequiredN",
    "ResponseFileError",
    "Responses",
    "Saturation",
    "Scale",
    "ScaleError",
    "Scales",
    "Screening",
    "ScrmError",
    "ScrmWarning",
    "Simulation",
    "Split",
    "Study",
    "StudyError",
    "Suitability",
    "SyntaxProblem",
    "Table",
    "Tables",
    "Text",
    "Theme",
    "Topic",
    "Traceability",
    "Transcripts",
    "Validity",
    "Verification",
    "WordFrequencies",
    "WrittenQuestionnaire",
    "__version__",
    "analyse",
    "bootstrap",
    "bootstrap_densities",
    "chi2_noncentrality",
    "chi2_power",
    "codebook",
    "coefficient_plot",
    "compare",
    "content_validity",
    "correlation_map",
    "descriptives",
    "dynamic_fit",
    "dynamic_fit_plot",
    "efa",
    "effect_sizes",
    "expert_form",
    "fit",
    "flow",
    "formative",
    "htmt_map",
    "hypothesis_table",
    "in_context",
    "indirect_effects",
    "influence",
    "influence_plot",
    "invariance",
    "invitations",
    "joint_display",
    "keyness",
    "kmo",
    "likert_bars",
    "mediation_types",
    "method_bias",
    "missingness_map",
    "models_table",
    "orders",
    "parallel_analysis",
    "path_diagram",
    "population",
    "power",
    "power_curve",
    "purify",
    "read_codings",
    "read_ratings",
    "read_responses",
    "read_transcripts",
    "reliability",
    "required_n",
    "residual_map",
    "rivals",
    "rmsea_n",
    "rmsea_power",
    "satorra_saris_n",
    "satorra_saris_power",
    "saturation_curve",
    "save_tables",
    "scale_tables",
    "scree_plot",
    "screen",
    "simulate",
    "simulation",
    "specify",
    "specify_measurement",
    "split",
    "stop_words",
    "table",
    "theme_matrix",
    "traceability",
    "validity",
    "verify",
    "word_cloud",
    "word_frequencies",
    "write_bundle",
    "write_questionnaire",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'scrm_model' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
