/** Processors for which prices differ, in AWS's words. Apart from the schema, so that flags need not load it. */
export const ARCHITECTURES = ['x86_64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];
