import type { Agent } from 'undici';

/** Ends every request of an agent at the abort. @returns ends the watch over the signal */
export function giveUpOn(signal: AbortSignal | undefined, agent: Agent): () => void {
  const onAbort = (): void => void agent.destroy().catch(() => undefined);
  signal?.addEventListener('abort', onAbort);
  return () => signal?.removeEventListener('abort', onAbort);
}
