import { monotonicMs } from '../../common/clock.js';
import { plainText } from '../../common/plain-text.js';
import type { ClockPair } from '../watch.js';
import { type ClockExchange, clockPair } from './clock-reading.js';
import { type Answer, encoded } from './protocol.js';
import type { SentFile } from './scripts-to-send.js';
import { type Heard, type Session, SessionFault } from './session.js';

type Kind = Answer['kind'];

/**
 * Sends a command and takes its answer.
 * @throws SessionFault if the session is over, the answer does not come in time, or is none of those
 */
export async function ask(session: Session, command: string, kinds: Kind[], limitMs: number): Promise<Heard> {
  session.send(command);
  return expectAnswer(session, kinds, limitMs);
}

async function expectAnswer(session: Session, kinds: Kind[], limitMs: number): Promise<Heard> {
  const heard = await session.answer(limitMs);
  if (kinds.includes(heard.answer.kind)) return heard;
  throw new SessionFault(faultText(heard.answer));
}

const SHOWN = 100;
/** What a login shell may print before the agent speaks. */
const GREETING_LINES = 1_000;

function faultText(answer: Answer): string {
  if (answer.kind === 'fault') return plainText(answer.why, 2 * SHOWN);
  const said = answer.kind === 'unknown' ? answer.line : answer.kind;
  return `it does not answer as our agent does; it said "${plainText(said, SHOWN)}"`;
}

/**
 * Waits for the agent's first word, past what the login shell of the host prints before it.
 * @throws SessionFault if it does not come; says what came instead
 */
export async function greet(session: Session, limitMs: number): Promise<void> {
  let first: Answer | null = null;
  for (let lines = 0; lines < GREETING_LINES; lines += 1) {
    let heard: Heard;
    try {
      heard = await session.answer(limitMs);
    } catch (error) {
      const ended = error instanceof SessionFault && error.ended;
      throw first === null || !ended ? error : new SessionFault(strangeHost(first), true);
    }
    if (heard.answer.kind === 'hello') return;
    if (heard.answer.kind === 'fault') throw new SessionFault(faultText(heard.answer));
    first ??= heard.answer;
  }
  throw new SessionFault(strangeHost(first!));
}

function strangeHost(answer: Answer): string {
  return `${faultText(answer)}: does a ForceCommand or its login shell run something else?`;
}

const EXCHANGES = 15;
const FEWEST_EXCHANGES = 3;

/**
 * Reads the host's clock beside ours by a number of exchanges; fewer where they are slow.
 * @throws SessionFault
 */
export async function readHostClock(session: Session, withinMs: number, answerMs: number): Promise<ClockPair> {
  const until = monotonicMs() + withinMs;
  const exchanges: ClockExchange[] = [];
  while (exchanges.length < EXCHANGES && (exchanges.length < FEWEST_EXCHANGES || monotonicMs() < until)) {
    const askedMs = monotonicMs();
    const { answer, atMs } = await ask(session, 'clock', ['clock'], answerMs);
    if (answer.kind === 'clock') exchanges.push({ askedMs, answeredMs: atMs, epochMs: answer.epochMs });
  }
  return clockPair(exchanges)!;
}

/**
 * Sends files all at once: a round trip for each would delay the run.
 * @returns why one of them is not there; null if all are
 * @throws SessionFault
 */
export async function sendFiles(session: Session, files: SentFile[], limitMs: number): Promise<string | null> {
  for (const { path, content } of files) session.send(`put ${encoded(path)} ${encoded(content)}`);
  let fault: string | null = null;
  for (const { path } of files) {
    const { answer } = await expectAnswer(session, ['done', 'fault'], limitMs);
    if (answer.kind === 'fault') fault ??= `${path} cannot be sent there: ${faultText(answer)}`;
  }
  return fault;
}
