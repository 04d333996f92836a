import { emptyFlight, type Flight } from '../../platforms/platform.js';

/** The flights of a firing thread: those in the air, and those that are used again. */
export interface Flights {
  /** how many are in the air */
  readonly count: number;
  /** one that nothing is known of */
  take(): Flight;
  /** it is in the air from now on */
  launch(flight: Flight): void;
  /** it is in the air no more; false if it was given up before, so that its record is written already */
  land(flight: Flight): boolean;
  /** its record is written and its port has forgotten it */
  giveBack(flight: Flight): void;
  /** all that are in the air, which nobody waits for any more; they are never used again, since their ports still know them */
  giveUp(): Flight[];
}

export function flights(): Flights {
  const inTheAir = new Set<Flight>();
  const spare: Flight[] = [];
  return {
    get count() {
      return inTheAir.size;
    },
    take: () => spare.pop() ?? emptyFlight(),
    launch: (flight) => void inTheAir.add(flight),
    land: (flight) => inTheAir.delete(flight),
    giveBack: (flight) => void spare.push(flight),
    giveUp() {
      const all = [...inTheAir];
      inTheAir.clear();
      return all;
    },
  };
}
