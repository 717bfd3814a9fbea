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

/** Listens once. Resolves with the words, empty when there were none; `signal` stops it. */
export function hear(locale, { onDevice, signal, began }) {
  return new Promise((resolve) => {
    const recognition = new Recognition();
    recognition.lang = locale;
    recognition.processLocally = onDevice;
    let words = "";
    recognition.onspeechstart = () => began();
    recognition.onresult = (event) => {
      words = event.results[0][0].transcript;
    };
    recognition.onend = recognition.onerror = () => resolve(words);
    signal.addEventListener("abort", () => recognition.abort(), { once: true });
    recognition.start();
  });
}
