// Hears a spoken turn where the browser can, on the device when that is possible.

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;

export const canHear = Boolean(Recognition);

/** Whether speech would be turned into words on this device, without any service. */
export async function hearsOnDevice(locale) {
  try {
    return (await Recognition.available({ langs: [locale], processLocally: true })) === "available";
  } catch {
    return false; // an older browser: only its maker's service
  }
}

const READINGS = 5; // of one sentence: what else it may have been

/** Listens once. Resolves with the readings of it, likeliest first; `signal` stops it. */
export function hear(locale, { onDevice, signal, began }) {
  return new Promise((resolve) => {
    const recognition = new Recognition();
    recognition.lang = locale;
    recognition.processLocally = onDevice;
    recognition.maxAlternatives = READINGS;
    let readings = [];
    recognition.onspeechstart = () => began();
    recognition.onresult = (event) => {
      readings = [...event.results[0]].map(({ transcript }) => transcript);
    };
    recognition.onend = recognition.onerror = () => resolve(readings);
    signal.addEventListener("abort", () => recognition.abort(), { once: true });
    recognition.start();
  });
}
