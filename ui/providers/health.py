"""Say in words how well a model cites: one line, when it was measured, and the whole with intervals."""

from eval.health.health import Health, Part
from eval.report.figures import counted, seconds, share

LABELS = {
    "supported": "sentences shown as supported",
    "unverified": "sentences shown as not verified",
    "withheld": "sentences withheld",
    "unsupported": "of them not supported",
    "contradicted": "of these contradicted",
    "unjudged": "of these not judged",
    "repeats": "of them repeats",
    "unmarked": "sentences naming no evidence (markers dropped)",
    "invented": "markers invented",
    "repaired": "markers repaired",
    "form_kept": "answers in the form asked for",
    "failed": "answers in which the model failed",
}


def health_line(health: Health) -> str:
    """Return the citation health of a model in one line."""
    told = [counted(health.sentences, "sentence")]
    if health.sentences:
        told[0] += (
            f": {_told(health.withheld_share)} withheld ({_share(health.unsupported)} unsupported, "
            f"{_share(health.repeats)} repeats), {_share(health.unmarked)} naming no evidence (markers dropped)"
        )
    if health.supported.whole:
        told.append(f"{_share(health.supported)} supported, {_share(health.unverified)} not verified")
    if health.invented.whole:
        told.append(
            f"{counted(health.invented.whole, 'marker')}: {_share(health.invented)} invented, "
            f"{_share(health.repaired)} repaired"
        )
    if health.failed.part:
        told.append(f"failed in {health.failed.part} of {counted(health.failed.whole, 'answer')}")
    if health.form_kept.whole:
        told.append(f"form kept in {health.form_kept.part} of {counted(health.form_kept.whole, 'answer')}")
    if health.seconds is not None:
        told.append(f"{seconds(health.seconds)} s a draft")
    if health.first_s is not None and health.answer_s is not None:
        told.append(
            f"first sentence after {seconds(health.first_s)} s, all after {seconds(health.answer_s)} s"
        )
    return "; ".join(told)


def measured_line(health: Health) -> str:
    """Say when and how the figures were measured."""
    form = "" if health.form == "auto" else f", form {health.form}"
    where = "by the authors" if health.shipped else "here"
    return (
        f"measured {where} on {health.made}: {counted(health.questions, 'question')} of {health.source}{form}, "
        f"version {health.version}"
    )


def health_table(health: Health) -> list[str]:
    """Return every share with its count and 95 % interval, a line each, and the times."""
    width = max(map(len, LABELS.values()))
    lines = [f"{text:{width}}  {_counted(getattr(health, name))}" for name, text in LABELS.items()]
    times = {
        "seconds of drafting, median": health.seconds,
        "seconds to the first sentence, median": health.first_s,
        "seconds to the whole answer, median": health.answer_s,
    }
    lines += [f"{text:{width}}  {seconds(value)}" for text, value in times.items() if value is not None]
    return lines


def _share(part: Part) -> str:
    return _told(part.share)


def _told(value: float | None) -> str:
    return "-" if value is None else share(value)


def _counted(part: Part) -> str:
    if part.share is None:
        return "-       nothing to count"
    ends = "" if part.low is None or part.high is None else f" [{share(part.low)}, {share(part.high)}]"
    return f"{f'{share(part.share)}{ends}':20} {part.part} of {part.whole}"
