# SPDX-License-Identifier: Apache-2.0
"""RPL from Python: compile policies, load programs, decide, explain.

    import rpl
    from decimal import Decimal

    program = rpl.Program(rpl.compile("refundable if unused; amount = fee"))
    decision = program.decide("expression", {"unused": True,
                                             "fee": rpl.Money("1.60", "USD")})
    decision.outcome, decision.amount      # ('full_refund', Decimal('1.60'))

A thin layer of ctypes over librpl, or over librplvm where that is all there is
(then `compile` says so). See README.md for values, threads and lifetimes.
"""
import ctypes
import ctypes.util
import datetime as _datetime
import enum as _enum
import json as _json
import os as _os
import threading as _threading
from collections.abc import Mapping as _Mapping
from decimal import Decimal as _Decimal

__all__ = ["CompileError", "Context", "Decision", "FactsError", "LimitError",
           "Money", "NotFoundError", "Program", "ProgramError", "RplError",
           "can_compile", "compile", "version"]

# ---- errors ------------------------------------------------------------------


class RplError(Exception):
    """Something that RPL refused or could not do; `status` is its name."""

    def __init__(self, message, status="invalid argument"):
        super().__init__(message)
        self.status = status


class CompileError(RplError):
    """A policy does not compile. `diagnostics` has each message as a dict."""

    def __init__(self, message, diagnostics):
        super().__init__(message, "the policy does not compile")
        self.diagnostics = diagnostics


class ProgramError(RplError):
    """The bytes are no valid program; `offset` is the byte, as near as known."""

    offset = 0


class LimitError(RplError):
    """More than the host allows."""

    offset = 0


class FactsError(RplError, ValueError):
    """Facts or params were refused; `fact` is the name, `help` what to do."""

    def __init__(self, message, fact="", help=""):
        super().__init__(message, "facts refused")
        self.fact = fact
        self.help = help


class NotFoundError(RplError, LookupError):
    """No policy has that name."""


_OK, _E_MEMORY, _E_COMPILE, _E_PROGRAM = 0, 1, 3, 4
_E_LIMIT, _E_FACTS, _E_IO, _E_NOT_FOUND = 5, 6, 7, 8


# ---- the library -------------------------------------------------------------


class _Slice(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    def bytes(self):
        return ctypes.string_at(self.data, self.length) if self.length else b""

    def text(self):
        return self.bytes().decode("utf-8")


class _Limits(ctypes.Structure):
    _fields_ = [("max_bytes", ctypes.c_size_t),
                ("max_cost", ctypes.c_uint64),
                ("max_decision_bytes", ctypes.c_size_t),
                ("known_digests", ctypes.c_void_p),
                ("known_digest_count", ctypes.c_size_t),
                ("max_list_items", ctypes.c_uint32),
                ("later", ctypes.c_char * 256)]  # what newer libraries add


class _LoadError(ctypes.Structure):
    _fields_ = [("message", ctypes.c_char * 160), ("offset", ctypes.c_size_t)]


class _FactError(ctypes.Structure):
    _fields_ = [("message", ctypes.c_char * 256), ("help", ctypes.c_char * 128),
                ("fact", ctypes.c_char * 80), ("line", ctypes.c_uint32),
                ("column", ctypes.c_uint32)]


class _Replay(ctypes.Structure):
    _fields_ = [("result", ctypes.c_int), ("policy", ctypes.c_size_t),
                ("member", ctypes.c_char * 64), ("message", ctypes.c_char * 384)]


class _FactInfo(ctypes.Structure):
    _fields_ = [("name", _Slice), ("type", _Slice), ("describe", _Slice),
                ("is_param", ctypes.c_bool)]


_LOADER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, _Slice,
                           ctypes.POINTER(_Slice), ctypes.POINTER(_Slice))
_SINK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p,
                         ctypes.c_size_t)
_HANDLE, _OUT = ctypes.c_void_p, ctypes.c_void_p

