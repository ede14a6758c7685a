import { linkTo } from '../lib/router.ts';
import { nameIn } from '../lib/words.ts';
import { signOf, toneOf, wordOf } from '../parts/status.tsx';
import type { GraphProps, NodeLook } from './graph.tsx';
import { type Box, captionOf, type Drawing, type Line, type Point } from './layout.ts';
import { clipTo, NAME_FONT, UNDER_FONT } from './text-width.ts';

export const Arrowheads = () => (
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

/** All that is drawn: containers below what is in them, labels above all. */
export function Content({
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
  const under = look?.note ?? captionOf(node, stack);
  const room = width - 66;
  const underRoom = look?.childArn === undefined ? room + 20 : room - 4;
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
          {clipTo(node.name, room, NAME_FONT)}
        </text>
        {under !== '' && (
          <text class="under" x="40" y="38">
            {clipTo(under, underRoom, UNDER_FONT)}
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
      {look?.childArn !== undefined && (
        <a class="child" href={linkTo('executions', look.childArn)} aria-label={`Execution that ${node.name} started`}>
          <title>{nameIn(look.childArn)}</title>
          <rect x={width - 28} y={height - 24} width="22" height="20" rx="5" />
          <text x={width - 17} y={height - 9} text-anchor="middle" aria-hidden="true">
            ↗
          </text>
        </a>
      )}
    </g>
  );
}

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
  const { lines, title, x, y, width, height } = line.label!;
  const top = y - height / 2;
  return (
    <g class={`label ${line.kind} ${isTaken ? 'taken' : ''}`}>
      <title>{title}</title>
      <rect x={x - width / 2} y={top} width={width} height={height} rx="9" />
      {lines.map((text, index) => (
        <text key={text} x={x} y={top + 13 + index * 14} text-anchor="middle">
          {text}
        </text>
      ))}
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
