"""The words of numbers, scales, months, currencies and units, and what each stands for."""

ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SMALL = {word: float(value) for value, word in enumerate(ONES)}
SMALL |= {word: 20.0 + 10 * value for value, word in enumerate(TENS)}
SCALE = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "lakh": 1e5,
    "crore": 1e7,
}  # fmt: skip
SHORT_SCALE = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}
_IN_ORDER = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
    "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
]  # fmt: skip
ORDINALS = {word: float(value) for value, word in enumerate(_IN_ORDER, start=1)}
PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5,
}  # fmt: skip
PARTS |= {"tenth": 10, "tenths": 10}
MULTIPLES = {"twice": 2.0, "double": 2.0, "doubled": 2.0, "doubles": 2.0, "doubling": 2.0, "thrice": 3.0}
MULTIPLES |= {"triple": 3.0, "tripled": 3.0, "tripling": 3.0, "quadruple": 4.0, "quadrupled": 4.0}
MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
]  # fmt: skip
CURRENCIES = {
    "USD": "$|us$|usd|dollar|dollars", "EUR": "€|eur|euro|euros", "GBP": "£|gbp|pound|pounds",
    "INR": "₹|rs|inr|rupee|rupees", "JPY": "¥|jpy|yen", "CHF": "chf|franc|francs",
}  # fmt: skip
CURRENCY = {sign: code for code, signs in CURRENCIES.items() for sign in signs.split("|")}
# unit -> (dimension, how many of the dimension's base unit)
UNITS: dict[str, tuple[str, float]] = {}
for _dimension, _table in {
    "time": "second,seconds,sec,secs=1;minute,minutes,min,mins=60;hour,hours,hr,hrs,h=3600;day,days=86400;"
    "week,weeks=604800;fortnight,fortnights=1209600;month,months=2629800;year,years,yr,yrs=31557600;"
    "decade,decades=315576000;century,centuries=3155760000",
    "mass": "µg,mcg=.000001;mg,milligram,milligrams=.001;g,gram,grams=1;kg,kilogram,kilograms,kilo,kilos=1000;"
    "tonne,tonnes=1000000;lb,lbs=453.592;oz,ounce,ounces=28.3495",
    "length": "mm,millimetre,millimetres,millimeter,millimeters=.001;cm,centimetre,centimetres,centimeter,centimeters=.01;"
    "m,metre,metres,meter,meters=1;km,kilometre,kilometres,kilometer,kilometers=1000;mile,miles=1609.344;"
    "ft,foot,feet=.3048;inch,inches=.0254;yard,yards=.9144",
    "volume": "ml,millilitre,millilitres,milliliter,milliliters=.001;litre,litres,liter,liters=1;gallon,gallons=3.78541",
    "data": "kb,kilobyte,kilobytes=1e3;mb,megabyte,megabytes=1e6;gb,gigabyte,gigabytes=1e9;tb,terabyte,terabytes=1e12",
    "power": "kw,kilowatt,kilowatts=1e3;mw,megawatt,megawatts=1e6;gw,gigawatt,gigawatts=1e9",
}.items():
    for _group in _table.split(";"):
        _names, _, _size = _group.rpartition("=")
        UNITS |= {_name: (_dimension, float(_size)) for _name in _names.split(",")}
