import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { componentLedger } from '../../../platforms/openwhisk/component-ledger.js';

interface SequenceRecord {
  activationId: string;
  cause?: string;
  start: number;
  end: number;
  logs: string[];
  isOurs: boolean;
}
const idOf = (n: number): string => n.toString(16).padStart(32, '0');

/** A forest: each record's parent is an earlier one or none; roots are this run's or another's. */
const forest = fc
  .array(fc.record({ parent: fc.option(fc.nat(), { nil: null }), isOurs: fc.boolean() }), { maxLength: 30 })
  .map((nodes) => {
    const records: SequenceRecord[] = [];
    nodes.forEach(({ parent, isOurs }, n) => {
      const above = parent === null || n === 0 ? undefined : records[parent % n]!;
      above?.logs.push(idOf(n));
      records.push({
        activationId: idOf(n),
        ...(above === undefined ? {} : { cause: above.activationId }),
        start: n,
        end: n + 10,
        logs: [],
        isOurs: above === undefined && isOurs,
      });
    });
    return records;
  });

/** What must be owed: lines from one of our roots over records that were read, to the first that was not. */
function owedBy(records: readonly SequenceRecord[], read: ReadonlySet<string>): string[] {
  const byId = new Map(records.map((record) => [record.activationId, record]));
  const below = (id: string): string[] => (read.has(id) ? byId.get(id)!.logs.flatMap(below) : [id]);
  return records
    .filter(({ isOurs, activationId }) => isOurs && read.has(activationId))
    .flatMap((root) => below(root.activationId));
}

test('in whatever order records come, owed are the components that ours named and that were not read', () => {
  fc.assert(
    fc.property(forest, fc.infiniteStream(fc.integer()), fc.nat({ max: 30 }), (records, numbers, withheld) => {
      const keyed = records.map((record) => ({ record, key: numbers.next().value as number }));
      const order = keyed.toSorted((a, b) => a.key - b.key).map(({ record }) => record);
      const [late, early] = [order.slice(0, withheld), order.slice(withheld)];
      const ledger = componentLedger();
      const read = new Set<string>();
      const readAll = (some: readonly SequenceRecord[]): void => {
        for (const record of some) ledger.read(record, record.isOurs);
        for (const { activationId } of some) read.add(activationId);
        const owed = owedBy(records, read);
        expect(
          records.filter(({ activationId }) => ledger.isOwed(activationId)).map(({ activationId }) => activationId),
        ).toEqual(owed.toSorted());
        expect(ledger.owed()?.count ?? 0).toBe(owed.length);
      };
      readAll(early);
      readAll(late);
      expect(ledger.owed()).toBe(null);
    }),
  );
});

test('what is owed lies within the sequences that named it', () => {
  const ledger = componentLedger();
  ledger.read({ activationId: idOf(1), start: 100, end: 250, logs: [idOf(2)] }, true);
  ledger.read({ activationId: idOf(3), start: 50, end: 70, logs: [idOf(4)] }, true);
  expect(ledger.owed()).toEqual({ count: 2, sinceMs: 50, uptoMs: 250 });
});

test('lines of text are no components, nor are those of other tests owed', () => {
  const ledger = componentLedger();
  ledger.read({ activationId: idOf(1), logs: [`2026-11-21T08:26:32.05Z stdout: ${idOf(9)}`, 7, null] }, true);
  ledger.read({ activationId: idOf(2), logs: [idOf(8)] }, false);
  ledger.read({ activationId: null, logs: [idOf(7)] }, true);
  expect(ledger.owed()).toBe(null);
});
