// SPDX-License-Identifier: Apache-2.0
'use strict';
// RPL from Node: compile policies, load programs, decide, explain. A thin layer
// over rpl.node (rpl_node.c), with the names of the Python module. See README.md
// for values, workers and lifetimes.
//
//   const rpl = require('./rpl');
//   const program = new rpl.Program(
//     rpl.compile('refundable if unused; amount = fee'));
//   const decision = program.decide('expression', {
//     unused: true, fee: new rpl.Money('1.60', 'USD') });
//   decision.outcome, decision.amount      // 'full_refund', '1.60'

const path = require('path');
const native =
  require(process.env.RPL_NODE_MODULE || path.join(__dirname, 'rpl.node'));

// ---- errors -----------------------------------------------------------------

// Something that RPL refused or could not do; `status` is its name.
class RplError extends Error {
  constructor(message, status = 'invalid argument') {
    super(message);
    this.name = this.constructor.name;
    this.status = status;
  }
}

// A policy does not compile. `diagnostics` has each message as an object.
class CompileError extends RplError {
  constructor(message, diagnostics) {
    super(message, 'the policy does not compile');
    this.diagnostics = diagnostics;
  }
}

// The bytes are no valid program; `offset` is the byte, as near as known.
class ProgramError extends RplError {}

// More than the host allows.
class LimitError extends RplError {}

// Facts or params were refused; `fact` is the name, `help` what to do.
class FactsError extends RplError {
  constructor(message, fact = '', help = '') {
    super(message, 'facts refused');
    this.fact = fact;
    this.help = help;
  }
}

// No policy has that name.
class NotFoundError extends RplError {}

const CLASSES = { 4: ProgramError, 5: LimitError, 8: NotFoundError };
const E_FACTS = 6;

// Calls a native function; what it throws becomes one of the classes.
function call(name, ...values) {
  try {
    return native[name](...values);
  } catch (error) {
    if (error.rpl === undefined) throw error; // not ours: a loader's own
    if (error.rpl === E_FACTS) {
      const help = error.help ? `; ${error.help}` : '';
      throw new FactsError(error.message + help, error.fact, error.help);
    }
    const made = new (CLASSES[error.rpl] || RplError)(error.message, error.status);
    if (error.offset !== undefined) made.offset = Number(error.offset);
    throw made;
  }
}

// The library's version, its newest edition, its program format.
function version() {
  return call('version');
}

// ---- compiling --------------------------------------------------------------

