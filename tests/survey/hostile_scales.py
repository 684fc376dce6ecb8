"""An instrument that a questionnaire must survive."""

from scrm_model.study.claims import Text
from scrm_model.survey.scales import Attention, Choice, Item, Question, Scale, Scales

HOSTILE = (
    "<script>alert('x')</script>",
    '=HYPERLINK("http://example.org";"click")',
    "a|b, 2, c | 3, d",
    "[[Question:MC]] [[PageBreak]] ${q://QID1} [cro1]",
    "{if(1==1,'x','y')} \"quoted\" 'single' «\u00a0guillemets\u00a0»",
    "one\ttabulator\nand a second line",
    "& &amp; &lt; &#91; \\ \\n % # *",
    "+1 -2 @name é œ 中 😀",
)


def hostile_scales():
    """Every wording says something to a program that listens; some codes are awkward too."""

    def text(number):
        wording = HOSTILE[number % len(HOSTILE)]
        return Text(f"{wording} {number}", f"{wording} {number} (fr)")

    anchors = tuple(text(n) for n in range(5))
    items = tuple(Item(f"a_{n}", "A", text(n)) for n in range(len(HOSTILE)))
    ends = (text(6), text(7))
    choices = tuple(Choice(n, text(n)) for n in range(len(HOSTILE)))
    return Scales(
        (Scale("A", items, 5, anchors), Scale("B", (Item("b.1", "B", text(3)),), (0, 10), ends)),
        marker=Scale("M", (Item("m1", "M", text(2)), Item("m2", "M", text(1))), 5, anchors),
        attention=(Attention("att", text(5), 2, 5),),
        screening=(
            Question("role", text(1), "choice", choices, eligible=(0, 1)),
            Question("years", text(2), "number", minimum=2),
        ),
        controls=(Question("comment", text(6), "text"),),
    )
