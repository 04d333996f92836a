'use strict';

/** OpenWhisk's entry: what came in goes out. */
function main(params) {
  return params;
}

/** Lambda's entry. */
async function handler(event) {
  return event;
}

exports.main = main;
exports.handler = handler;
