// Talks to a skill over HTTP with virtual-alexa, which makes requests from the interaction model.
//
//     node virtual_alexa.cjs URL MODEL < utterances
//
// One utterance a line; an empty line opens the skill. One JSON object a line comes out: the
// skill's response, or {"error": ...} where virtual-alexa would not have it.
"use strict";

const readline = require("readline");
const { VirtualAlexa } = require("virtual-alexa");

async function main([url, model]) {
  const alexa = VirtualAlexa.Builder().skillURL(url).interactionModelFile(model).create();
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      answer = line ? await alexa.utter(line) : await alexa.launch();
    } catch (error) {
      answer = { error: String(error) };
    }
    console.log(JSON.stringify(answer));
  }
}

main(process.argv.slice(2));