# Name: (result, arguments). Those of the second table are in librpl alone.
_VM = {
    "rpl_version": (ctypes.c_char_p, ()),
    "rpl_edition": (ctypes.c_uint, ()),
    "rpl_format": (ctypes.c_uint, ()),
    "rpl_status_name": (ctypes.c_char_p, (ctypes.c_int,)),
    "rpl_limits_init": (None, (_OUT,)),
    "rpl_program_load": (ctypes.c_int, (ctypes.c_char_p, ctypes.c_size_t, _OUT,
                                        _HANDLE, _OUT, _OUT)),
    "rpl_program_free": (None, (_HANDLE,)),
    "rpl_program_policy_count": (ctypes.c_size_t, (_HANDLE,)),
    "rpl_program_policy_name": (_Slice, (_HANDLE, ctypes.c_size_t)),
    "rpl_program_digest": (None, (_HANDLE, ctypes.c_size_t, ctypes.c_char_p)),
    "rpl_program_cost": (ctypes.c_uint64, (_HANDLE, ctypes.c_size_t)),
    "rpl_program_fact_count": (ctypes.c_size_t, (_HANDLE, ctypes.c_size_t)),
    "rpl_program_fact": (ctypes.c_int, (_HANDLE, ctypes.c_size_t,
                                        ctypes.c_size_t, _OUT)),
    "rpl_program_facts_schema": (ctypes.c_int, (_HANDLE, ctypes.c_size_t, _SINK,
                                                ctypes.c_void_p)),
    "rpl_context_new": (ctypes.c_int, (_HANDLE, ctypes.c_size_t, _HANDLE, _OUT)),
    "rpl_context_free": (None, (_HANDLE,)),
    "rpl_facts_json": (ctypes.c_int, (_HANDLE, _Slice, ctypes.c_uint32, _OUT)),
    "rpl_params_json": (ctypes.c_int, (_HANDLE, _Slice, _OUT)),
    "rpl_params_clear": (None, (_HANDLE,)),
    "rpl_decide": (ctypes.c_int, (_HANDLE, _OUT)),
    "rpl_decision_json": (ctypes.c_int, (_HANDLE, ctypes.c_uint32, _OUT)),
    "rpl_decision_text": (ctypes.c_int, (_HANDLE, _OUT)),
    "rpl_explain": (ctypes.c_int, (_HANDLE, _OUT)),
    "rpl_explanation_json": (ctypes.c_int, (_HANDLE, _OUT)),
    "rpl_explanation_text": (ctypes.c_int, (_HANDLE, _OUT)),
    "rpl_replay": (ctypes.c_int, (_HANDLE, _Slice, _HANDLE, _OUT)),
    "rpl_replay_name": (ctypes.c_char_p, (ctypes.c_int,)),
}
_COMPILER = {
    "rpl_compiler_new": (ctypes.c_int, (_HANDLE, _LOADER, ctypes.c_void_p,
                                        _OUT)),
    "rpl_compiler_free": (None, (_HANDLE,)),
    "rpl_compiler_add": (ctypes.c_int, (_HANDLE, _Slice, _Slice, _Slice)),
    "rpl_compiler_add_inline": (ctypes.c_int, (_HANDLE, _Slice)),
    "rpl_compiler_build": (ctypes.c_int, (_HANDLE, ctypes.c_uint32, _OUT)),
    "rpl_compiler_diags": (_HANDLE, (_HANDLE,)),
    "rpl_diags_write": (ctypes.c_int, (_HANDLE, ctypes.c_int, _SINK,
                                       ctypes.c_void_p)),
}


def _open_library():
    names = [_os.environ.get("RPL_LIBRARY")] if "RPL_LIBRARY" in _os.environ \
        else ["librpl.so.0", ctypes.util.find_library("rpl"),
              "librplvm.so.0", ctypes.util.find_library("rplvm")]
    problem = None
    for name in names:
        if not name:
            continue
        try:
            return ctypes.CDLL(name)
        except OSError as error:
            problem = problem or error
    raise ImportError(f"neither librpl nor librplvm was found ({problem}); "
                      "install librpl0 or set RPL_LIBRARY to the library's path")


def _declare(table):
    for name, (result, arguments) in table.items():
        try:
            function = getattr(_lib, name)
        except AttributeError:
            return False
        function.restype, function.argtypes = result, arguments
    return True


_lib = _open_library()
if not _declare(_VM):
    raise ImportError(f"{_lib._name} is older than this module")
