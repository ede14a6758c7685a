import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useApplication } from '../parts/application.tsx';
import { signOf, toneOf, wordOf } from '../parts/status.tsx';
import { type Box, type Drawing, type Line, layOut, type Point } from './layout.ts';
import type { GraphFlow } from './model.ts';

/** What a node shows of an execution. */
export interface NodeLook {
  readonly status: string;
  /** Below the name, in place of what the state does: `attempt 2 of 6`. */
  readonly note?: string;
}

interface GraphProps {
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
  /** In its corner. */
  readonly children?: ComponentChildren;
}

const MOST_ZOOM = 1.6;
const LEAST_ZOOM = 0.2;
const LEGIBLE_ZOOM = 0.58;
const MARGIN = 24;

function fittingZoom({ clientWidth, clientHeight }: Element, { width, height }: Drawing): number {
  return Math.min((clientWidth - MARGIN) / width, (clientHeight - MARGIN) / height, 1);
}

function scrollTo(frame: Element, { boxes }: Drawing, focus: string | undefined, zoom: number): void {
  const box = boxes.find(({ node }) => node.id === focus) ?? boxes[0];
  if (!box) return;
  frame.scrollLeft = (box.x + box.width / 2) * zoom - frame.clientWidth / 2;
  frame.scrollTop = Math.max(0, (box.y + box.height / 2) * zoom - frame.clientHeight / 2);
}

