import type { HostRow } from './row-model.js';
import { SAMPLER_ROWS } from './sampler-rows.js';
import { TOOL_ROWS } from './tool-rows.js';

/** What a panel shows of each table, in this order; a row that cannot be drawn is told in words. */
export const HOST_ROWS: readonly HostRow[] = [...SAMPLER_ROWS, ...TOOL_ROWS];