_has_compiler = _declare(_COMPILER)


def _slice(data):
    """A slice of bytes, which it keeps alive."""
    made = _Slice(ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p),
                  len(data))
    made.kept = data
    return made


def _failure(status, message=""):
    """The exception for a status that is not that of something else."""
    name = _lib.rpl_status_name(status).decode()
    if status == _E_MEMORY:
        return MemoryError(message or name)
    kind = {_E_PROGRAM: ProgramError, _E_LIMIT: LimitError,
            _E_NOT_FOUND: NotFoundError}.get(status, RplError)
    return kind(message or name, name)


def version():
    """The library's version, its newest edition, its program format."""
    return (_lib.rpl_version().decode(), _lib.rpl_edition(), _lib.rpl_format())


def can_compile():
    """Whether the library has a compiler: librpl rather than librplvm."""
    return _has_compiler


# ---- compiling ---------------------------------------------------------------


def _collect(call, *arguments):
    """What a C function writes to its sink, as text."""
    pieces = []

    def sink(_context, data, length):
        pieces.append(ctypes.string_at(data, length))
        return _OK

    status = call(*arguments, _SINK(sink), None)
    if status != _OK:
        raise _failure(status)
    return b"".join(pieces).decode("utf-8")


def _encode(text):
    return text if isinstance(text, bytes) else text.encode("utf-8")


class _Build:
    """One compilation: the handle, its loader, and what they must keep alive."""

    def __init__(self, policies, modules):
        self.policies, self.modules = policies, modules
        self.kept, self.problem = [], None
        self.loader = _LOADER(self.load)
        self.handle = _HANDLE()
        status = _lib.rpl_compiler_new(None, self.loader, None,
                                       ctypes.byref(self.handle))
        if status != _OK:
            raise _failure(status)

    def close(self):
        _lib.rpl_compiler_free(self.handle)

    def find(self, name):
        """The text of a module or policy, None when there is none."""
        if callable(self.modules):
            return self.modules(name)
        file = name.replace(".", "/") + ".rpl"
        found = self.modules.get(name, self.modules.get(file))
        return self.policies.get(file) if found is None else found

    def load(self, _context, name, file, text):
        """The RplLoader. An exception ends the build and is raised again."""
        try:
            dotted = name.text()
            found = self.find(dotted)
            if found is None:
                return _E_NOT_FOUND
            slices = (_slice(_encode(dotted.replace(".", "/") + ".rpl")),
                      _slice(_encode(found)))
        except BaseException as problem:  # it cannot cross the C functions
            self.problem = problem
            return _E_IO
        self.kept.append(slices)
        file[0], text[0] = slices
        return _OK

    def add(self, file, text):
        if file is None:
            status = _lib.rpl_compiler_add_inline(self.handle,
                                                  _slice(_encode(text)))
        else:
            status = _lib.rpl_compiler_add(self.handle, _slice(_encode(file)),
                                           _slice(b""), _slice(_encode(text)))
        return status

    def diagnostics(self):
        text = _collect(_lib.rpl_diags_write,
                        _lib.rpl_compiler_diags(self.handle), 2)
        return [_json.loads(line) for line in text.splitlines()]

    def program(self, strip):
        """The status and the bytes."""
        found, status = _Slice(), _OK
        for file, text in (self.policies or {}).items():
            status = status or self.add(file, text)
        status = status or _lib.rpl_compiler_build(self.handle, int(strip),
                                                   ctypes.byref(found))
        return status, found.bytes() if status == _OK else None


def _compile_message(diagnostics):
    errors = [d for d in diagnostics if d["severity"] == "error"]
    if not errors:
        return "the policy does not compile"
    first = errors[0]
    place = f"{first['file']}:{first['line']}:{first['column']}: " \
        if first.get("file") else ""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{place}{first['code']} {first['message']}{more}"


