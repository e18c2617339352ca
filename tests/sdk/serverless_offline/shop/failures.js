// Functions that fail, as functions do.
"use strict";

const { setTimeout } = require("node:timers/promises");
const recorded = require("./recorded");

module.exports = recorded({
  throws: async () => {
    throw new RangeError("No such luck");
  },
  callsBack: (_event, _context, callback) => callback(new Error("Not today.")),
  saysNothing: async () => undefined,
  saysText: async () => "done",
  sleeps: async (event) => {
    await setTimeout(7000);
    return event;
  },
});
