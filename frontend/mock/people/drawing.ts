/** Small pictures of nobody: a head on a ground, as PNG. */
import { deflateSync } from 'node:zlib';

const CRC = Array.from({ length: 256 }, (_, place) => {
  let value = place;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  let sum = 0xffffffff;
  for (const byte of body) sum = (CRC[(sum ^ byte) & 255] ?? 0) ^ (sum >>> 8);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE((sum ^ 0xffffffff) >>> 0, body.length + 4);
  return whole;
}

function png(width: number, height: number, colourAt: (x: number, y: number) => number[]): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * (1 + width * 3) + 1 + x * 3;
      const [red = 0, green = 0, blue = 0] = colourAt(x, y);
      rows[at] = red;
      rows[at + 1] = green;
      rows[at + 2] = blue;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 3 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** hue in degrees, the others 0-1. */
function rgb(hue: number, saturation: number, lightness: number): number[] {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((shift) => {
    const turn = (shift + hue / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(turn - 3, 9 - turn, 1))));
  });
}

/** The same identity has the same skin, hair and ground; `variant` turns and lights it anew. */
export function headAt(identity: number, variant: number, width: number, height: number): Buffer {
  const light = 0.9 + ((variant * 37) % 20) / 100;
  const turned = (((variant * 53) % 40) - 20) / 200;
  const ground = rgb((identity * 47) % 360, 0.3, 0.6 * light);
  const skin = rgb(18 + (identity % 5) * 4, 0.45, (0.38 + ((identity * 13) % 45) / 100) * light);
  const hair = rgb((identity * 29) % 60, 0.35, 0.12 + ((identity * 7) % 40) / 100);
  const side = Math.min(width, height);
  return png(width, height, (px, py) => {
    const x = (px - width / 2) / side + 0.5;
    const y = (py - height / 2) / side + 0.5;
    const inside = (cx: number, cy: number, rx: number, ry: number): boolean =>
      ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;
    const middle = 0.5 + turned;
    if (inside(middle - 0.11 + turned / 2, 0.46, 0.035, 0.025)) return hair;
    if (inside(middle + 0.11 + turned / 2, 0.46, 0.035, 0.025)) return hair;
    if (inside(middle + turned / 2, 0.68, 0.08, 0.02)) return rgb(0, 0.4, 0.35);
    if (inside(middle, 0.53, 0.26, 0.33) && y > 0.3) return skin;
    if (inside(0.5 + turned / 2, 0.4, 0.31, 0.33)) return hair;
    if (inside(0.5, 1.12, 0.48, 0.3)) return rgb((identity * 91) % 360, 0.4, 0.35);
    return ground;
  });
}
