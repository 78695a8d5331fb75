/** Makes a chosen photo small before it leaves the phone: at most 1600 px and 150 kB (DOMAIN 7.2, foto), of its EXIF only
 *  the time. What this browser cannot read or make smaller goes up as it is; the server does the same work again. */
const MAX_BYTES = 150_000;
const SIDES = [1600, 1200, 900, 640];
const QUALITIES = [0.8, 0.65, 0.5, 0.35];
/** JPEG start, APP1 "Exif", TIFF header, a directory that points to a second one, where tag 0x9003 has 20 letters behind it. */
const HEAD = [
  0xffd8ffe1, 0x00484578, 0x69660000, 0x4d4d002a, 0x00000008, 0x00018769, 0x00040000,
  0x00010000, 0x001a0000, 0x00000001, 0x90030002, 0x00000014, 0x0000002c, 0x00000000,
];

async function shrink(file) {
  const time = await takenAt(file).catch(() => undefined);
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const canvas = document.createElement("canvas");
  let smallest;
  for (const side of SIDES) {
    const scale = Math.min(1, side / Math.max(image.width, image.height));
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // a JPEG has no see-through
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      smallest = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (smallest && smallest.size <= MAX_BYTES) return withTime(smallest, time);
    }
  }
  return withTime(smallest, time);
}

/** EXIF DateTimeOriginal of a JPEG, "2026:11:21 16:20:00"; undefined when there is none. */
async function takenAt(file) {
  const view = new DataView(await file.slice(0, 128 * 1024).arrayBuffer());
  for (let at = 2; view.getUint16(0) === 0xffd8 && at + 10 < view.byteLength; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint16(at) !== 0xffe1 || view.getUint32(at + 4) !== 0x45786966) continue;
    const tiff = at + 10;
    const little = view.getUint16(tiff) === 0x4949;
    const find = (directory, tag) => {
      for (let entry = 0; entry < view.getUint16(tiff + directory, little); entry++) {
        const start = tiff + directory + 2 + 12 * entry;
        if (view.getUint16(start, little) === tag) return view.getUint32(start + 8, little);
      }
    };
    const detail = find(view.getUint32(tiff + 4, little), 0x8769);
    const text = detail && find(detail, 0x9003);
    return text && String.fromCharCode(...new Uint8Array(view.buffer, tiff + text, 19));
  }
}

/** The JPEG with DateTimeOriginal as its only EXIF. */
function withTime(jpeg, time) {
  if (!/^\d{4}(:\d\d){2} \d\d(:\d\d){2}$/.test(time ?? "")) return jpeg;
  const head = new DataView(new ArrayBuffer(4 * HEAD.length));
  HEAD.forEach((word, index) => head.setUint32(4 * index, word));
  return new Blob([head, new TextEncoder().encode(`${time}\0`), jpeg.slice(2)], { type: "image/jpeg" });
}

for (const form of document.querySelectorAll("form.photo-form")) {
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("[type=submit]");
  const said = form.querySelector("[role=status]");
  input.addEventListener("change", async () => {
    const [file] = input.files;
    said.textContent = "";
    if (!file || file.size <= MAX_BYTES) return;
    button.disabled = true;
    try {
      const small = await shrink(file);
      if (!(small.size < file.size) || input.files[0] !== file) return;
      const chosen = new DataTransfer();
      chosen.items.add(new File([small], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }));
      input.files = chosen.files;
      said.textContent = form.dataset.shrunk.replace("%s", Math.ceil(small.size / 1000));
    } catch {
      // not readable here (HEIC, an old browser): the original goes up
    } finally {
      button.disabled = false;
    }
  });
}
