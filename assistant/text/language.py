"""Tell the language of a text: of a document, and of a question, which is short."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from assistant.core.types import Block

LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish",
    "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian",
    "ms": "Malay", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili",
    "ta": "Tamil", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
SAMPLE = 6_000  # characters of a document looked at
MIN_LETTERS = 40  # in a document, below which nothing is said
SURE = 0.9  # likelihood from which a document is of a language
MIN_WORDS = 3  # of a question without little words, to tell its language by
MIN_LOWER = 2  # of them that are no names
ENGLISH = 0.05  # share of English little words from which a text in Latin letters is English
_LITTLE = frozenset(  # words of English that other languages do not have
    re.findall(
        r"\S+",
        "the and of that with this which from have has been would their they what how why when where who whose does did "
        "are is you your can could should will between about than there these those if it its not or",
    )
)
_FOREIGN = {  # little words of others that are no words of English
    code: frozenset(re.findall(r"\S+", words))
    for code, words in {
        "de": "was der das und ist nicht ein eine einer eines für mit wie welche welcher welches warum wann wer wo von im zu",
        "fr": "le les des du est une dans pour que qui quoi quel quelle quels quelles pourquoi comment où et la combien",
        "es": "qué cuál cuáles cómo por para los las una el la del cuánto cuesta y es que cuando donde porque entre",
        "it": "il lo gli della che cosa cos come perché quanto chi quali quale è di la dei sono",
        "pt": "que é são não uma qual quais como os as dos da do quanto por porque o e",
        "nl": "het een wat welke hoe waarom wie waar van is de tussen en kost zijn",
        "sv": "vad är och hur varför vilka vilken en det mellan kostar för",
        "no": "hva er og hvordan hvorfor hvilke hvilken en det mellom koster for",
        "da": "hvad er og hvordan hvorfor hvilke hvilken en det mellem koster for",
        "pl": "jak jaki jakie jaka co czy dlaczego jest to są kto gdzie ile między a i",
        "cs": "jak jaký jaké co proč je to jsou kdo kde kolik mezi a",
        "tr": "nedir ne nasıl neden hangi kim nerede ve bir arasındaki fark",
        "id": "apa bagaimana mengapa siapa di mana dan antara yang itu adalah",
        "fi": "mikä mitä miten miksi kuka missä on ja mitkä",
        "hu": "mi hogyan miért ki hol és egy az mennyi között",
        "ro": "ce cum care unde și este un o între cât",
    }.items()
}
_BOTH = frozenset("is a as do en for in no on to o e i y an me he was she or by so at de la".split())  # noqa: SIM905 - English too, or too short to tell
_ACRONYM = re.compile(r"[A-Z]{2,}")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")


def language_of(text: str, blocks: Iterable[Block] = ()) -> str | None:
    """Return the code of the language that a document is written in, None where it cannot be told; code is left out."""
    told = [text[block.start : block.end] for block in blocks if block.kind != "code"]
    whole = "\n".join(told) if told else text
    middle = max(0, len(whole) // 2 - SAMPLE // 2)
    sample = whole if len(whole) <= 2 * SAMPLE else whole[:SAMPLE] + "\n" + whole[middle : middle + SAMPLE]
    words = _WORD.findall(sample)
    if sum(map(len, words)) < MIN_LETTERS and _is_latin(sample):
        return None
    if _is_latin(sample) and _share(words, _LITTLE) >= ENGLISH:
        return "en"
    code, likely = _classify(" ".join(words))
    return code if likely >= SURE or (words and not _is_latin(sample)) else None


def question_language(question: str, knows: Callable[[str], bool]) -> str:
    """Return the code of the language of a question; "en" for all that may well be English.

    `knows` tells whether a lower-case word is English; it is asked where the little words do not settle it.
    """
    told = _WORD.findall(_ACRONYM.sub(" ", question)) or [question]
    if not _is_latin(" ".join(told)):
        return _classify(" ".join(told))[0]
    words = [word.lower() for word in _WORD.findall(question)]
    common = sum(word in _LITTLE for word in words)
    telling = {code: little for code, little in _FOREIGN.items() if not (little - _BOTH).isdisjoint(words)}
    votes = {
        code: sum(word in own and word not in _LITTLE for word in words) for code, own in telling.items()
    }
    most = max(votes.values(), default=0)
    own = [word for word in words if any(word in little - _BOTH for little in telling.values())]
    if own and most > common and (most > 1 or _is_strange(told, own, knows)):
        return _likeliest(words, [code for code, count in votes.items() if count == most])
    lower = [word for word in told if word.islower()]  # the others may be names
    if common or len(told) < MIN_WORDS or len(lower) < MIN_LOWER:
        return "en"
    strange = [word for word in told if not knows(word.lower())]
    if 4 * len(strange) < 3 * len(told) or sum(word in lower for word in strange) < MIN_LOWER:
        return "en"
    code, likely = _classify(" ".join(words))
    return code if likely >= SURE else "en"


def _is_strange(told: list[str], own: list[str], knows: Callable[[str], bool]) -> bool:
    """Tell whether more than a quarter of the other words of a question are not known."""
    others = [word.lower() for word in told if word.lower() not in own]
    return 4 * sum(map(knows, others)) < 3 * len(others)


def _likeliest(words: list[str], codes: list[str]) -> str:
    """Return which of the languages the words are in, by letters where their little words are shared."""
    if len(codes) == 1:
        return codes[0]
    ranked = [str(code) for code, _ in _identifier().rank(" ".join(words))]
    return min(codes, key=ranked.index)


def name_of(code: str) -> str:
    """Return the English name of a language: "German"."""
    return LANGUAGES.get(code, code)


def _share(words: list[str], known: frozenset[str]) -> float:
    return sum(word.lower() in known for word in words) / max(1, len(words))


def _is_latin(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(bool(_LATIN.match(letter)) for letter in letters) >= len(letters)


def _classify(text: str) -> tuple[str, float]:
    code, likely = _identifier().classify(text)
    return str(code), float(likely)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