/** A state machine as a graph. Nodes can be reached by Tab and chosen by Enter. */
export function Graph(props: GraphProps) {
  const { flow, label, focus } = props;
  const { name: stack } = useApplication();
  const drawing = useMemo(() => {
    performance.mark('graph-begins');
    return layOut(flow);
  }, [flow]);
  // How long it took until it was drawn, for whoever measures.
  useLayoutEffect(() => void performance.measure('graph', 'graph-begins'), [drawing]);
  const frame = useRef<HTMLElement>(null);
  const [zoom, setZoom] = useState<number>();
  const fit = (): void => setZoom(Math.max(LEAST_ZOOM, fittingZoom(frame.current!, drawing)));
  useEffect(() => {
    // Legible before complete: what does not fit is scrolled to.
    setZoom(Math.max(LEGIBLE_ZOOM, fittingZoom(frame.current!, drawing)));
  }, [drawing]);
  useEffect(() => {
    if (zoom !== undefined) scrollTo(frame.current!, drawing, focus, zoom);
  }, [drawing, focus, zoom !== undefined]);
  const scale = zoom ?? 1;
  const change = (factor: number): void => setZoom(Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, scale * factor)));
  return (
    <div class="graph">
      <section
        class="canvas"
        ref={frame}
        aria-label={label}
        tabIndex={0}
        onWheel={(event) => {
          if (!event.ctrlKey) return;
          event.preventDefault();
          change(event.deltaY < 0 ? 1.1 : 1 / 1.1);
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
      {props.children}
      <div class="zoom">
        <button type="button" class="quiet small" onClick={() => change(1.2)} aria-label="Zoom in" title="Zoom in">
          +
        </button>
        <button
          type="button"
          class="quiet small"
          onClick={() => change(1 / 1.2)}
          aria-label="Zoom out"
          title="Zoom out"
        >
          −
        </button>
        <button type="button" class="quiet small" onClick={fit} title="Fit">
          Fit
        </button>
      </div>
    </div>
  );
}

const Arrowheads = () => (
  <defs>
    {['plain', 'taken', 'catch'].map((name) => (
      <marker
        key={name}
        id={`arrow-${name}`}
        viewBox="0 0 8 8"
        refX="7"
        refY="4"
        markerWidth="7"
        markerHeight="7"
        orient="auto"
      >
        <path d="M0 0.8 L7.2 4 L0 7.2 z" class={`arrow ${name}`} />
      </marker>
    ))}
  </defs>
);

function Content({
  drawing,
  stack,
  looks,
  taken,
  selected,
  onSelect,
  problems,
}: GraphProps & { drawing: Drawing; stack: string }) {
  const containers = drawing.boxes.filter(({ node }) => node.flows.length > 0);
  const leaves = drawing.boxes.filter(({ node }) => node.flows.length === 0);
  const isTaken = ({ from, to, kind }: Line): boolean =>
    taken?.has(`${from ?? ''}\n${to}\n${kind === 'catch' ? 'catch' : 'flow'}`) ?? false;
  const node = (box: Box) => (
    <Node
      key={box.node.id}
      box={box}
      stack={stack}
      look={looks?.get(box.node.id)}
      isDim={looks !== undefined && !looks.has(box.node.id)}
      isSelected={selected === box.node.id}
      problems={problems?.get(box.node.id) ?? 0}
      {...(onSelect && { onSelect })}
    />
  );
  return (
    <>
      {containers.map(node)}
      {drawing.lanes.map(({ x, y, width, height }) => (
        <rect key={`${x} ${y}`} class="lane" x={x} y={y} width={width} height={height} rx="8" />
      ))}
      {drawing.lines.map((line) => (
        <Edge key={`${line.from}>${line.to}>${line.kind}`} line={line} isTaken={isTaken(line)} />
      ))}
      {drawing.marks.map(({ x, y }) => (
        <circle key={`${x} ${y}`} class="start-mark" cx={x} cy={y} r="6">
          <title>Start</title>
        </circle>
      ))}
      {leaves.map(node)}
      {drawing.lines.map(
        (line) =>
          line.label && <EdgeLabel key={`${line.from}>${line.to}>${line.kind}`} line={line} isTaken={isTaken(line)} />,
      )}
    </>
  );
}

interface NodeProps {
  box: Box;
  /** Its name begins the names of most resources, and says nothing then. */
  stack: string;
  look: NodeLook | undefined;
  isDim: boolean;
  isSelected: boolean;
  problems: number;
  onSelect?: (id: string) => void;
}

function Node({ box, stack, look, isDim, isSelected, problems, onSelect }: NodeProps) {
  const { node, x, y, width, height } = box;
  const isContainer = node.flows.length > 0;
  const isEnd = node.type === 'Succeed' || node.type === 'Fail';
  const under = look?.note ?? node.caption.replace(`${stack}-`, '');
  const room = Math.max(20, Math.floor((width - 64) / 7.1));
  const words = [
    node.name,
    node.type,
    look && wordOf(look.status),
    look?.note,
    problems > 0 && `${problems} problems`,
    node.comment,
  ];
  const label = words.filter(Boolean).join(', ');
  const choose = (): void => onSelect?.(node.id);
  return (
    <g
      class={`node type-${node.type} ${isContainer ? 'container' : ''} ${look ? `tone-${toneOf(look.status)} is-${look.status}` : ''} ${isDim ? 'dim' : ''} ${isSelected ? 'selected' : ''} ${problems > 0 ? 'wrong' : ''}`}
      transform={`translate(${x} ${y})`}
    >
      <rect class="body" width={width} height={height} rx="9" />
      {isEnd && <rect class="inner" x="3.5" y="3.5" width={width - 7} height={height - 7} rx="6" />}
      <Glyph type={node.type} />
      <g class="texts" aria-hidden="true">
        <text class="name" x="40" y={under === '' ? 30 : 22}>
          {clip(node.name, room)}
        </text>
        {under !== '' && (
          <text class="under" x="40" y="38">
            {clip(under, room + 5)}
          </text>
        )}
        {look && (
          <text class="sign" x={width - 14} y="21" text-anchor="middle">
            {signOf(look.status)}
          </text>
        )}
      </g>
      <rect
        class="hit"
        width={width}
        height={height}
        rx="9"
        {...(onSelect && {
          role: 'button',
          tabindex: 0,
          'aria-pressed': isSelected,
          'aria-label': label,
          onClick: choose,
          onKeyDown: (event: KeyboardEvent) => {
            if (event.key !== 'Enter' && event.key !== ' ') return;
            event.preventDefault();
            choose();
          },
        })}
      >
        <title>{label}</title>
      </rect>
    </g>
  );
}

const clip = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** Small signs of the state types, drawn within 24 by 24 pixels. */
const GLYPHS: Readonly<Record<string, string>> = {
  Task: 'M7 5h10v14H7z M10 9h4 M10 13h4',
  Choice: 'M12 4l8 8-8 8-8-8z',
  Wait: 'M12 4a8 8 0 1 0 .01 0 M12 8v4l3 2',
  Parallel: 'M6 5v14 M12 5v14 M18 5v14',
  Map: 'M5 6h14 M5 12h14 M5 18h14',
  Pass: 'M5 12h13 M13 7l5 5-5 5',
  Succeed: 'M5 12l5 5 9-10',
  Fail: 'M6 6l12 12 M18 6L6 18',
};

const Glyph = ({ type }: { type: string }) => (
  <g class="glyph" transform="translate(11 14) scale(0.86)">
    <path d={GLYPHS[type] ?? 'M6 12h12'} />
  </g>
);

function Edge({ line, isTaken }: { line: Line; isTaken: boolean }) {
  const arrow = isTaken ? 'taken' : line.kind === 'catch' ? 'catch' : 'plain';
  return (
    <path
      class={`edge ${line.kind} ${isTaken ? 'taken' : ''}`}
      d={smooth(line.points)}
      marker-end={`url(#arrow-${arrow})`}
    />
  );
}

function EdgeLabel({ line, isTaken }: { line: Line; isTaken: boolean }) {
  const { text, title, x, y } = line.label!;
  const width = text.length * 6.1 + 10;
  return (
    <g class={`label ${line.kind} ${isTaken ? 'taken' : ''}`}>
      <title>{title}</title>
      <rect x={x - width / 2} y={y - 9} width={width} height="18" rx="9" />
      <text x={x} y={y + 4} text-anchor="middle">
        {text}
      </text>
    </g>
  );
}

/** A line with rounded corners. */
function smooth(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${round(first.x)} ${round(first.y)}`;
  for (let index = 0; index < rest.length - 1; index++) {
    const [corner, next] = [rest[index]!, rest[index + 1]!];
    const middle = index === rest.length - 2 ? next : { x: (corner.x + next.x) / 2, y: (corner.y + next.y) / 2 };
    path += `Q${round(corner.x)} ${round(corner.y)} ${round(middle.x)} ${round(middle.y)}`;
  }
  if (rest.length === 1) path += `L${round(rest[0]!.x)} ${round(rest[0]!.y)}`;
  return path;
}

const round = (value: number): number => Math.round(value * 10) / 10;
