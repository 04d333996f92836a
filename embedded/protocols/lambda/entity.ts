/** A function as it is kept: what its creator said, and what Lambda added. */
export interface FunctionEntity {
  name: string;
  runtime: string;
  role: string;
  handler: string;
  description: string;
  timeoutS: number;
  memoryMb: number;
  environment: Record<string, string>;
  architectures: string[];
  tags: Record<string, string>;
  ephemeralStorageMb: number;
  logging: { format: 'Text' | 'JSON'; group: string; applicationLevel: string | null; systemLevel: string | null };
  /** of the archive: base64, as Lambda shows it */
  codeSha256: string;
  codeBytes: number;
  /** epoch ms */
  modifiedMs: number;
  revisionId: string;
  /** null = it shares what is not reserved */
  reservedConcurrency: number | null;
}

/** Bounds of what can be set; the normal values are Lambda's. */
export const BOUNDS = {
  Timeout: { field: 'timeout', low: 1, high: 900, normal: 3 },
  MemorySize: { field: 'memorySize', low: 128, high: 10_240, normal: 128 },
} as const;
