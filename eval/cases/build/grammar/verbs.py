"""Tell finite verbs of English from their forms, so that a statement can be turned into a question."""

from functools import cache
from typing import Literal

from eval.cases.build.grammar.wordlists import DOUBLED, NOUNS

Form = Literal["present", "plural", "past"]  # does, do, did

REGULAR = """
absorb accelerate accept account achieve acquire act adapt add administer admit adopt advance advertise advise
advocate affect aggravate agree aim allow alter analyse analyze announce answer appeal appear apply appoint approve
argue arrive assemble assert assess assign assist assume attack attain attend attract avoid award balance bar base
behave believe belong boost borrow burn calculate call capture carry cause cease celebrate certify challenge change
charge circulate cite civilise claim classify close coincide collapse collect combine comment commit communicate
compare compete complete comprise conceive concentrate conclude condemn confirm conflict connect consider consist
consult consume contact contain contend continue contract contradict contribute control convert convey convince
cooperate correspond cost count cover create criticise criticize cross cultivate damage date debate decide declare
decline decrease dedicate defeat defend define delay deliver demand demonstrate deny depend deploy deposit describe
deserve design destroy detect determine develop devote differ diminish direct disagree disappear discourage discover
discuss dismiss display distinguish distribute divide dominate donate double draft drain earn educate elect eliminate
embrace emerge emphasise emphasize employ enable encourage end enforce engage enhance enjoy ensure entail enter escape
establish estimate evaluate evolve examine exceed exchange exclude exercise exert exist expand expect expel experience
explain exploit explore export expose express extend face facilitate fail favor favour feature fill finance finish
fire flourish flow focus follow force form foster found fulfil fulfill function fund gain gather generate govern
graduate grant guarantee guide halt handle happen help highlight hinder hire hope host house identify ignore
illustrate imagine import impose improve include incorporate increase indicate induce influence inform inhabit inherit
inhibit initiate inject insert insist inspect inspire install integrate intend interact interpret intervene introduce
invade invent invest investigate invite involve isolate issue join judge jump justify kill label lack land last launch
learn limit link list live locate look lower maintain manage mark marry match matter measure mention merge migrate
minimise minimize modify monitor motivate move multiply name need neglect negotiate note notice oblige observe obtain
occupy occur offer open operate oppose oppress order organise organize originate outline outsource overlook own
participate pass penetrate perceive perform permit persist persuade place plan play point possess postpone praise pray
preach precede predict prefer prepare present preserve press prevail prevent print prioritise prioritize proceed
process proclaim procure produce profit prohibit promise promote prompt propagate propose protect protest prove
provide publish punish purchase pursue push qualify quote raise range reach react realise realize recall receive
reckon recognise recognize recommend reconsider record recover recruit redirect reduce refer reflect reform refuse
regard register regulate reinforce reiterate reject relate relax release rely remain remember remind remove repeat
repel replace report represent reproduce request require rescue resemble resign resist respond restore restrict result
retain return reveal reverse revise revolve reward roam rotate rule sail satisfy save scale seem seize select separate
serve settle shape share shift shorten sign simplify slow smuggle solve specialise specialize specify speed sponsor
stabilise start state stay stem stimulate stop store strengthen stress stretch study submit substitute succeed sue
suffer suggest suit summarise supervise supplement supply support suppress surpass surrender surround survive suspend
sustain switch tackle talk target tend terminate test threaten tie tolerate total touch trace track trade train
transfer transform translate transmit transport travel treat trigger turn undermine unite update urge use utilise
utilize value vanish vary view violate visit voice vote walk want warn warrant wash waste watch weaken welcome widen
wield wish witness work worry yield
"""
IRREGULAR = """
become:became:become begin:began:begun bear:bore:born break:broke:broken bring:brought:brought build:built:built
buy:bought:bought catch:caught:caught choose:chose:chosen come:came:come cut:cut:cut deal:dealt:dealt do:did:done
draw:drew:drawn drive:drove:driven fall:fell:fallen fight:fought:fought find:found:found fly:flew:flown get:got:got
give:gave:given go:went:gone grow:grew:grown have:had:had hear:heard:heard hold:held:held keep:kept:kept know:knew:known
lead:led:led leave:left:left lend:lent:lent let:let:let lose:lost:lost make:made:made mean:meant:meant meet:met:met
overcome:overcame:overcome pay:paid:paid put:put:put rise:rose:risen run:ran:run say:said:said see:saw:seen sell:sold:sold
send:sent:sent set:set:set show:showed:shown speak:spoke:spoken spend:spent:spent spread:spread:spread stand:stood:stood
take:took:taken teach:taught:taught tell:told:told think:thought:thought undergo:underwent:undergone
understand:understood:understood wear:wore:worn win:won:won write:wrote:written
feed:fed:fed forbid:forbade:forbidden grind:ground:ground lay:laid:laid oversee:oversaw:overseen
shine:shone:shone sing:sang:sung sink:sank:sunk strike:struck:struck uphold:upheld:upheld
withdraw:withdrew:withdrawn swim:swam:swum steal:stole:stolen shrink:shrank:shrunk seek:sought:sought
lie:lay:lain eat:ate:eaten drink:drank:drunk bind:bound:bound
"""


def third(base: str) -> str:
    """Return the form after "it"."""
    if base == "have":
        return "has"
    if base.endswith("y") and base[-2] not in "aeou":
        return f"{base[:-1]}ies"
    return f"{base}es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else f"{base}s"


def past(base: str) -> str:
    """Return the past tense of a regular verb."""
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2] not in "aeou":
        return f"{base[:-1]}ied"
    return f"{base}{base[-1]}ed" if base in DOUBLED else f"{base}ed"


@cache
def forms() -> dict[str, tuple[str, Form]]:
    """Return the base and the tense of each finite form."""
    found: dict[str, tuple[str, Form]] = {}
    for base in REGULAR.split():
        if base not in ("cost", "put", "pay", "found"):
            found[past(base)] = (base, "past")
        found[third(base)] = (base, "present")
        if base not in NOUNS:
            found.setdefault(base, (base, "plural"))
    found["founded"] = ("found", "past")
    for entry in IRREGULAR.split():
        base, before, _ = entry.split(":")
        if before != base:
            found[before] = (base, "past")
        found[third(base)] = (base, "present")
        if base not in NOUNS and before != base:
            found.setdefault(base, (base, "plural"))
    return found


@cache
def participles() -> frozenset[str]:
    """Return the words that make up "has ..." and "was ...": irregular participles and the regular past."""
    irregular = {entry.split(":")[2] for entry in IRREGULAR.split()}
    return frozenset(irregular | {past(base) for base in REGULAR.split()} | {"been"})


@cache
def bases() -> frozenset[str]:
    """Return the base forms."""
    return frozenset(REGULAR.split()) | {entry.split(":")[0] for entry in IRREGULAR.split()}


def finite(word: str) -> tuple[str, Form] | None:
    """Return the base and tense of a verb's form in lower case, None for any other word."""
    return forms().get(word)
