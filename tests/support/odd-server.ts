import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from './certificates.js';
import { listening, onRequest } from './http-servers.js';
import type { OddAnswer } from './odd-answers.js';

/** A real server that answers `GET /i` with the i-th of its answers. */
export function oddServer(answers: readonly OddAnswer[], certificate?: Certificate): Promise<string> {
  const serve = (socket: Socket): void => {
    socket.setNoDelay();
    socket.on('error', () => undefined);
    onRequest(socket, (head) => {
      const answer = answers[Number(/ \/(\d+) /.exec(head)![1])]!;
      say(socket, answer.pieces, answer.ending);
    });
  };
  if (certificate === undefined) return listening(createServer(serve));
  return listening(createTlsServer(certificate, serve), 'https');
}

function say(socket: Socket, [piece, ...others]: readonly Buffer[], ending: OddAnswer['ending']): void {
  if (piece !== undefined) return void socket.write(piece, () => setImmediate(say, socket, others, ending));
  if (ending === 'closes') socket.end();
  if (ending === 'resets') socket.resetAndDestroy();
}
