/**
 * Runs code of a user in this thread so that nothing it does ends it in silence: an error that nobody awaits, a
 * rejection without a handler, `process.exit`, and a promise that never settles (seen when the program has nothing else left
 * to do) all become the rejection of this call. What cannot be seen from here is a loop that never ends.
 */
export async function guarded<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const exit = process.exit;
  let onTrouble: (error: unknown) => void = () => {};
  const trouble = new Promise<never>((_, reject) => {
    onTrouble = (error) => reject(error);
  });
  const onIdle = () => onTrouble(new Error('its promise never settles: the program had nothing left to wait for'));
  process.exit = (code) => {
    throw new Error(`process.exit(${code ?? ''}) was called in it; return instead`);
  };
  process.on('uncaughtException', onTrouble);
  process.on('unhandledRejection', onTrouble);
  process.on('beforeExit', onIdle);
  try {
    return await Promise.race([trouble, (async () => work())()]);
  } finally {
    process.exit = exit;
    process.off('uncaughtException', onTrouble);
    process.off('unhandledRejection', onTrouble);
    process.off('beforeExit', onIdle);
  }
}