def compile(policies, modules=None, strip=False, warnings=None):
    """Compiles policies to the bytes of one verified program or bundle.

    policies: the text of one policy without a header, or a mapping of files
    below the root ("shop/refund.rpl") to texts. modules: what they extend and
    use, a mapping of dotted names or files to texts, or a function of a dotted
    name that gives the text or None; policies need not be repeated there.
    strip: leave out texts, places and names. warnings: a list that gets the
    diagnostics of a build that succeeded. Raises CompileError.
    """
    if not _has_compiler:
        raise RplError(f"{_lib._name} has no compiler; it loads programs that "
                       "rplc or librpl compiled")
    policies = {None: policies} if isinstance(policies, (str, bytes)) \
        else dict(policies)
    build = _Build(policies, {} if modules is None else modules)
    try:
        status, program = build.program(strip)
        if build.problem is not None:
            raise build.problem
        diagnostics = build.diagnostics()
        if status == _E_COMPILE:
            raise CompileError(_compile_message(diagnostics), diagnostics)
        if status != _OK:
            raise _failure(status)
    finally:
        build.close()
    if warnings is not None:
        warnings.extend(diagnostics)
    return program


# ---- values ------------------------------------------------------------------


class Money:
    """An amount of a currency, exact: Money("1.60", "USD")."""

    __slots__ = ("amount", "currency")

    def __init__(self, amount, currency):
        if isinstance(amount, float):
            raise FactsError(_no_float("amount", amount), "amount")
        try:
            self.amount, self.currency = _Decimal(amount), str(currency)
        except (ArithmeticError, TypeError, ValueError):
            raise FactsError(f"{amount!r} is no amount", "amount") from None

    def __eq__(self, other):
        return (isinstance(other, Money) and self.amount == other.amount
                and self.currency == other.currency)

    def __hash__(self):
        return hash((self.amount, self.currency))

    def __repr__(self):
        return f"Money({str(self.amount)!r}, {self.currency!r})"


def _no_float(name, value):
    return (f"fact \"{name}\": {value!r} is a float, which holds no exact "
            f"decimal; give Decimal(\"{value!r}\"), an int or a str")


def _number(value):
    return str(value)


def _datetime_text(name, value):
    if value.utcoffset() is None:
        raise FactsError(f"fact \"{name}\": the datetime {value} has no time "
                         "zone", name, "give it one: tzinfo=timezone.utc")
    text = value.astimezone(_datetime.timezone.utc).replace(tzinfo=None)
    return text.isoformat() + "Z"


