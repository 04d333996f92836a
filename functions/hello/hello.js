'use strict';

/** OpenWhisk's entry. `name`, absent = `stranger`. */
function main({ name = 'stranger' } = {}) {
  return { greeting: `Hello, ${name}!` };
}

/** Lambda's entry. */
async function handler(event) {
  return main(event ?? {});
}

exports.main = main;
exports.handler = handler;
