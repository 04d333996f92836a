/**
 * A Vega-Lite specification with its rows inline. Field names must be fixed words of ours: what a config or a record names
 * stands in the rows, where it is a text and nothing else.
 */
export type Spec = Record<string, unknown>;

/** A compiled Vega specification, ready for `vega.parse`. */
export type CompiledSpec = Record<string, unknown>;
