"""The questionnaire: what is shown in which order, and the files that carry it to respondents."""
