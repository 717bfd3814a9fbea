// The page: an Echo's manners (wake, speak, listen for eight seconds, ask again, close) around
// POST /speaker/turn, which answers as Alexa's cloud would.

import { canHear, hear, hearsOnDevice } from "./microphone.js";
import { Player, localVoice } from "./player.js";
import { chime, watchRings } from "./rings.js";
import { Screen } from "./screen.js";

const LOCALE = "en-US";
const LISTENING_SECONDS = 8;
const STATUS = {
  asleep: "Asleep",
  thinking: "One moment",
  speaking: "Speaking",
  listening: "Listening",
};

const at = (id) => document.getElementById(id);
const player = new Player();
const rings = watchRings(ring);
const screen = new Screen(touch);
let conversation = null;
let last = null; // the last answer of the server
let heardUntil = 0; // seconds into the last reply at which it stopped or ended
let endedAt = null; // when it ended by itself; null when it was interrupted
let listening = null; // ends the listening window
let turns = 0; // how many there were: an older one gives way to a newer one
let answered = Promise.resolve(); // turns are asked one after the other, none is lost

// --- One turn -----------------------------------------------------------------------------------

/** `others` is what else may have been said, where it was heard by ear. */
function say(words, others = []) {
  return take({ say: words, others }, words);
}

function touch(means, label) {
  return take({ touch: means }, label);
}

async function take(what, words) {
  const turn = ++turns;
  const after = secondsIntoReply();
  stopListening();
  player.interrupt();
  if (words) note("you", words);
  setState("thinking");
  const answer = await (answered = answered.then(() => ask(what, after)));
  if (turn !== turns) return;
  if (!answer) return setState("asleep");
  const focused = at("touch").contains(document.activeElement);
  last = answer;
  showInside(answer);
  if (answer.response) screen.show(answer.session_open || isUp(answer) ? answer.response : null);
  suggest(answer.state, answer.session_open);
  if (focused) keepFocus();
  await playReply(answer, turn);
}

/** An emergency stays to be seen when the session is over. */
function isUp(answer) {
  return answer.state.verdict?.level === "emergency";
}

/** The button that had the focus is gone: the keyboard goes on from where it was. */
function keepFocus() {
  (at("touch").querySelector("button") ?? at("say")).focus();
}

function secondsIntoReply() {
  if (!last) return null;
  if (player.playing) return player.position;
  return endedAt === null ? heardUntil : heardUntil + (Date.now() - endedAt) / 1000;
}

async function ask(what, after) {
  try {
    const response = await fetch("/speaker/turn", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...what, after, conversation }),
    });
    if (response.ok) {
      const answer = await response.json();
      conversation = answer.conversation;
      rings.due(answer.rings_in);
      return answer;
    }
    console.warn(`The speaker answered ${response.status}`);
  } catch (error) {
    console.warn("The speaker cannot be reached", error);
  }
  note("note", "That didn't reach Back Coach. Is it still running? If this is an emergency, use your phone.");
  return null;
}

async function playReply(answer, turn) {
  const line = answer.timeline.some((piece) => piece.text) ? note("coach", "") : null;
  const voice = at("aloud").checked ? localVoice(LOCALE) : null;
  // A voice on this device says it; a screen reader need not say it a second time.
  at("log").setAttribute("aria-live", voice ? "off" : "polite");
  setState("speaking", answer.state);
  const toTheEnd = await player.play(answer.timeline, { voice, show: (text) => append(line, text) });
  line?.querySelector(".now")?.classList.remove("now");
  if (turn !== turns) return; // something else was said in the meantime
  if (toTheEnd) [heardUntil, endedAt] = [answer.lasts, Date.now()];
  afterReply(answer);
}

function afterReply(answer) {
  if (answer.session_open) return listen();
  if (answer.request) note("note", "Back Coach has closed.");
  if (!isUp(answer)) screen.clear();
  suggest(null, false);
  setState("asleep");
}

function interrupt() {
  if (!player.playing) return;
  const counting = last?.state.routine && !last.state.routine.paused;
  if (counting) return say("pause"); // so that the skill knows, too, and keeps the place
  heardUntil = player.interrupt();
  endedAt = null;
  at("say").focus();
}

function ring(text) {
  note("note", text);
  const voice = at("aloud").checked ? localVoice(LOCALE) : null;
  chime();
  if (!voice) return;
  const words = new SpeechSynthesisUtterance(text);
  words.voice = voice;
  window.speechSynthesis.speak(words);
}

// --- Listening ----------------------------------------------------------------------------------

function listen() {
  setState("listening", last.state);
  stopListening();
  const window_ = new AbortController();
  listening = window_;
  const holdOn = () => clearTimeout(timer);
  let timer = null;
  if (!at("patient").checked) {
    timer = setTimeout(() => (at("say").value.trim() ? null : say("")), LISTENING_SECONDS * 1000);
  }
  window_.signal.addEventListener("abort", holdOn);
  if (microphoneOn()) hearInto(window_.signal, holdOn);
  at("say").addEventListener("input", holdOn, { signal: window_.signal });
}

