import { useEffect, useState } from 'preact/hooks';
import { toneOf } from '../parts/status.tsx';
import type { NodeLook } from './graph.tsx';
import type { Drawing } from './layout.ts';

const MOST = { width: 120, height: 96 };

/** Whoever sees nearly all of it needs no map. */
const MOST_VISIBLE = 0.7;

interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const visibleShare = (part: Part, { width, height }: Drawing): number =>
  (Math.min(part.width, width) * Math.min(part.height, height)) / (width * height);

/**
 * The whole of a graph that does not fit, with the part in sight: pressing or dragging shows another. For the pointer only;
 * the keyboard scrolls, and goes from state to state.
 */
export function Minimap({
  frame,
  drawing,
  zoom,
  looks,
}: {
  frame: HTMLElement;
  drawing: Drawing;
  zoom: number;
  looks: ReadonlyMap<string, NodeLook> | undefined;
}) {
  const [part, setPart] = useState<Part>();
  const { width, height, boxes } = drawing;
  useEffect(() => {
    const look = (): void =>
      setPart({
        x: frame.scrollLeft / zoom,
        y: frame.scrollTop / zoom,
        width: frame.clientWidth / zoom,
        height: frame.clientHeight / zoom,
      });
    const observer = new ResizeObserver(look);
    observer.observe(frame);
    frame.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      frame.removeEventListener('scroll', look);
    };
  }, [frame, drawing, zoom]);
  if (!part || visibleShare(part, drawing) > MOST_VISIBLE) return null;
  const scale = Math.min(MOST.width / width, MOST.height / height);
  const show = (event: PointerEvent): void => {
    if (event.buttons === 0) return;
    const map = event.currentTarget as Element;
    const { left, top } = map.getBoundingClientRect();
    map.setPointerCapture(event.pointerId);
    frame.scrollLeft = ((event.clientX - left) / scale) * zoom - frame.clientWidth / 2;
    frame.scrollTop = ((event.clientY - top) / scale) * zoom - frame.clientHeight / 2;
  };
  return (
    <svg
      class="minimap"
      aria-hidden="true"
      width={width * scale}
      height={height * scale}
      viewBox={`0 0 ${width} ${height}`}
      onPointerDown={show}
      onPointerMove={show}
    >
      {boxes.map(({ node, ...box }) => {
        const look = looks?.get(node.id);
        return <rect key={node.id} {...box} rx="9" class={look ? `box tone-${toneOf(look.status)}` : 'box'} />;
      })}
      <rect
        class="part"
        x={Math.max(0, part.x)}
        y={Math.max(0, part.y)}
        width={Math.min(part.width, width)}
        height={Math.min(part.height, height)}
      />
    </svg>
  );
}
