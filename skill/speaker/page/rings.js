// Reminders and timers that ring: asks the server for what is due, when it is due.

const LONGEST_WAIT = 3_600_000; // milliseconds; a computer that slept looks again after that

/** Calls `ring` with the words of each ring. `due` takes the seconds until the next one. */
export function watchRings(ring) {
  let last = null;
  let timer = null;

  function due(seconds) {
    clearTimeout(timer);
    if (seconds === null || seconds === undefined) return;
    timer = setTimeout(look, Math.min(seconds * 1000 + 50, LONGEST_WAIT));
  }

  async function look() {
    try {
      const response = await fetch(`/speaker/rings${last === null ? "" : `?after=${last}`}`);
      if (!response.ok) return;
      const answer = await response.json();
      last = answer.last;
      answer.rings.forEach(ring);
      due(answer.rings_in);
    } catch (error) {
      console.warn("The speaker cannot be reached", error);
    }
  }

  look();
  return { due };
}

/** Two short tones, as an Echo plays before a reminder. */
export function chime() {
  const audio = new AudioContext();
  for (const [at, pitch] of [[0, 880], [0.25, 1175]]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.15, audio.currentTime + at);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.4);
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.4);
  }
}
