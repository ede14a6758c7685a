import { useEffect } from 'preact/hooks';

/** Lets a frame be scrolled by dragging what is in it. A press that does not move is left to what was pressed. */
export function usePan(frame: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const element = frame.current!;
    let from: { readonly x: number; readonly y: number } | undefined;
    const start = ({ button, pointerType, clientX, clientY }: PointerEvent): void => {
      // Fingers scroll by themselves.
      if (button === 0 && pointerType === 'mouse') from = { x: clientX, y: clientY };
    };
    const move = ({ clientX: x, clientY: y }: PointerEvent): void => {
      if (!from) return;
      element.classList.add('panned');
      element.scrollBy(from.x - x, from.y - y);
      from = { x, y };
    };
    const stop = (): void => {
      from = undefined;
      element.classList.remove('panned');
    };
    element.addEventListener('pointerdown', start);
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', stop);
    return () => {
      element.removeEventListener('pointerdown', start);
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', stop);
    };
  }, [frame]);
}
