import fc from 'fast-check';
import type { RatePoint, RateProfile } from '../../../workload/rate-profile.js';

/** 0, or a rate at which Λ is no rounding error. */
const rate = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 500, noNaN: true }));

const points = fc
  .array(fc.tuple(fc.double({ min: 0.01, max: 50, noNaN: true }), rate), {
    minLength: 1,
    maxLength: 6,
  })
  .map((gaps): RatePoint[] => {
    let at = 0;
    return gaps.map(([gap, rate], i) => [i === 0 ? 0 : (at += gap), rate]);
  });
/** Any profile that a config may have. */
export const profileArbitrary: fc.Arbitrary<RateProfile> = fc.oneof(
  fc.record({ kind: fc.constantFrom('steps' as const, 'ramp' as const), points }),
  fc
    .record({
      meanPerS: fc.double({ min: 0.01, max: 500, noNaN: true }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      periodS: fc.double({ min: 0.01, max: 1_000, noNaN: true }),
    })
    .map(({ meanPerS, share, periodS }) => ({
      kind: 'sinusoid' as const,
      meanPerS,
      amplitudePerS: meanPerS * share,
      periodS,
    })),
);
