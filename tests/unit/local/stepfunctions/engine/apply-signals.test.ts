import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { beforeEach, expect, test } from '@jest/globals';
import { ApplySignals } from '../../../../../local/stepfunctions/engine/store/apply-signals.ts';

const MODULE = new URL('../../../../../local/stepfunctions/engine/store/apply-signals.ts', import.meta.url).href;

let signals: ApplySignals;
beforeEach(() => {
  signals = new ApplySignals();
});

/** Runs something in a thread that shares the signals. */
function elsewhere(code: string): Worker {
  const script = `
    const { workerData, parentPort } = require('node:worker_threads');
    import(${JSON.stringify(MODULE)}).then(({ ApplySignals }) => {
      const signals = new ApplySignals(workerData);
      ${code}
    });`;
  return new Worker(script, { eval: true, workerData: signals.memory });
}

const told = (worker: Worker) => new Promise((resolve) => worker.once('message', resolve));

test('commits that nobody waits for are taken over a while later, with those that came meanwhile', () => {
  signals.setSynced(1);
  const began = performance.now();
  expect(signals.waitForWork(0)).toBe(1);
  expect(performance.now() - began).toBeGreaterThan(100);
});

test('also the first one after a rest', async () => {
  const worker = elsewhere('parentPort.postMessage(0); parentPort.postMessage(signals.waitForWork(0));');
  await told(worker);
  const upTo = told(worker);
  await setTimeout(20); // by then it sleeps
  const began = performance.now();
  signals.setSynced(1);
  expect(await upTo).toBe(1);
  expect(performance.now() - began).toBeGreaterThan(100);
});

test('who waits is answered when the tables have what was asked for', async () => {
  const worker = elsewhere(
    'for (let applied; (applied = signals.waitForWork(applied ?? 0));) signals.setApplied(applied);',
  );
  signals.setSynced(1);
  expect(signals.waitUntilApplied(1)).toBe(true);
  signals.setSynced(2);
  expect(signals.waitUntilApplied(2)).toBe(true);
  signals.setClosing();
  await new Promise((resolve) => worker.once('exit', resolve));
});

test('at the end, what is left comes at once, and then nothing', () => {
  signals.setSynced(2);
  signals.setClosing();
  expect(signals.waitForWork(0)).toBe(2);
  expect(signals.waitForWork(2)).toBeUndefined();
});

test('who waits for tables that are not filled any more is told so', () => {
  signals.setSynced(1);
  signals.setFailed();
  expect(signals.waitUntilApplied(1)).toBe(false);
});
