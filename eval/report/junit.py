"""Write a run as JUnit XML, which CI systems show case by case."""

from collections.abc import Sequence
from xml.etree import ElementTree

from eval.report.foreign import line, xml
from eval.report.outcome import happened, outcome
from eval.run.types import Row, Run


def to_xml(run: Run, failing: Sequence[str] = ()) -> str:
    """Return one test case for each case, and one for each threshold that is not kept.

    What is not right is a failure, what could not be asked an error. Characters that XML cannot hold are
    replaced, so that the text is well-formed whatever the run holds.
    """
    suite = ElementTree.Element("testsuite", {"name": line(f"eval {run.about.get('name') or 'run'}")})
    for row in run.rows:
        _add(suite, row)
    for words in failing:
        made = _case(suite, "gate", words, 0.0)
        _say(made, "failure", words, "")
    counts = {
        "tests": len(suite),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
    }
    suite.attrib |= {name: str(count) for name, count in counts.items()}
    suite.set("time", f"{sum(map(_seconds, run.rows)):.3f}")
    suites = ElementTree.Element("testsuites", {name: suite.attrib[name] for name in (*counts, "time")})
    suites.append(suite)
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def _add(suite: ElementTree.Element, row: Row) -> None:
    made = _case(suite, row.case.kind, row.case.id, _seconds(row))
    what = happened(row)
    if not what:
        return
    answer = row.answer.text if row.answer else ""
    told = f"Question: {row.case.question}\nAnswer: {answer or '(none)'}"
    _say(made, "error" if outcome(row) == "failed" else "failure", what, told)


def _case(suite: ElementTree.Element, classname: str, name: str, seconds: float) -> ElementTree.Element:
    names = {"classname": line(classname), "name": line(name), "time": f"{seconds:.3f}"}
    return ElementTree.SubElement(suite, "testcase", names)


def _say(case: ElementTree.Element, tag: str, message: str, text: str) -> None:
    made = ElementTree.SubElement(case, tag, {"message": line(message)})
    made.text = xml(text)


def _seconds(row: Row) -> float:
    return row.answer.timings_s.get("total", 0.0) if row.answer else 0.0