function compile_message(diagnostics) {
  const errors = diagnostics.filter((one) => one.severity === 'error');
  if (errors.length === 0) return 'the policy does not compile';
  const first = errors[0];
  const place = first.file
    ? `${first.file}:${first.line}:${first.column}: ` : '';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${place}${first.code} ${first.message}${more}`;
}

// A function of a dotted name that gives a text or undefined.
function finder(policies, modules) {
  if (typeof modules === 'function') return modules;
  return (name) => {
    const file = name.replaceAll('.', '/') + '.rpl';
    return modules[name] ?? modules[file] ?? policies[file];
  };
}

// Compiles policies to the bytes (a Buffer) of one verified program or bundle.
//
// policies: the text of one policy without a header, or an object of files below
// the root ("shop/refund.rpl") and texts. options.modules: what they extend and
// use, an object of dotted names or files and texts, or a function of a dotted
// name. options.strip: leave out texts, places and names. options.warnings: an
// array that gets the diagnostics of a build that succeeded.
function compile(policies, options = {}) {
  const is_inline = typeof policies === 'string';
  const pairs = is_inline ? [[null, policies]] : Object.entries(policies);
  const result = call('compile', pairs,
    finder(is_inline ? {} : policies, options.modules ?? {}),
    Boolean(options.strip));
  const diagnostics = result.diagnostics.split('\n').filter(Boolean)
    .map((line) => JSON.parse(line));
  if (result.bytes === null)
    throw new CompileError(compile_message(diagnostics), diagnostics);
  if (options.warnings) options.warnings.push(...diagnostics);
  return result.bytes;
}

// ---- values -----------------------------------------------------------------

// An amount of a currency, exact: new Money('1.60', 'USD'), new Money(2n, 'EUR').
class Money {
  constructor(amount, currency) {
    this.amount = plain('amount', amount);
    this.currency = String(currency);
  }
}

function plain_number(name, value) {
  if (Number.isSafeInteger(value)) return String(value);
  throw new FactsError(`fact "${name}": ${value} is a number of JavaScript that ` +
    `is no whole one, or too large to be exact; give '${value}' or a BigInt`,
  name, 'numbers with a fraction are refused, whatever they hold');
}

// A value as what JSON has: null, a boolean, a string, an array or an object.
function plain(name, value) {
  if (value === null || typeof value === 'boolean' || typeof value === 'string')
    return value;
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return plain_number(name, value);
  if (value instanceof Money)
    return { currency: value.currency, amount: value.amount };
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime()))
      throw new FactsError(`fact "${name}": the date is not valid`, name);
    return value.toISOString();
  }
  if (value instanceof Set || Array.isArray(value))
    return Array.from(value, (item) => plain(name, item));
  if (value instanceof Map) return plain_object(name, value);
  if (typeof value === 'object' &&
      [Object.prototype, null].includes(Object.getPrototypeOf(value)))
    return plain_object(name, Object.entries(value));
  throw new FactsError(`fact "${name}": a value of type ${typeof value} means ` +
    'nothing to a policy', name);
}

function plain_object(name, entries) {
  const made = Object.create(null);
  for (const [key, item] of entries)
    if (item !== undefined) made[key] = plain(name ?? key, item);
  return made;
}

function facts_json(facts) {
  if (typeof facts === 'string') return facts;
  if (facts === null || typeof facts !== 'object' || Array.isArray(facts))
    throw new FactsError('facts are an object, a Map, or JSON');
  return JSON.stringify(plain_object(undefined,
    facts instanceof Map ? facts : Object.entries(facts)));
}

// A decision: the members of its JSON (docs/decision.md); `json` has the
// canonical text. Amounts and times are strings. What does not apply is null, and
// lists are then empty.
class Decision {
  constructor(json) {
    const absent = { amount: null, currency: null, deadline: null, error: null,
      reasons: [], clauses: [], steps: [], missing: [], rejected: [],
      destination: [], outputs: {} };
    Object.assign(this, absent, JSON.parse(json));
    Object.defineProperty(this, 'json', { value: json });
  }

  toJSON() {
    return JSON.parse(this.json);
  }
}

// ---- programs and contexts --------------------------------------------------

const LIMITS =
  ['max_bytes', 'max_cost', 'max_decision_bytes', 'max_list_items'];

function digest_bytes(digest) {
  const bytes = Buffer.from(digest, typeof digest === 'string' ? 'hex' : undefined);
  if (bytes.length !== 32) throw new RplError('a digest has 32 bytes');
  return bytes;
}

// A verified program or bundle.
//
// bytes: a Buffer. options: max_bytes, max_cost, max_decision_bytes,
// max_list_items (numbers or BigInts), and known_digests, the policies (32 bytes, or hexadecimal) that may be
// loaded: no other is. Throws ProgramError or LimitError.
class Program {
  #handle;
  #names;
  #contexts = new Map();

  constructor(bytes, options = {}) {
    const limits = {};
    for (const name of LIMITS)
      if (options[name] !== undefined) limits[name] = BigInt(options[name]);
    const digests = options.known_digests &&
      Buffer.concat(Array.from(options.known_digests, digest_bytes));
    this.#handle = call('load', Buffer.from(bytes), limits, digests);
    this.#names = call('policies', this.#handle);
  }

  // Gives the program back, with the contexts that decide and explain use.
  close() {
    for (const context of this.#contexts.values()) context.close();
    this.#contexts.clear();
    if (this.#handle) call('close', this.#handle);
    this.#handle = undefined;
  }

  #index(policy) {
    if (!this.#handle) throw new RplError('the program is closed');
    const index = this.#names.indexOf(policy);
    if (index < 0)
      throw new NotFoundError(`there is no policy "${policy}"; there are ` +
        this.#names.join(', '), 'not found');
    return index;
  }

  // The names of the policies, sorted.
  get policies() {
    return [...this.#names];
  }

  // The SHA-256 of the policy's program, in hexadecimal: its name.
  digest(policy) {
    return call('digest', this.#handle, this.#index(policy));
  }

  // The highest cost that one decision can have, as a BigInt.
  cost(policy) {
    return call('cost', this.#handle, this.#index(policy));
  }

  // What the policy wants to know, in slot order: name, type, describe, param.
  facts(policy) {
    return call('facts', this.#handle, this.#index(policy));
  }

  // The JSON Schema of the policy's facts.
  schema(policy) {
    return JSON.parse(call('schema', this.#handle, this.#index(policy)));
  }

  // A Context of one policy.
  context(policy) {
    return new Context(call('context', this.#handle, this.#index(policy)), policy);
  }

  #mine(policy) {
    this.#index(policy); // also: the program is open
    let context = this.#contexts.get(policy);
    if (!context) this.#contexts.set(policy, context = this.context(policy));
    return context;
  }

  // Decides with these facts (an object, a Map or JSON): a Decision. options:
  // params, record, ignore_unknown.
  decide(policy, facts, options = {}) {
    const context = this.#mine(policy);
    context.set(facts, options.params, options.ignore_unknown);
    return context.decide(options.record);
  }

  // The derivation of the decision with these facts (docs/explain.md).
  explain(policy, facts, options = {}) {
    const context = this.#mine(policy);
    context.set(facts, options.params, options.ignore_unknown);
    return context.explain();
  }

  // Decides a record (a Decision made with record, or its JSON) again: result
  // ("same", or what is wrong, as `rplc replay` says it), policy, member (the
  // first that differs) and message.
  replay(record) {
    this.#index(this.#names[0]); // the program is open
    return call('replay', this.#handle,
      record instanceof Decision ? record.json : String(record));
  }
}

// Facts of one request at a time.
class Context {
  #handle;

  constructor(handle, policy) {
    this.#handle = handle;
    this.policy = policy;
  }

  #open() {
    if (!this.#handle) throw new RplError('the context is closed');
    return this.#handle;
  }

  // Gives the context back, and with it a reference to its program.
  close() {
    if (this.#handle) call('close', this.#handle);
    this.#handle = undefined;
  }

  // Replaces all facts and params; FactsError leaves no facts.
  set(facts, params, ignore_unknown = false) {
    call('set', this.#open(), facts_json(facts),
      params == null ? undefined : facts_json(params), Boolean(ignore_unknown));
  }

  // Decides with the facts as they are.
  decide(record = false) {
    return new Decision(call('decide', this.#open(), Boolean(record)));
  }

  // The decision in plain words, as `rplc eval` shows it.
  text() {
    return call('text', this.#open());
  }

  // The derivation as an object, or in plain words.
  explain(text = false) {
    const found = call('explain', this.#open(), Boolean(text));
    return text ? found : JSON.parse(found);
  }
}

module.exports = { CompileError, Context, Decision, FactsError, LimitError, Money,
  NotFoundError, Program, ProgramError, RplError, compile, version };