def _plain(name, value):
    """A value as what JSON has: None, bool, str, list or dict."""
    if isinstance(value, _enum.Enum):
        value = value.value
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, float):
        raise FactsError(_no_float(name, value), name,
                         "floats are refused, whatever they hold")
    if isinstance(value, (int, _Decimal)):
        return _number(value)
    if isinstance(value, Money):
        return {"currency": value.currency, "amount": _number(value.amount)}
    if isinstance(value, _datetime.datetime):
        return _datetime_text(name, value)
    if isinstance(value, _datetime.date):
        return value.isoformat()
    if isinstance(value, _datetime.timedelta):
        return f"{value // _datetime.timedelta(microseconds=1)}us"
    if isinstance(value, _Mapping):
        return {str(key): _plain(name, item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(name, item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(name, item) for item in value)
    raise FactsError(f"fact \"{name}\": a value of type "
                     f"{type(value).__name__} means nothing to a policy", name)


def _facts_json(facts):
    if isinstance(facts, str):
        return facts.encode("utf-8")
    if isinstance(facts, bytes):
        return facts
    if not isinstance(facts, _Mapping):
        raise FactsError("facts are a mapping of names to values, or JSON")
    plain = {str(name): _plain(name, value) for name, value in facts.items()}
    return _json.dumps(plain).encode("ascii")


def _time(text):
    """A deadline: a date, or a datetime in UTC."""
    if "T" not in text:
        return _datetime.date.fromisoformat(text)
    return _datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Decision(dict):
    """A decision: the members of its JSON, as a dict and as attributes.

    `json` has the canonical text, byte for byte. `amount` is a Decimal or None,
    `deadline` a date or a datetime or None, all else is as in docs/decision.md.
    What does not apply is None as an attribute; lists are then empty.
    """

    _LISTS = ("reasons", "clauses", "steps", "missing", "rejected",
              "destination")

    def __init__(self, json):
        super().__init__(_json.loads(json))
        self.json = json

    @property
    def amount(self):
        return _Decimal(self["amount"]) if "amount" in self else None

    @property
    def deadline(self):
        return _time(self["deadline"]) if "deadline" in self else None

    def __getattr__(self, name):
        if name in self:
            return self[name]
        if name in Decision._LISTS:
            return []
        if name in ("currency", "error"):
            return None
        if name == "outputs":
            return {}
        raise AttributeError(name)

    def __repr__(self):
        return f"Decision({self.json})"


# ---- programs and contexts ---------------------------------------------------


class Program:
    """A verified program or bundle. Threads may share it.

    data: the bytes. The limits are those of RplLimits; known_digests names the
    policies (bytes of 32, or hexadecimal) that may be loaded: no other is.
    Raises ProgramError or LimitError. Close it, or use it with `with`; contexts
    that are in use keep what they need.
    """

    def __init__(self, data, max_bytes=None, max_cost=None,
                 max_decision_bytes=None, known_digests=None,
                 max_list_items=None):
        self._handle = None
        limits, error = _Limits(), _LoadError()
        _lib.rpl_limits_init(ctypes.byref(limits))
        for name, value in (("max_bytes", max_bytes), ("max_cost", max_cost),
                            ("max_decision_bytes", max_decision_bytes),
                            ("max_list_items", max_list_items)):
            if value is not None:
                setattr(limits, name, value)
        if known_digests is not None:
            known = [bytes.fromhex(d) if isinstance(d, str) else bytes(d)
                     for d in known_digests]
            if any(len(digest) != 32 for digest in known):
                raise RplError("a digest has 32 bytes")
            # One byte more, so that an empty list is not NULL.
            kept = ctypes.create_string_buffer(b"".join(known))
            limits.known_digests = ctypes.addressof(kept)
            limits.known_digest_count = len(known)
        data, handle = bytes(data), _HANDLE()
        status = _lib.rpl_program_load(data, len(data), ctypes.byref(limits),
                                       None, ctypes.byref(handle),
                                       ctypes.byref(error))
        if status != _OK:
            problem = _failure(status, error.message.decode())
            problem.offset = error.offset
            raise problem
        self._handle = handle
        self._names = [
            _lib.rpl_program_policy_name(handle, index).text()
            for index in range(_lib.rpl_program_policy_count(handle))]
        self._local = _threading.local()

    def close(self):
        """Gives the program back. Its last context does the same."""
        handle, self._handle = self._handle, None
        if handle:
            _lib.rpl_program_free(handle)

    __del__ = close

    def __enter__(self):
        return self

    def __exit__(self, *_unused):
        self.close()

    def _index(self, policy):
        if not self._handle:
            raise RplError("the program is closed")
        try:
            return self._names.index(policy)
        except ValueError:
            raise NotFoundError(f"there is no policy \"{policy}\"; there are "
                                f"{', '.join(self._names)}",
                                "not found") from None

    @property
    def policies(self):
        """The names of the policies, sorted."""
        return list(self._names)

    def digest(self, policy):
        """The SHA-256 of the policy's program, in hexadecimal: its name."""
        digest = ctypes.create_string_buffer(32)
        _lib.rpl_program_digest(self._handle, self._index(policy), digest)
        return digest.raw.hex()

    def cost(self, policy):
        """The highest cost that one decision can have."""
        return _lib.rpl_program_cost(self._handle, self._index(policy))

    def facts(self, policy):
        """What the policy wants to know, in slot order: a list of dicts."""
        index, info, found = self._index(policy), _FactInfo(), []
        for slot in range(_lib.rpl_program_fact_count(self._handle, index)):
            status = _lib.rpl_program_fact(self._handle, index, slot,
                                           ctypes.byref(info))
            if status != _OK:
                raise _failure(status)
            found.append({"name": info.name.text(), "type": info.type.text(),
                          "describe": info.describe.text(),
                          "param": info.is_param})
        return found

    def schema(self, policy):
        """The JSON Schema of the policy's facts, as a dict."""
        return _json.loads(_collect(_lib.rpl_program_facts_schema, self._handle,
                                    self._index(policy)))

    def context(self, policy):
        """A Context of one policy: facts and a decision for one thread."""
        return Context(self, policy)

    def _mine(self, policy):
        """The context of this thread for a policy."""
        self._index(policy)  # also: the program is open
        mine = self._local.__dict__.setdefault("contexts", {})
        if policy not in mine:
            mine[policy] = Context(self, policy)
        return mine[policy]

    def decide(self, policy, facts, params=None, record=False,
               ignore_unknown=False):
        """Decides with these facts (a mapping or JSON): a Decision.

        params set what the deployer may set, for this decision. record adds
        facts, params, edition and digest to the decision.
        """
        context = self._mine(policy)
        context.set(facts, params, ignore_unknown)
        return context.decide(record)

    def explain(self, policy, facts, params=None, ignore_unknown=False):
        """The derivation of the decision with these facts: a dict."""
        context = self._mine(policy)
        context.set(facts, params, ignore_unknown)
        return context.explain()

    def replay(self, record):
        """Decides a record (a Decision with record=True, or its JSON) again.

        Returns a dict: result ("same", or what is wrong, as `rplc replay` says
        it), policy, member (the first that differs) and message.
        """
        self._index(self._names[0])  # the program is open
        text = record.json if isinstance(record, Decision) else record
        replay = _Replay()
        status = _lib.rpl_replay(self._handle, _slice(_encode(text)), None,
                                 ctypes.byref(replay))
        if status != _OK:
            raise _failure(status)
        return {"result": _lib.rpl_replay_name(replay.result).decode(),
                "policy": self._names[replay.policy],
                "member": replay.member.decode(),
                "message": replay.message.decode()}


class Context:
    """Facts of one request at a time, for one thread at a time."""

    def __init__(self, program, policy):
        self._handle = None
        handle = _HANDLE()
        index = program._index(policy)
        status = _lib.rpl_context_new(program._handle, index, None,
                                      ctypes.byref(handle))
        if status != _OK:
            raise _failure(status)
        self._handle, self.policy = handle, policy

    def close(self):
        """Gives the context back, and with it a reference to its program."""
        handle, self._handle = self._handle, None
        if handle:
            _lib.rpl_context_free(handle)

    __del__ = close

    def __enter__(self):
        return self

    def __exit__(self, *_unused):
        self.close()

    def _open(self):
        if not self._handle:
            raise RplError("the context is closed")
        return self._handle

    def set(self, facts, params=None, ignore_unknown=False):
        """Replaces all facts and params; FactsError leaves no facts."""
        handle, error = self._open(), _FactError()
        data = _facts_json(facts)
        _lib.rpl_params_clear(handle)
        if params:
            self._check(_lib.rpl_params_json(
                handle, _slice(_facts_json(params)), ctypes.byref(error)), error)
        self._check(_lib.rpl_facts_json(
            handle, _slice(data), int(ignore_unknown), ctypes.byref(error)),
            error)

    @staticmethod
    def _check(status, error):
        if status == _E_FACTS:
            fact, help = error.fact.decode(), error.help.decode()
            text = error.message.decode()
            raise FactsError(f"{text}; {help}" if help else text, fact, help)
        if status != _OK:
            raise _failure(status)

    def _decide(self):
        decision = _HANDLE()
        status = _lib.rpl_decide(self._open(), ctypes.byref(decision))
        if status != _OK:
            raise _failure(status)
        return decision

    @staticmethod
    def _text(call, *arguments):
        found = _Slice()
        status = call(*arguments, ctypes.byref(found))
        if status != _OK:
            raise _failure(status)
        return found.text()

    def decide(self, record=False):
        """Decides with the facts as they are."""
        return Decision(self._text(_lib.rpl_decision_json, self._decide(),
                                   int(record)))

    def text(self):
        """The decision in plain words, as `rplc eval` shows it."""
        return self._text(_lib.rpl_decision_text, self._decide())

    def explain(self, text=False):
        """The derivation as a dict (docs/explain.md), or in plain words."""
        found = _HANDLE()
        status = _lib.rpl_explain(self._decide(), ctypes.byref(found))
        if status != _OK:
            raise _failure(status)
        if text:
            return self._text(_lib.rpl_explanation_text, found)
        return _json.loads(self._text(_lib.rpl_explanation_json, found))
