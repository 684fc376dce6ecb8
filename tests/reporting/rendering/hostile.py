"""Labels that would do something if they were not text."""

HOSTILE = {
    "script": '<script>alert(1)</script>"onload=x',
    "formula": '=HYPERLINK("http://x.example","click")',
    "command": "+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)",
    "minus": "-2+3",
    "latex": r"\input{/etc/passwd} $x_1$ 50% #1 {a} ~b ^c & d \\ `q' --- [x]",
    "control": "a\x00b\x07c\x1bd\ud800e\ufffff",
    "lines": "one\ntwo\r\nthree\tfour\n\nfive",
    "right to left": "توجه العملاء",
    "override": "abc\u202edef\u2066ghi",
    "markdown": "[x](javascript:alert(1)) **b** | c `d` <b>",
    "italics": "\ue000not ours\ue001",
    "entity": "&lt;b&gt; &#x3c;",
}
