// SPDX-License-Identifier: Apache-2.0
'use strict';
// Tests of rpl.js, beside those of bindings/python: the same policy, the same
// values, by hand. RPL_NODE_MODULE names the native module under test.
const assert = require('node:assert');
const test = require('node:test');
const { Worker, isMainThread, parentPort, workerData } =
  require('node:worker_threads');
const rpl = require('./rpl');

const BASE = `edition 1;
policy shop.base "What holds for all";
fact unused : boolean "nothing was used";
fact fee : money >= 0 "what was paid";
`;
const REFUND = `edition 1;
policy shop.refund "Refunds";
extends shop.base;
enumeration paper = invoice, photo;
fact paid_at : datetime? "when it was paid";
fact share : number 0 .. 1 "what was used";
fact count : integer "how many";
fact wait : duration "how long";
fact state : one of fresh, stale "of the goods";
fact papers : set of paper "what was sent";
fact note : text "what the customer wrote";
param fee_share : number 0 .. 1 = 1 "what comes back";
full_refund all if unused because "Nothing was used.";
amount = fee * fee_share for full_refund;
output deadline : datetime = paid_at + 7d if paid_at is not none;
output shares : number = share + count;
output waited : duration = wait;
output words : text = note;
output good : boolean = state == fresh and photo in papers;
otherwise blocked because "It was used.";
`;
const CLAIMS = `edition 1;
policy shop.claims "Claims";
record line {
  fee : money "what it cost";
  on : date;
  again : boolean?;
}
fact lines : list of line up to 50 "of the invoice";
let total = sum(l.fee for l in lines if l.again is none);
partial_refund some if total > 0 because "Some lines come back.";
amount = total;
otherwise blocked because "Nothing comes back.";
`;
const NAME = 'shop.refund';

function bytes() {
  return rpl.compile({ 'shop/refund.rpl': REFUND },
    { modules: { 'shop.base': BASE } });
}

function program(options) {
  return new rpl.Program(bytes(), options);
}

