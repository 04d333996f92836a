import { isBlank } from './octets.js';

/** The headers that frame an answer or say what becomes of its connection. */
const FRAMING = ['content-length', 'transfer-encoding', 'connection', 'keep-alive'] as const;
export type FramingHeader = (typeof FRAMING)[number];

/** The names that somebody asks for, found by a hash of their bytes: shared by all connections of a pool. */
export interface HeaderNames {
  /** lower case, without the framing ones */
  wanted: readonly string[];
  /** the framing ones, then the wanted ones */
  names: readonly Buffer[];
  byHash: ReadonlyMap<number, readonly number[]>;
  longest: number;
}

/** @param wanted lower case */
export function headerNames(wanted: readonly string[]): HeaderNames {
  const names = [...FRAMING, ...wanted].map((name) => Buffer.from(name, 'latin1'));
  const byHash = new Map<number, number[]>();
  for (const [i, name] of names.entries()) {
    const hash = name.reduce(hashed, 0);
    byHash.set(hash, [...(byHash.get(hash) ?? []), i]);
  }
  return { wanted, names, byHash, longest: Math.max(...names.map(({ length }) => length)) };
}

function hashed(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

const NOT_LOOKED_UP = -2;
const NOBODY_ASKS = -1;

/** One header at a time, byte by byte; nothing is allocated for one that nobody asks for. */
export class HeaderField {
  readonly #names: HeaderNames;
  readonly #name: Uint8Array;
  #nameLength = 0;
  #hash = 0;
  #value = Buffer.allocUnsafe(64);
  #valueLength = 0;
  /** place among the names; looked up once, when the name is whole */
  #found = NOT_LOOKED_UP;

  constructor(names: HeaderNames) {
    this.#names = names;
    this.#name = new Uint8Array(names.longest);
  }

  get hasName(): boolean {
    return this.#nameLength > 0;
  }

  begin(): void {
    this.#nameLength = 0;
    this.#hash = 0;
    this.#valueLength = 0;
    this.#found = NOT_LOOKED_UP;
  }

  addToName(byte: number): void {
    const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (this.#nameLength < this.#name.length) this.#name[this.#nameLength] = lower;
    this.#nameLength += 1;
    this.#hash = hashed(this.#hash, lower);
  }

  addToValue(byte: number): void {
    if (this.#place() === NOBODY_ASKS) return;
    if (this.#valueLength === this.#value.length) {
      this.#value = Buffer.concat([this.#value, Buffer.allocUnsafe(this.#value.length)]);
    }
    this.#value[this.#valueLength] = byte;
    this.#valueLength += 1;
  }

  /** A framing header by its name, a wanted one by its place among the wanted, null for any other. */
  header(): FramingHeader | number | null {
    const place = this.#place();
    if (place === NOBODY_ASKS) return null;
    return place < FRAMING.length ? FRAMING[place]! : place - FRAMING.length;
  }

  /** The value without the blanks behind it; those before it were never added. Not `trim`, which takes 0xA0 for a blank too. */
  text(): string {
    let end = this.#valueLength;
    while (end > 0 && isBlank(this.#value[end - 1]!)) end -= 1;
    return this.#value.toString('latin1', 0, end);
  }

  #place(): number {
    if (this.#found === NOT_LOOKED_UP) this.#found = this.#lookUp();
    return this.#found;
  }

  #lookUp(): number {
    const { names, byHash, longest } = this.#names;
    if (this.#nameLength > longest) return NOBODY_ASKS;
    return (byHash.get(this.#hash) ?? []).find((i) => this.#isNamed(names[i]!)) ?? NOBODY_ASKS;
  }

  #isNamed(name: Buffer): boolean {
    if (name.length !== this.#nameLength) return false;
    for (let i = 0; i < name.length; i += 1) if (name[i] !== this.#name[i]) return false;
    return true;
  }
}
