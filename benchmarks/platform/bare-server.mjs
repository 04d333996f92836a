import { createServer } from 'node:http';

/** What Node alone costs: a server that reads a body and sends it back, with as many headers as the platform's answer. */
const headers = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [`X-${name}`, 'x'.repeat(32)]));
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    response.writeHead(200, { ...headers, 'Content-Length': body.length });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit(0));
