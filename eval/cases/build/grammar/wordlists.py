"""The small words of English that the reading of a statement goes by."""


def word_list(text: str) -> frozenset[str]:
    """Return words that blanks part."""
    return frozenset(text.split())


BE = word_list("is are was were")
MODALS = word_list("can could may might must shall should will would cannot")
AUXILIARIES = BE | MODALS | {"has", "have", "had"}
BREAKS = word_list(  # no plain subject goes over these
    """
    that which who whom whose because if when where while whilst whereas although though but so since as than what how
    why whether there it they he she we you i this these those its their his her our my your also not no however every
    after before once unless until some other
    """
)
OPENERS = word_list("that which who because if when where while and or but as than what how why whether")
ADVERBS = word_list(
    "usually often also still now mostly mainly typically sometimes normally always never just rarely"
)
LINKS = word_list("of in for on and from to at with between by or")
NOUNS = word_list(  # after a plural noun these may be nouns too ("support services"): their plural form is not trusted
    """
    account act aim answer attack call cause change charge claim close contract control cost count cover cross damage
    date deal decline demand design double draft draw drive end experience export face fall favour favor finance find
    finish fire focus force form found fund gain grant help house import increase influence issue judge jump label lack
    last launch lead limit link list look mark match matter measure name need note notice order own pass pay place plan
    play point present process promise purchase push range reach record report result return reward rise rule run sail
    save set share show sign sponsor spread stand start state stay stem stop stress study suit supply support switch
    talk target test tie total trace track trade train transfer travel trigger turn use value visit vote want waste work
    worry cut lay award challenge view function process guide shape store transport voice witness request press profit
    register protest reform exchange exercise delay display feature flow direct comment conflict contact advance balance
    land shift scale speed yield wish hope prompt outline halt escape debate decrease drain deposit appeal engage land
    protest rescue reverse touch update watch walk wash strike bind lie drink
    """
)
DOUBLED = word_list(
    "admit bar ban cut drop fit plan permit prefer refer stem stop transfer commit expel fit occur permit propel repel submit transmit"
)
GRADED = word_list(  # adjectives of more or less: with a noun they describe a thing, and name none
    """
    warm cold hot cool old young high low big small large long short fast slow quick cheap dear early late strong weak
    light heavy dark bright hard soft easy simple new near close wide narrow deep shallow thick thin clean safe rich poor
    great few little tall loud quiet rough smooth sharp steep strict tight loose wet dry busy happy healthy costly
    """
)
SMALL = word_list("of and the for in on to de an a")  # passed over in the initials of a name


def is_graded(word: str) -> bool:
    """Tell whether a word is an adjective of more or less, in any of its three forms: "warm", "warmer", "warmest"."""
    word = word.lower()
    if word in GRADED or word in {"more", "most", "less", "least", "better", "best", "worse", "worst"}:
        return True
    for ending in ("er", "est"):
        stem = word.removesuffix(ending)
        if stem == word:
            continue
        forms = {stem, f"{stem}e", stem[:-1] if stem[-1:] == stem[-2:-1] else stem}
        forms |= {f"{stem[:-1]}y"} if stem.endswith("i") else set()
        if forms & GRADED:
            return True
    return False
