/** What an answer shows: rows that are linked with shapes over the pictures. */
import type { Box, Mark } from '../../../geometry/overlay';

export interface Fact {
  name: string;
  value: string;
  /** 0 to 100, when how sure it is was said. */
  percent?: number;
}

export interface Row {
  id: string;
  title: string;
  /** A second, quiet line. */
  about?: string;
  /** 0 to 100; null when there is no such thing. */
  percent: number | null;
  percentLabel?: string;
  chip?: { text: string; tone: 'plain' | 'accent' | 'good' | 'warn' | 'bad' };
  /** A colour it stands for. */
  swatch?: string;
  /** The part of the picture it is about, for a small crop. */
  crop?: Box;
  /** Which picture the crop and the marks are of. */
  picture?: 0 | 1;
  facts?: readonly Fact[];
  group?: string;
}

export interface View {
  rows: Row[];
  /** Shapes for the first and the second picture. */
  marks: [Mark[], Mark[]];
  /** One sentence for the eye and for screen readers. */
  summary: string;
}

export const emptyView = (summary: string): View => ({ rows: [], marks: [[], []], summary });
