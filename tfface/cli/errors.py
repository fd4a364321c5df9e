"""Which exceptions are a user's mistake, told in one line, and which are ours, shown with their traceback."""

import dis

MISTAKE = 2
INTERRUPTED = 130  # what a shell reports for a command ended by Ctrl-C


def one_line(error: BaseException) -> str | None:
    """What to tell the user; None for a fault of the program.

    The rule: a mistake is what tfface raises on purpose, with a `raise` statement in its own code, and what the
    operating system refuses (no such file, no permission, disk full).
    """
    if hasattr(error, "exit_code"):  # ours, which knows what to tell a shell
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return str(error) or "interrupted"
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
    if isinstance(error, ValueError | TypeError | ImportError | FloatingPointError) and _raised_by_tfface(error):
        return str(error)
    return None


def _raised_by_tfface(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    module = trace.tb_frame.f_globals.get("__name__", "")
    return module.startswith("tfface.") and dis.opname[code.co_code[trace.tb_lasti]] == "RAISE_VARARGS"
