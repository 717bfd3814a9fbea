// Plays a reply: pieces of speech and pauses, at the pace the skill planned, and knows how far it
// got. The place in a count is worked out from that, so it must be right when somebody interrupts.

const SHORTEST_PAUSE = 0.15; // seconds, when a slow voice has eaten up the rest
const GRACE = 3; // seconds a voice may take longer than twice the plan before we go on without it

export class Player {
  #stop = null;
  #piece = null;
  #pieceBegan = 0;

  /** Seconds into the reply, by its own plan rather than by the voice that reads it. */
  get position() {
    if (!this.#piece) return 0;
    const elapsed = (performance.now() - this.#pieceBegan) / 1000;
    return this.#piece.at + Math.min(elapsed, this.#piece.seconds);
  }

  get playing() {
    return this.#stop !== null;
  }

  /**
   * Plays `timeline`; calls `show(text)` as each piece begins. Says whether it was heard to its end.
   * `voice` is a SpeechSynthesisVoice, or null to keep the pace in silence.
   */
  async play(timeline, { voice, show }) {
    const stop = new AbortController();
    this.#stop?.abort();
    this.#stop = stop;
    this.#piece = null;
    const began = performance.now();
    for (const piece of timeline) {
      if (stop.signal.aborted) break;
      this.#piece = piece;
      this.#pieceBegan = performance.now();
      if (piece.text) show(piece.text);
      if (piece.text && voice) await speak(piece, voice, stop.signal);
      const late = (performance.now() - began) / 1000 - piece.at;
      const left = piece.seconds - (piece.text ? (performance.now() - this.#pieceBegan) / 1000 : late);
      await sleep(Math.max(left, piece.text ? 0 : Math.min(SHORTEST_PAUSE, piece.seconds)), stop.signal);
    }
    if (this.#stop === stop) this.#stop = null;
    return !stop.signal.aborted;
  }

  /** Silences it at once; `position` stays where it was. Returns that position. */
  interrupt() {
    const position = this.position;
    this.#stop?.abort();
    this.#stop = null;
    return position;
  }
}

/** A voice that speaks on this device, or null: text is never sent away to be spoken. */
export function localVoice(locale) {
  const voices = window.speechSynthesis?.getVoices() ?? [];
  const ours = voices.filter((voice) => voice.localService);
  const language = locale.split("-")[0];
  return (
    ours.find((voice) => voice.lang.replace("_", "-") === locale) ??
    ours.find((voice) => voice.lang.startsWith(language)) ??
    null
  );
}

export function sleep(seconds, signal) {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

function speak(piece, voice, signal) {
  return new Promise((resolve) => {
    const utterance = new SpeechSynthesisUtterance(piece.text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.rate = piece.rate;
    utterance.onend = utterance.onerror = resolve;
    signal.addEventListener("abort", () => (speechSynthesis.cancel(), resolve()), { once: true });
    sleep(piece.seconds * 2 + GRACE, signal).then(resolve); // some browsers forget to say it ended
    speechSynthesis.speak(utterance);
  });
}
