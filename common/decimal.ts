const ZERO = 0x30;

/** Writes a non-negative safe integer in decimal at `at`; returns where it ends. */
export function writeInteger(bytes: Uint8Array, at: number, integer: number): number {
  let end = at + 1;
  for (let power = 10; power <= integer; power *= 10) end += 1;
  let rest = integer;
  for (let i = end - 1; i >= at; i -= 1) {
    const tenth = Math.floor(rest / 10);
    bytes[i] = ZERO + (rest - tenth * 10);
    rest = tenth;
  }
  return end;
}

/** Writes a number with three decimals at `at`, rounded to the nearest (half away from zero); returns where it ends. */
export function writeThousandths(bytes: Uint8Array, at: number, number: number): number {
  const thousandths = Math.round(Math.abs(number) * 1_000);
  let place = at;
  if (number < 0 && thousandths > 0) bytes[place++] = 0x2d;
  const whole = Math.floor(thousandths / 1_000);
  place = writeInteger(bytes, place, whole);
  const rest = thousandths - whole * 1_000;
  bytes[place++] = 0x2e;
  bytes[place++] = ZERO + Math.floor(rest / 100);
  bytes[place++] = ZERO + (Math.floor(rest / 10) % 10);
  bytes[place++] = ZERO + (rest % 10);
  return place;
}
