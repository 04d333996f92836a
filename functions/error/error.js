'use strict';

/** OpenWhisk's entry: fails as it is asked to; `how` = return (default) gives `{error}`, throw throws. */
function main(params) {
  const { how = 'return' } = params;
  if (how === 'throw') throw new Error(messageOf(params));
  if (how !== 'return') return { error: `how must be "return" or "throw", got ${JSON.stringify(how)}` };
  return { error: messageOf(params) };
}

/** Lambda's entry: a function of Lambda fails by throwing only. */
async function handler(event) {
  throw new Error(main(event ?? {}).error);
}

function messageOf({ message }) {
  return typeof message === 'string' && message !== '' ? message : 'asked for';
}

exports.main = main;
exports.handler = handler;
