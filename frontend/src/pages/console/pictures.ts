/** A picture that a person brought: from a file, the clipboard, a drop or a sample. */
import { bytesText } from '../../formatting/numbers';

/** What AWS takes inline. */
const MOST_BYTES = 5 * 1024 * 1024;
const SENT_AS_THEY_ARE = new Set(['image/jpeg', 'image/png']);
/** Longest side of what is made smaller, in pixels. */
const SIDE = 4096;

export interface Held {
  name: string;
  blob: Blob;
  /** An address of this page, to show it. Revoke it when done. */
  address: string;
  base64: string;
  /** Why what is sent is not the file itself, or empty. */
  note: string;
}

export async function hold(file: Blob, name: string): Promise<Held> {
  const fits = file.size <= MOST_BYTES && SENT_AS_THEY_ARE.has(file.type);
  const blob = fits ? file : await madeToFit(file);
  return {
    name: fits ? name : name.replace(/\.\w+$/, '') + '.jpg',
    blob,
    address: URL.createObjectURL(blob),
    base64: await base64Of(blob),
    note: fits ? '' : whyChanged(file, blob),
  };
}

function whyChanged(file: Blob, blob: Blob): string {
  const reason =
    file.size > MOST_BYTES
      ? `AWS takes up to 5 MB inline and this file has ${bytesText(file.size)}`
      : 'AWS takes JPEG and PNG';
  return `${reason}: a JPEG of ${bytesText(blob.size)} was made of it.`;
}

async function madeToFit(file: Blob): Promise<Blob> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw new Error('This browser cannot read that file as a picture. Try a JPEG or a PNG.');
  }
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null) =>
      blob ? resolve(blob) : reject(new Error('The picture could not be made smaller.'));
    canvas.toBlob(done, 'image/jpeg', 0.9);
  });
}

function base64Of(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',', 2)[1] ?? '');
    reader.onerror = () => reject(new Error('The file could not be read. Was it moved?'));
    reader.readAsDataURL(blob);
  });
}

/** The first picture of a drop or a paste. */
export function pictureIn(transfer: DataTransfer | null): File | null {
  const files = [...(transfer?.files ?? [])];
  return files.find((file) => file.type.startsWith('image/')) ?? files[0] ?? null;
}
