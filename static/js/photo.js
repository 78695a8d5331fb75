/** A photo leaves the phone small (DOMAIN 7.2); what cannot be made smaller here goes up as it is. */
const MAX_BYTES = 150_000;

async function shrink(file) {
  const image = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  for (let side = 1600; ; side *= 0.8) {
    const scale = Math.min(1, side / Math.max(image.width, image.height));
    canvas.width = image.width * scale;
    canvas.height = image.height * scale;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    for (const quality of [0.8, 0.6]) {
      const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (made.size <= MAX_BYTES) return made;
    }
  }
}

const form = document.querySelector(".photo-form");
form.foto.addEventListener("change", async () => {
  const [file] = form.foto.files;
  form.diambil.value = "";
  if (!file || file.size <= MAX_BYTES) return;
  form.lastElementChild.inert = true;
  try {
    const chosen = new DataTransfer();
    chosen.items.add(new File([await shrink(file)], "foto.jpg"));
    // A canvas drops EXIF; the earliest of its dates is when the photo was taken.
    const head = await file.slice(0, 65536).text();
    form.diambil.value = head.match(/\d{4}(:\d\d){2} \d\d(:\d\d){2}/g)?.sort()[0] ?? "";
    form.foto.files = chosen.files;
  } catch {}
  form.lastElementChild.inert = false;
});
