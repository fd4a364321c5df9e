"""Formulas of docstrings, which are written in Unicode, as LaTeX: θ_y becomes \\theta_{y}."""

import re
import unicodedata

LETTERS = {
    **{"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "θ": "theta", "κ": "kappa"},
    **{"λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "σ": "sigma", "τ": "tau", "ψ": "psi", "Σ": "sum"},
}
SIGNS = {
    **{"≠": "ne", "∈": "in", "×": "times", "∪": "cup", "·": "cdot", "←": "leftarrow"},
    **{"~": "sim", "<": "lt", ">": "gt", "‖": "|", "√": "sqrt"},
}
SHIFTED = {"²": "^{2}", "⁺": "^{+}", "₊": "_{+}", "½": r"\frac{1}{2} ", "−": "-", "1e-3": "10^{-3}"}
FUNCTIONS = {"cos", "ln", "log", "max", "min", "tan"}
NAMED = {"mean", "median", "clip", "softmax", "sg", "loss"}
TOKEN = re.compile(r"1e-3|[A-Za-z]\u0302|[a-z]\d\b|[A-Za-z]+|_[A-Za-z]+-[a-z]|_[A-Za-z0-9]+|\^\w|[\s\S]")


def is_formula(code):
    """What stands between backticks is code or a formula; code has no letters beyond ASCII, formulas always have."""
    return not code.isascii()


def latex(text):
    """A formula in LaTeX."""
    text = re.sub(r"\[(.*?)\]\+", r"[\1]₊", " ".join(text.split()))
    # A hat is a letter of its own then, and so would be the bar of ≠.
    text = unicodedata.normalize("NFD", text).replace("=\u0338", "≠")
    return re.sub(r" +", " ", "".join(_token(token) for token in TOKEN.findall(_rooted(text)))).strip()


def _rooted(text):
    """√2 and √(…) with braces around what they are taken of."""
    at = text.find("√")
    if at < 0:
        return text
    end, depth = at + 1, 0
    while end == at + 1 or depth:
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    inside = text[at + 1 : end]
    inside = inside[1:-1] if inside.startswith("(") else inside
    return f"{text[: at + 1]}{{{inside}}}{_rooted(text[end:])}"


def _token(token):
    if token.endswith("\u0302"):
        return rf"\hat{{{token[0]}}}"
    if token[0] in "_^" and len(token) > 1:
        return f"{token[0]}{{{_index(token[1:])}}}"
    if re.fullmatch(r"[a-z]\d", token):
        return f"{token[0]}_{{{token[1]}}}"
    if token in FUNCTIONS:
        return rf"\{token} "
    if token in NAMED:
        return rf"\operatorname{{{token}}}"
    if token in ("of", "not"):
        return rf"\text{{ {token} }}"
    if len(token) > 1 and token.isalpha() and token.isascii():
        return rf"\text{{{token}}}"
    named = LETTERS.get(token) or SIGNS.get(token)
    return rf"\{named} " if named else SHIFTED.get(token, token)


def _index(word):
    """Indices are letters side by side, names are words."""
    name, dash, index = word.partition("-")
    if dash or (len(name) > 2 and name.isascii()):
        return rf"\text{{{name}{dash}}}{index}"
    return name if name.isascii() else latex(name)


def markdown(text):
    """Text of a docstring: equations on lines of their own, as in a paper, and other formulas within the line."""
    return "\n\n".join(_paragraph(" ".join(part.split())) for part in text.strip().split("\n\n"))


def _paragraph(text):
    pieces = text.split("`")  # text, what stands between backticks, text, …
    found, line = [], pieces[0]
    for code, after in zip(pieces[1::2], pieces[2::2], strict=True):
        if is_formula(code) and re.search(" [=←] ", code):
            stop = after[:1] if after[:1] in (",", ";", ".", ":") else ""
            found += [line, f"$$\n{latex(code)}{stop}\n$$"]
            line = after.removeprefix(stop)
        else:
            line += (f"${latex(code)}$" if is_formula(code) else f"`{code}`") + after
    return "\n\n".join(part.strip() for part in (*found, line) if part.strip())
