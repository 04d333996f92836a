/** How the kernel writes its counters (proc(5), Documentation/admin-guide/cgroup-v2.rst, Documentation/accounting/psi.rst). */

/** Only digits: what else there may be is no counter. */
export function counter(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,19}$/.test(text) ? Number(text) : null;
}

/** `usage_usec 123`, `ctxt 5`: a name and its counter a line. */
export function keyed(lines: readonly string[], name: string): number | null {
  const line = lines.find((one) => one.startsWith(`${name} `));
  return line === undefined ? null : counter(line.slice(name.length + 1).trim());
}

/** `MemTotal:  24684096 kB`, in bytes. */
export function memoryBytes(lines: readonly string[] | null, name: string): number | null {
  const line = lines?.find((one) => one.startsWith(`${name}:`));
  const kib = counter(/^\S+\s+(\d+) kB$/.exec(line ?? '')?.[1]);
  return kib === null ? null : kib * 1_024;
}

/** Microseconds in which some (or all) of what could have run waited: `some avg10=0.00 avg60=0.00 avg300=0.00 total=5`. */
export function pressureUs(lines: readonly string[] | null, who: 'some' | 'full'): number | null {
  const line = lines?.find((one) => one.startsWith(`${who} `));
  return counter(/ total=(\d+)$/.exec(line ?? '')?.[1]);
}

/** `eth0: <received bytes> … <8 fields on> <transmitted bytes> …`: counters by card. */
export function netCounters(lines: readonly string[] | null): Map<string, { received: number; transmitted: number }> {
  const cards = new Map<string, { received: number; transmitted: number }>();
  for (const line of lines ?? []) {
    const at = line.lastIndexOf(':');
    const fields = words(line.slice(at + 1));
    const [received, transmitted] = [counter(fields[0]), counter(fields[8])];
    if (at > 0 && received !== null && transmitted !== null) {
      cards.set(line.slice(0, at).trim(), { received, transmitted });
    }
  }
  return cards;
}

export interface DiskCounters {
  /** major:minor, as io.stat of a control group names it */
  device: string;
  readBytes: number;
  writtenBytes: number;
  /** in which at least one request was under way */
  busyMs: number;
}

/** A sector of /proc/diskstats is 512 bytes, whatever the disk's own is. */
const SECTOR_BYTES = 512;

/** `<major> <minor> <name> <reads> <merged> <sectors> <ms> <writes> <merged> <sectors> <ms> <in flight> <busy ms> …`. */
export function diskCounters(lines: readonly string[] | null): DiskCounters[] {
  return (lines ?? []).flatMap((line) => {
    const fields = words(line);
    const [read, written, busyMs] = [counter(fields[5]), counter(fields[9]), counter(fields[12])];
    if (read === null || written === null || busyMs === null) return [];
    const device = `${fields[0]}:${fields[1]}`;
    return [{ device, readBytes: read * SECTOR_BYTES, writtenBytes: written * SECTOR_BYTES, busyMs }];
  });
}

/** `254:0 rbytes=4096 wbytes=8192 rios=1 …`: a line a device with which the group has dealt. */
export function groupIo(lines: readonly string[]): Map<string, { read: number; written: number }> {
  const devices = new Map<string, { read: number; written: number }>();
  for (const line of lines) {
    const [device, ...fields] = words(line);
    const bytes = (name: string): number | null =>
      counter(fields.find((field) => field.startsWith(`${name}=`))?.slice(name.length + 1));
    const [read, written] = [bytes('rbytes'), bytes('wbytes')];
    if (device !== undefined && read !== null && written !== null) devices.set(device, { read, written });
  }
  return devices;
}

export function words(line: string): string[] {
  return line.split(/\s+/).filter((word) => word !== '');
}
