/** The headers that frame an answer or say what becomes of its connection. */
const FRAMING = ['content-length', 'transfer-encoding', 'connection', 'keep-alive'] as const;
export type FramingHeader = (typeof FRAMING)[number];

/** One header at a time, byte by byte; nothing is allocated for one that nobody asks for. */
export interface HeaderField {
  begin(): void;
  addToName(byte: number): void;
  readonly hasName: boolean;
  /** of a header whose name is whole: a framing one by its name, the place of a wanted one, or null for any other */
  readonly header: FramingHeader | number | null;
  addToValue(byte: number): void;
  /** its value without white space at its ends */
  text(): string;
}

/** @param wanted names of headers, lower case, that somebody asks for */
export function headerField(wanted: readonly string[]): HeaderField {
  const names = [...FRAMING, ...wanted].map((name) => Buffer.from(name, 'latin1'));
  const longest = Math.max(...names.map(({ length }) => length));
  const byHash = new Map<number, number[]>();
  for (const [i, name] of names.entries()) {
    const hash = name.reduce(hashed, 0);
    byHash.set(hash, [...(byHash.get(hash) ?? []), i]);
  }
  const name = new Uint8Array(longest);
  let nameLength = 0;
  let hash = 0;
  let value = Buffer.alloc(1_024);
  let valueLength = 0;
  /** place among `names`, -1 = none of them; looked up once, when the name is whole */
  let found: number | undefined;

  function find(): number {
    if (nameLength > longest) return -1;
    return (byHash.get(hash) ?? []).find((i) => isName(names[i]!)) ?? -1;
  }
  function isName(candidate: Buffer): boolean {
    if (candidate.length !== nameLength) return false;
    for (let i = 0; i < nameLength; i += 1) if (candidate[i] !== name[i]) return false;
    return true;
  }
  return {
    begin() {
      nameLength = 0;
      hash = 0;
      valueLength = 0;
      found = undefined;
    },
    addToName(byte) {
      const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
      if (nameLength < longest) name[nameLength] = lower;
      nameLength += 1;
      hash = hashed(hash, lower);
    },
    get hasName() {
      return nameLength > 0;
    },
    get header() {
      found ??= find();
      if (found < 0) return null;
      return found < FRAMING.length ? FRAMING[found]! : found - FRAMING.length;
    },
    addToValue(byte) {
      found ??= find();
      if (found < 0) return;
      if (valueLength === value.length) value = Buffer.concat([value, Buffer.alloc(value.length)]);
      value[valueLength] = byte;
      valueLength += 1;
    },
    text: () => value.toString('latin1', 0, valueLength).trim(),
  };
}

function hashed(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}