function main() {
  test('one sentence', () => {
    const made =
      new rpl.Program(rpl.compile('refundable if unused; amount = fee / 2'));
    assert.deepStrictEqual(made.policies, ['expression']);
    const decision = made.decide('expression',
      { unused: true, fee: new rpl.Money('1.60', 'USD') });
    assert.strictEqual(decision.amount, '0.80');
    assert.strictEqual(decision.outcome, 'partial_refund');
    assert.strictEqual(decision.currency, 'USD');
  });

  test('version', () => {
    const [text, edition, format] = rpl.version();
    assert.match(text, /^\d+\.\d+\.\d+$/);
    assert.ok(edition >= 1 && format >= 1);
  });

  test('modules by a function, and its exceptions', () => {
    const asked = [];
    rpl.compile({ 'shop/refund.rpl': REFUND }, { modules: (name) => {
      asked.push(name);
      return BASE;
    } });
    assert.deepStrictEqual(asked, ['shop.base']);
    assert.throws(() => rpl.compile({ 'shop/refund.rpl': REFUND },
      { modules: () => undefined }), rpl.CompileError);
    assert.throws(() => rpl.compile({ 'shop/refund.rpl': REFUND },
      { modules: () => { throw new RangeError('away'); } }), RangeError);
  });

  test('diagnostics', () => {
    const warnings = [];
    rpl.compile('refundable if unused; amount = fee', { warnings });
    assert.ok(warnings.every((one) => one.severity === 'warning'));
    assert.throws(() => rpl.compile({ 'a.rpl': 'edition 1;\npolicy a "A";\n' +
      'full_refund x if unsued because "x";\namount = USD 1;\n' }), (error) => {
      const last = error.diagnostics.at(-1);
      assert.ok(error instanceof rpl.CompileError);
      assert.match(error.message, /^a\.rpl:\d+:\d+: E\d+ /);
      return last.line === 3 && last.column === 18;
    });
    assert.throws(() => rpl.compile({ 'a.rpl': 1 }), rpl.RplError);
  });

  test('every kind of value', () => {
    const decision = program().decide(NAME, {
      unused: true, fee: new rpl.Money('1.60', 'USD'),
      paid_at: new Date('2026-03-02T17:30:00+08:00'), share: '0.1', count: 2n,
      wait: '1d12h', state: 'fresh', papers: new Set(['photo', 'invoice']),
      note: 'say "hi" \u00e9\u{1f600}' });
    assert.strictEqual(decision.amount, '1.60');
    assert.strictEqual(decision.deadline, '2026-03-09T09:30:00Z');
    assert.deepStrictEqual(decision.outputs, { shares: '2.1', waited: '1d12h',
      words: 'say "hi" \u00e9\u{1f600}', good: true });
    assert.strictEqual(decision.reasons[0].rule, 'all');
    assert.ok(decision.json.startsWith('{"policy":"shop.refund"'));
    assert.deepStrictEqual(JSON.parse(JSON.stringify(decision)),
      JSON.parse(decision.json));
  });

  test('absent, undefined and null', () => {
    const made = program();
    let decision = made.decide(NAME, { fee: new rpl.Money(1n, 'USD'),
      unused: undefined });
    assert.strictEqual(decision.outcome, 'needs_info');
    assert.ok(decision.missing.includes('unused'));
    decision = made.decide(NAME, { unused: true, fee: 'USD 1', paid_at: null });
    assert.strictEqual(decision.deadline, null);
    assert.deepStrictEqual(decision.steps, []);
    assert.throws(() => made.decide(NAME, { unused: null }),
      { name: 'FactsError', fact: 'unused' });
  });

  test('numbers stay exact', () => {
    const decision = program().decide(NAME, { unused: true, fee: 'USD 1',
      count: 123456789012345678901234567890n, share: '1e-7' });
    assert.strictEqual(decision.outputs.shares,
      '123456789012345678901234567890.0000001');
  });

  test('floats and other values are refused', () => {
    const made = program();
    const refused = (facts, fact) => assert.throws(() => made.decide(NAME, facts),
      (error) => error instanceof rpl.FactsError && error.fact === fact);
    refused({ share: 0.1 }, 'share');
    refused({ count: 2 ** 53 }, 'count');
    refused({ share: NaN }, 'share');
    refused({ papers: [0.5] }, 'papers');
    refused({ note: () => 1 }, 'note');
    refused({ note: Symbol('x') }, 'note');
    refused({ note: new (class Odd {})() }, 'note');
    refused({ paid_at: new Date(NaN) }, 'paid_at');
    refused({ state: 'fresj' }, 'state');
    refused([1], '');
    refused('{"unused": tru}', '');
    assert.throws(() => new rpl.Money(1.6, 'USD'), rpl.FactsError);
    assert.strictEqual(made.decide(NAME, { unused: false, count: 7, fee: 'USD 1' })
      .outcome, 'blocked');
  });

  test('unknown names', () => {
    const made = program();
    assert.throws(() => made.decide(NAME, { unusde: true }), (error) =>
      (error.message + error.help).includes('unused'));
    assert.strictEqual(made.decide(NAME, { colour: 'red' },
      { ignore_unknown: true }).outcome, 'needs_info');
    const decision = made.decide(NAME, JSON.parse('{"__proto__": 1}'),
      { ignore_unknown: true });
    assert.strictEqual(decision.outcome, 'needs_info');
  });

  test('params hold for one decision', () => {
    const made = program();
    const facts = { unused: true, fee: 'USD 1.60' };
    assert.strictEqual(made.decide(NAME, facts,
      { params: { fee_share: '0.5' } }).amount, '0.80');
    assert.strictEqual(made.decide(NAME, facts).amount, '1.60');
    assert.throws(() => made.decide(NAME, facts, { params: { fee_share: 2 } }),
      rpl.FactsError);
  });

  test('record, text, explanation', () => {
    const made = program();
    const record = made.decide(NAME, { unused: false }, { record: true });
    assert.deepStrictEqual(record.facts, { unused: false });
    assert.strictEqual(record.program, made.digest(NAME));
    const context = made.context(NAME);
    context.set({ unused: true, fee: 'USD 1.60' });
    assert.ok(context.text().includes('USD 1.60'));
    assert.ok(context.explain(true).includes('unused'));
    assert.ok(JSON.stringify(made.explain(NAME, { unused: true, fee: 'USD 1' }))
      .includes('full_refund'));
    context.close();
  });

  test('lists of records', () => {
    const compiled = rpl.compile({ 'shop/claims.rpl': CLAIMS });
    const made = new rpl.Program(compiled, { max_list_items: 50 });
    const line = (fee, again) =>
      ({ fee: new rpl.Money(fee, 'USD'), on: '2026-03-02', again });
    const decision = made.decide('shop.claims', { lines:
      [line('1.60', null), line('9.99', true), line(2n, null)] });
    assert.strictEqual(decision.amount, '3.60');
    assert.throws(() => made.decide('shop.claims', { lines: [{ fee: 0.5 }] }),
      rpl.FactsError);
    assert.throws(() => new rpl.Program(compiled, { max_list_items: 49 }),
      rpl.LimitError);
  });

  test('replay', () => {
    const made = program();
    const record = made.decide(NAME, { unused: true, fee: 'USD 1.60' },
      { record: true });
    assert.deepStrictEqual(made.replay(record),
      { result: 'same', policy: NAME, member: '', message: '' });
    const found = made.replay(record.json.replace('"1.60"', '"1.61"'));
    assert.strictEqual(found.result, 'different');
    assert.strictEqual(found.member, 'amount');
    assert.strictEqual(made.replay('{').result, 'malformed');
  });

  test('what is in a program', () => {
    const made = program();
    const facts = Object.fromEntries(made.facts(NAME).map((f) => [f.name, f]));
    assert.strictEqual(made.digest(NAME).length, 64);
    assert.ok(made.cost(NAME) > 0n);
    assert.strictEqual(facts.paid_at.type, 'datetime?');
    assert.strictEqual(facts.unused.describe, 'nothing was used');
    assert.strictEqual(facts.fee_share.param, true);
    assert.ok('unused' in made.schema(NAME).properties);
    assert.throws(() => made.decide('shop.loan', {}), (error) =>
      error instanceof rpl.NotFoundError && error.message.includes(NAME));
  });

  test('damaged bytes and limits', () => {
    const good = bytes();
    for (const bad of [Buffer.alloc(0), good.subarray(0, 40), Buffer.from('RPLB')])
      assert.throws(() => new rpl.Program(bad), rpl.ProgramError);
    assert.throws(() => program({ max_bytes: 1 }), rpl.LimitError);
    assert.throws(() => program({ max_cost: 1n }), rpl.LimitError);
    const digest = program().digest(NAME);
    assert.deepStrictEqual(program({ known_digests: [digest] }).policies, [NAME]);
    assert.throws(() => program({ known_digests: [] }), rpl.LimitError);
    assert.throws(() => program({ known_digests: ['00'.repeat(32)] }),
      rpl.LimitError);
    assert.throws(() => program({ known_digests: ['00'] }), rpl.RplError);
  });

  test('closed handles', () => {
    const made = program();
    const context = made.context(NAME);
    made.close();
    made.close();
    assert.throws(() => made.decide(NAME, {}), rpl.RplError);
    context.set({ unused: false, fee: 'USD 1' }); // it has its own reference
    assert.strictEqual(context.decide().outcome, 'blocked');
    context.close();
    assert.throws(() => context.decide(), rpl.RplError);
  });

  test('many handles are collected', () => {
    for (let i = 0; i < 2000; i++)
      program.cached = new rpl.Program(program.bytes ??= bytes()).context(NAME);
    program.cached.set({ unused: false, fee: 'USD 1' });
    assert.strictEqual(program.cached.decide().outcome, 'blocked');
  });

  test('workers', async () => {
    const data = bytes();
    const answers = await Promise.all([1, 2, 3, 4].map((number) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(__filename, { workerData: { data, number } });
        worker.once('message', resolve);
        worker.once('error', reject);
      })));
    assert.deepStrictEqual(answers, ['1.99', '2.99', '3.99', '4.99']);
  });
}

// A worker loads the bytes for itself and decides a hundred times.
function work({ data, number }) {
  const made = new rpl.Program(data);
  let amount = '';
  for (let cents = 0; cents < 100; cents++)
    amount = made.decide(NAME, { unused: true, fee:
      `USD ${number}.${String(cents).padStart(2, '0')}` }).amount;
  parentPort.postMessage(amount);
}

if (isMainThread) main();
else work(workerData);
