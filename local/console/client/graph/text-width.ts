/** A font of the drawing, beside its family, which is the page's. */
export interface Font {
  /** In pixels. */
  readonly size: number;
  readonly weight: number;
}

export const NAME_FONT: Font = { size: 13, weight: 570 };
export const UNDER_FONT: Font = { size: 11.5, weight: 420 };
/** As wide as a label gets: that of a transition that was taken. */
export const LABEL_FONT: Font = { size: 11, weight: 600 };

let canvas: CanvasRenderingContext2D | undefined;
let family = '';

/** In pixels, as the browser draws it. */
export function textWidth(text: string, { size, weight }: Font): number {
  if (!canvas) {
    canvas = document.createElement('canvas').getContext('2d')!;
    family = getComputedStyle(document.documentElement).fontFamily;
  }
  canvas.font = `${weight} ${size}px ${family}`;
  return canvas.measureText(text).width;
}

/** The text, or as much of its beginning as there is room for, with `…`. */
export function clipTo(text: string, room: number, font: Font): string {
  if (textWidth(text, font) <= room) return text;
  let [fits, tooLong] = [0, text.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (textWidth(`${text.slice(0, middle)}…`, font) <= room) fits = middle;
    else tooLong = middle;
  }
  return `${text.slice(0, fits).trimEnd()}…`;
}
