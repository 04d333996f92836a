/**
 * Finds the requests in the bytes of a connection: a head up to its empty line, then as many bytes as its content-length
 * says. The head is stamped when its last byte is here; whatever pieces it comes in.
 */
export function requestReader(onRequest) {
  let head = '';
  let bodyLeft = 0;
  return (bytes) => {
    let at = 0;
    while (at < bytes.length) {
      if (bodyLeft > 0) {
        const taken = Math.min(bodyLeft, bytes.length - at);
        bodyLeft -= taken;
        at += taken;
        continue;
      }
      const before = head.length;
      head += bytes.toString('latin1', at);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      at += end + 4 - before;
      bodyLeft = Number(/\r\ncontent-length:[ \t]*(\d+)/i.exec(head.slice(0, end))?.[1] ?? 0);
      head = '';
      onRequest();
    }
  };
}
