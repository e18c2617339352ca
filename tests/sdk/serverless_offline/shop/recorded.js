// Notes the event that each function is given, one a line, before the function works on it.
"use strict";

const { appendFileSync } = require("node:fs");

const recorded = (handler) => (event, context, callback) => {
  appendFileSync(process.env.EVENTS, `${JSON.stringify(event)}\n`);
  return handler(event, context, callback);
};

module.exports = (handlers) =>
  Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, recorded(handler)]));
