import { lookup, type LookupAddress } from 'node:dns';
import { beforeEach, expect, test, vi } from 'vitest';
import { cachedLookup } from '../../../platforms/http/cached-lookup.js';

// The real name service, with its questions counted.
vi.mock('node:dns', async (original) => {
  const dns = await original<typeof import('node:dns')>();
  return { ...dns, lookup: vi.fn(dns.lookup) };
});
const asked = vi.mocked(lookup);
beforeEach(() => void asked.mockClear());

function resolved(
  look: ReturnType<typeof cachedLookup>,
  host: string,
  all: boolean,
): Promise<string | LookupAddress[]> {
  return new Promise((found, failed) => {
    look(host, { all }, (error, address) => (error === null ? found(address) : failed(error)));
  });
}

test('a burst of connections asks once, and so do those of the next seconds', async () => {
  const look = cachedLookup();
  const burst = await Promise.all(Array.from({ length: 50 }, () => resolved(look, 'localhost', true)));
  const [first] = burst[0] as LookupAddress[];
  expect(['127.0.0.1', '::1']).toContain(first!.address);
  expect(new Set(burst.map((found) => JSON.stringify(found))).size).toBe(1);
  expect(await resolved(look, 'localhost', false)).toBe(first!.address);
  expect(asked).toHaveBeenCalledTimes(1);
});

test('an error is told to all who asked and not kept: the next one asks again', async () => {
  const look = cachedLookup();
  const asking = Array.from({ length: 3 }, () => resolved(look, 'no-such-host.invalid', true));
  for (const each of await Promise.allSettled(asking)) {
    expect(each).toMatchObject({ status: 'rejected', reason: { code: expect.stringMatching(/^E/) as string } });
  }
  expect(asked).toHaveBeenCalledTimes(1);
  await expect(resolved(look, 'no-such-host.invalid', true)).rejects.toThrow();
  expect(asked).toHaveBeenCalledTimes(2);
});

test('after five seconds a name is asked for anew', async () => {
  const look = cachedLookup();
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    await resolved(look, 'localhost', true);
    vi.advanceTimersByTime(4_999);
    await resolved(look, 'localhost', true);
    expect(asked).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(2);
    await resolved(look, 'localhost', true);
    expect(asked).toHaveBeenCalledTimes(2);
  } finally {
    vi.useRealTimers();
  }
});
