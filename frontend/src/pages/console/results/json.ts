/** Reading AWS output without trusting it: what is missing reads as nothing. */
import type { Json, JsonObject } from '../../../api/console';
import type { Box, Point } from '../../../geometry/overlay';

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

export const list = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

export const texts = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

export const number = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

export function box(value: Json | undefined): Box | null {
  if (!isObject(value) || typeof value['Width'] !== 'number') return null;
  return {
    left: number(value['Left']),
    top: number(value['Top']),
    width: number(value['Width']),
    height: number(value['Height']),
  };
}

export const points = (value: Json | undefined): Point[] =>
  list(value).map((point) => ({ x: number(point['X']), y: number(point['Y']) }));

/** `EyesOpen` becomes `Eyes open`, `HEAD_COVER` becomes `Head cover`. */
export function words(name: string): string {
  const spaced = /^[A-Z0-9_]+$/.test(name)
    ? name.replaceAll('_', ' ').toLowerCase()
    : name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
