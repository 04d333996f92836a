import { connect } from 'node:net';
import { ownCpuMs } from './processor-time.mjs';

/**
 * A caller in a process of its own: raw sockets that are kept open, the same bytes each time, the next call when the answer
 * to the one before is complete. It costs little, so that what is measured is the other side.
 *
 * Told `{ port, request, calls }` it makes so many calls over one connection and answers with the latency of each, in ms, and
 * with the ids under which they were executed; told `{ port, request, connections, seconds }` it calls over so many
 * connections at once and answers with the number of calls, the seconds, and its own processor time.
 */
process.on('message', async ({ port, request, calls, connections, seconds }) => {
  const bytes = Buffer.from(request, 'latin1');
  if (calls !== undefined) process.send(await oneByOne(port, bytes, calls));
  else process.send(await atOnce(port, bytes, connections, seconds));
});
process.on('disconnect', () => process.exit(0));

async function oneByOne(port, bytes, calls) {
  const link = await openLink(port);
  const latencies = [];
  const ids = [];
  for (let call = 0; call < calls; call += 1) {
    const began = process.hrtime.bigint();
    const { ended, head } = await link.call(bytes);
    latencies.push(Number(ended - began) / 1e6);
    ids.push(/\r\nx-(?:openwhisk-activation-id|amzn-requestid): *([\w-]+)/i.exec(head)?.[1] ?? null);
  }
  link.close();
  return { latencies, ids };
}

async function atOnce(port, bytes, connections, seconds) {
  const links = await Promise.all(Array.from({ length: connections }, () => openLink(port)));
  const cpuMs = ownCpuMs();
  const began = process.hrtime.bigint();
  const until = began + BigInt(seconds * 1e9);
  let calls = 0;
  await Promise.all(
    links.map(async (link) => {
      for (let now = began; now < until; calls += 1) now = (await link.call(bytes)).ended;
      link.close();
    }),
  );
  return { calls, seconds: Number(process.hrtime.bigint() - began) / 1e9, cpuMs: ownCpuMs() - cpuMs };
}

/** @throws of a call whose answer is not 200: a refusal would be a quick call */
function openLink(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let answered;
  let failed;
  let received = '';
  let missing = null;
  let head = '';
  socket.on('data', (chunk) => {
    const ended = process.hrtime.bigint();
    if (missing === null) {
      received += chunk.toString('latin1');
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      head = received.slice(0, headEnd);
      missing = Number(/\r\ncontent-length: *(\d+)/i.exec(head)[1]) - (received.length - headEnd - 4);
    } else missing -= chunk.length;
    if (missing > 0) return;
    if (!head.startsWith('HTTP/1.1 200 ')) return failed(new Error(`the platform answered: ${received}`));
    [received, missing] = ['', null];
    answered({ ended, head });
  });
  socket.on('error', (error) => failed(error));
  return new Promise((resolve, reject) => {
    failed = reject;
    socket.once('connect', () =>
      resolve({
        call: (bytes) =>
          new Promise((done, broken) => {
            [answered, failed] = [done, broken];
            socket.write(bytes);
          }),
        close: () => socket.destroy(),
      }),
    );
  });
}
