import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useApplication } from '../parts/application.tsx';
import { Arrowheads, Content } from './content.tsx';
import { type Drawing, layOut, type Point } from './layout.ts';
import { Minimap } from './minimap.tsx';
import type { GraphFlow } from './model.ts';
import { usePan } from './use-pan.ts';

/** What a node shows of an execution. */
export interface NodeLook {
  readonly status: string;
  /** Below the name, in place of what the state does: `attempt 2 of 6`. */
  readonly note?: string;
  /** The execution that it started. */
  readonly childArn?: string;
}

export interface GraphProps {
  readonly flow: GraphFlow;
  readonly label: string;
  /** By node id; absent: nothing ran, all nodes look alike. */
  readonly looks?: ReadonlyMap<string, NodeLook>;
  /** `from\nto\nkind` of transitions that were taken, with empty ends for start and end. */
  readonly taken?: ReadonlySet<string>;
  readonly selected?: string;
  /** The node to begin at, where not all of them fit. */
  readonly focus?: string | undefined;
  readonly onSelect?: (id: string) => void;
  /** By node id, how many problems a definition has there. */
  readonly problems?: ReadonlyMap<string, number>;
  /** Among its tools. */
  readonly children?: ComponentChildren;
}

const MOST_ZOOM = 1.6;
const LEAST_ZOOM = 0.15;
/** What fits so is shown whole: names are then eight pixels high. */
const LEAST_WHOLE_ZOOM = 0.62;
/** What does not is scrolled, with names of ten pixels. */
const LEGIBLE_ZOOM = 0.8;
const MARGIN = 28;

const within = (zoom: number): number => Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom));

const fittingZoom = ({ clientWidth, clientHeight }: Element, { width, height }: Drawing): number =>
  within(Math.min((clientWidth - MARGIN) / width, (clientHeight - MARGIN) / height, 1));

function usualZoom(frame: Element, drawing: Drawing): number {
  const whole = fittingZoom(frame, drawing);
  return whole >= LEAST_WHOLE_ZOOM ? whole : LEGIBLE_ZOOM;
}

/** Where a drawing is looked at first: at some node, in its middle; else at where it starts. */
function centreOf({ boxes, marks }: Drawing, focus: string | undefined): Point {
  const box = boxes.find(({ node }) => node.id === focus);
  return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : (marks[0] ?? { x: 0, y: 0 });
}

function showAt(frame: Element, { x, y }: Point, zoom: number): void {
  frame.scrollLeft = x * zoom - frame.clientWidth / 2;
  frame.scrollTop = y * zoom - frame.clientHeight / 2;
}

/** A state machine as a graph. Nodes can be reached by Tab and chosen by Enter. */
export function Graph(props: GraphProps) {
  const { flow, label, focus, looks } = props;
  const { name: stack } = useApplication();
  const drawing = useMemo(() => {
    performance.mark('graph-begins');
    return layOut(flow, stack);
  }, [flow, stack]);
  // How long it took until it was drawn, for whoever measures.
  useLayoutEffect(() => void performance.measure('graph', 'graph-begins'), [drawing]);
  const frame = useRef<HTMLElement>(null);
  const [zoom, setZoom] = useState<number>();
  const [isExpanded, setExpanded] = useState(false);
  /** What stays in the middle when the zoom changes. */
  const middle = useRef<Point>({ x: 0, y: 0 });
  const zoomTo = (next: number): void => {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = frame.current!;
    middle.current = { x: (scrollLeft + clientWidth / 2) / scale, y: (scrollTop + clientHeight / 2) / scale };
    setZoom(within(next));
  };
  const scale = zoom ?? 1;
  useLayoutEffect(() => {
    middle.current = centreOf(drawing, focus);
    setZoom(usualZoom(frame.current!, drawing));
    showAt(frame.current!, middle.current, scale);
  }, [drawing, focus, isExpanded]);
  useLayoutEffect(() => showAt(frame.current!, middle.current, scale), [zoom]);
  usePan(frame);
  useEscape(isExpanded, () => setExpanded(false));
  return (
    <div class={isExpanded ? 'graph expanded' : 'graph'}>
      <div class="sheet">
        <section
          class="canvas"
          ref={frame}
          aria-label={label}
          tabIndex={0}
          onWheel={(event) => {
            if (!event.ctrlKey) return;
            event.preventDefault();
            zoomTo(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
          }}
        >
          <svg
            role="presentation"
            width={drawing.width * scale}
            height={drawing.height * scale}
            viewBox={`0 0 ${drawing.width} ${drawing.height}`}
          >
            <Arrowheads />
            <Content {...props} drawing={drawing} stack={stack} />
          </svg>
        </section>
        {frame.current && <Minimap frame={frame.current} drawing={drawing} zoom={scale} looks={looks} />}
      </div>
      <div class="tools">
        {props.children}
        <Tool name="Zoom in" sign="+" act={() => zoomTo(scale * 1.2)} />
        <Tool name="Zoom out" sign="−" act={() => zoomTo(scale / 1.2)} />
        <Tool name="Fit the whole graph" sign="Fit" act={() => zoomTo(fittingZoom(frame.current!, drawing))} />
        <Tool
          name={isExpanded ? 'Shrink to its place' : 'Expand to the window'}
          sign={isExpanded ? 'Shrink' : 'Expand'}
          act={() => setExpanded(!isExpanded)}
        />
      </div>
    </div>
  );
}

const Tool = ({ name, sign, act }: { name: string; sign: string; act: () => void }) => (
  <button type="button" class="quiet small" onClick={act} aria-label={name} title={name}>
    {sign}
  </button>
);

/** Dialogs have it first. */
function useEscape(isWanted: boolean, act: () => void): void {
  useEffect(() => {
    if (!isWanted) return undefined;
    const onKeyDown = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape' && !document.querySelector('dialog[open]')) act();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [isWanted]);
}
