/**
 * Camera, loudspeaker and microphone of this device, shown to whoever sits before it and to nobody else: nothing is
 * recorded, and nothing leaves the page.
 */

const TONE_HZ = [440, 660, 880];
const TONE_S = 0.6;
const LEVEL_EVERY_MS = 100;

const BUSY = "đang bận, có thể do phần mềm họp đang dùng. Xin xem trong phần mềm họp rồi chọn kết quả bên dưới.";
const NOT_ALLOWED = "Trình duyệt chưa được phép dùng. Không cần cho phép: xin chọn kết quả bên dưới.";

/** Why it cannot be shown here, as a sentence that says what to do instead. */
function excuse(error, device) {
  if (error && error.name === "NotAllowedError") {
    return NOT_ALLOWED;
  }
  if (error && (error.name === "NotFoundError" || error.name === "OverconstrainedError")) {
    return "Máy này không có " + device + ". Xin chọn kết quả bên dưới.";
  }
  return device.charAt(0).toUpperCase() + device.slice(1) + " " + BUSY;
}

function listen(wanted, device) {
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
    // not over HTTPS, or an old browser
    return Promise.reject(new Error("Trình duyệt này không mở được " + device + ". Xin chọn kết quả bên dưới."));
  }
  return navigator.mediaDevices.getUserMedia(wanted).catch((error) => {
    throw new Error(excuse(error, device));
  });
}

function stop(stream) {
  stream.getTracks().forEach((track) => track.stop());
}

/** Shows the camera in that `<video>`; a promise of how to switch it off again. */
export function showCamera(video) {
  return listen({ video: { width: { ideal: 640 } } }, "camera").then((stream) => {
    video.srcObject = stream;
    video.hidden = false;
    video.play().catch(() => {}); // it shows the first picture at least
    return () => {
      video.hidden = true;
      video.srcObject = null;
      stop(stream);
    };
  });
}

/** Calls `level(0…1)` ten times a second with how loud it is; a promise of how to end that. */
export function hearMicrophone(level) {
  return listen({ audio: true }, "micro").then((stream) => {
    const context = newContext();
    if (!context) {
      stop(stream);
      throw new Error("Trình duyệt này không đo được micro. Xin chọn kết quả bên dưới.");
    }
    const analyser = context.createAnalyser();
    analyser.fftSize = 8192; // 170 ms: a short sound between two looks is heard too
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    const timer = window.setInterval(() => {
      analyser.getByteTimeDomainData(samples); // 128 is silence
      level(samples.reduce((most, sample) => Math.max(most, Math.abs(sample - 128)), 0) / 128);
    }, LEVEL_EVERY_MS);
    return () => {
      window.clearInterval(timer);
      stop(stream);
      context.close();
    };
  });
}

/** Three rising tones through the loudspeaker; a promise that is resolved when they are over. */
export function playTone() {
  const context = newContext();
  if (!context) {
    return Promise.reject(new Error("Trình duyệt này không phát được tiếng thử. Xin chọn kết quả bên dưới."));
  }
  TONE_HZ.forEach((hertz, at) => {
    const beginsS = context.currentTime + at * TONE_S;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = hertz;
    gain.gain.setValueAtTime(0.0001, beginsS); // a tone that begins or ends at once clicks
    gain.gain.exponentialRampToValueAtTime(0.4, beginsS + 0.05);
    gain.gain.setValueAtTime(0.4, beginsS + TONE_S - 0.15);
    gain.gain.exponentialRampToValueAtTime(0.0001, beginsS + TONE_S - 0.05);
    oscillator.connect(gain);
    gain.connect(context.destination);
    oscillator.start(beginsS);
    oscillator.stop(beginsS + TONE_S);
  });
  return new Promise((resolve) =>
    window.setTimeout(() => {
      context.close();
      resolve();
    }, (TONE_HZ.length * TONE_S + 0.2) * 1000)
  );
}

function newContext() {
  const Context = window.AudioContext || window.webkitAudioContext;
  return Context ? new Context() : null;
}
