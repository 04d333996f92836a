/** A fault as AWS's services tell it: a type, a sentence, and what else its protocol carries. */
export class AwsFault extends Error {
  override readonly name = 'AwsFault';
  constructor(
    /** e.g. `ResourceNotFoundException` */
    readonly type: string,
    readonly status: number,
    message: string,
    /** further fields of the body */
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** Anything thrown, as a fault; what is not one is ours. */
export function asFault(error: unknown): AwsFault {
  if (error instanceof AwsFault) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new AwsFault('ServiceException', 500, said, { Type: 'Service' });
}