function stopListening() {
  listening?.abort();
  listening = null;
}

const microphoneOn = () => at("microphone").getAttribute("aria-pressed") === "true";

async function hearInto(signal, began) {
  const onDevice = await hearsOnDevice(LOCALE);
  const [words, ...others] = await hear(LOCALE, { onDevice, signal, began });
  if (!signal.aborted && words) say(words, others);
}

async function toggleMicrophone() {
  if (microphoneOn()) return pressMicrophone(false);
  if (!(await hearsOnDevice(LOCALE)) && !(await consents())) return;
  pressMicrophone(true);
  if (last?.session_open && !player.playing) listen();
  else if (!last?.session_open) hearOnce();
}

function pressMicrophone(on) {
  at("microphone").setAttribute("aria-pressed", String(on));
  if (!on) stopListening();
}

function hearOnce() {
  stopListening();
  listening = new AbortController();
  setState("listening");
  hearInto(listening.signal, () => {});
}

let consented = false;

function consents() {
  if (consented) return true;
  const dialog = at("consent");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => resolve((consented = dialog.returnValue === "speak")),
      { once: true },
    );
  });
}

// --- What is shown ------------------------------------------------------------------------------

function setState(state, attributes) {
  document.body.dataset.state = state;
  at("status").textContent = STATUS[state];
  at("tap-name").textContent = tapName(state, attributes);
}

function tapName(state, attributes) {
  if (state === "asleep") return "Open Back Coach";
  if (state !== "speaking") return state === "listening" ? "Your turn" : "One moment";
  const routine = attributes?.routine;
  return routine && !routine.paused ? "Pause" : "Interrupt";
}

const WHO = { you: "You said: ", coach: "Back Coach: ", note: "" };

function note(who, text) {
  const line = document.createElement("p");
  line.className = who;
  const speaker = document.createElement("span");
  speaker.className = "unseen";
  speaker.textContent = WHO[who];
  line.append(speaker, text);
  at("log").append(line);
  at("log").scrollTop = at("log").scrollHeight;
  return line;
}

function append(line, text) {
  line.querySelector(".now")?.classList.remove("now");
  const piece = document.createElement("span");
  piece.className = "now";
  piece.textContent = text;
  line.append(piece, " ");
  at("log").scrollTop = at("log").scrollHeight;
}

const START = ["Open Back Coach", "My back hurts", "Guide me through a stretch", "Should I see a doctor?"];

function suggest(state, open) {
  const wanted = open && screen.hasButtons ? [] : suggestions(open ? state : null);
  at("suggestions").hidden = !wanted.length;
  const buttons = wanted.map((words) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.addEventListener("click", () => say(words));
    return button;
  });
  at("suggestions").replaceChildren(...buttons);
}

function suggestions(state) {
  if (!state) return START;
  if (state.routine) {
    return state.routine.paused ? ["Go on", "Again", "That hurts"] : ["Pause", "Slower", "That hurts"];
  }
  if (!state.doing) return START.slice(1);
  const form = state.asking?.form;
  if (form === "yes_no") return ["Yes", "No", "Not sure", "What do you mean?"];
  if (form === "choice" || form === "which") return ["Yes", "No", "None of those", "Help"];
  if (form === "value") return ["Not sure", "Help"];
  return START.slice(1);
}

function showInside(answer) {
  const { heard, confidence, why, state, request, response } = answer;
  const pretty = (content) => JSON.stringify(content, null, 2);
  at("heard").textContent = pretty({ ...heard, confidence, why });
  at("state").textContent = pretty(state);
  at("request").textContent = pretty(request);
  at("response").textContent = pretty(response);
}

// --- Wiring -------------------------------------------------------------------------------------

at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = at("say").value.trim();
  at("say").value = "";
  if (!words && player.playing) return interrupt();
  say(words);
});
at("tap").addEventListener("click", () => {
  if (player.playing) interrupt();
  else if (document.body.dataset.state === "asleep") say("open back coach");
  else at("say").focus();
});
at("stop").addEventListener("click", () => say("stop"));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !at("consent").open) interrupt();
});
at("microphone").hidden = !canHear;
at("microphone").addEventListener("click", toggleMicrophone);
at("patient").addEventListener("change", () => listening && last?.session_open && listen());

function nextFrame() {
  screen.frame(player.playing ? player.position : Infinity);
  requestAnimationFrame(nextFrame);
}
requestAnimationFrame(nextFrame);
at("moving").checked = !matchMedia("(prefers-reduced-motion: reduce)").matches;

function sayWhetherThereIsAVoice() {
  at("voice-note").hidden = localVoice(LOCALE) !== null;
}
window.speechSynthesis?.addEventListener?.("voiceschanged", sayWhetherThereIsAVoice);
sayWhetherThereIsAVoice();
suggest(null, false);
