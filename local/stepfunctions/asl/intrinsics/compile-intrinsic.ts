import { type Expression, ExpressionError, PathNotFoundError, type Scope } from '../expression.ts';
import type { Json } from '../json.ts';
import { pathExpression } from '../jsonpath/path-expression.ts';
import { IntrinsicFailure, refuse } from './arguments.ts';
import { fill, split } from './format.ts';
import { INTRINSICS, type Intrinsic } from './functions.ts';
import { type Argument, type Call, parseIntrinsic } from './parse-intrinsic.ts';

type Evaluate = (scope: Scope) => Json;

/**
 * Compiles a call of one of the 18 intrinsic functions, `States.Array(1, $.a, States.UUID())`. As on AWS, it fails with
 * States.Runtime, both if a path in it leads nowhere and if a function refuses its arguments, whose number is one reason.
 * @throws ExpressionSyntaxError also if there is no such function
 */
export function compileIntrinsic(text: string): Expression {
  const call = parseIntrinsic(text);
  const variables = new Set<string>();
  const evaluate = compileCall(call, text, variables);
  return { source: text, variables: [...variables].sort(), evaluate };
}

function compileCall(call: Call, source: string, variables: Set<string>): Evaluate {
  const apply = implementation(call);
  const operands = call.arguments.map((argument) => compileArgument(argument, source, variables));
  return (scope) => {
    const values = operands.map((operand) => operand(scope));
    try {
      return apply(values, scope.entropy);
    } catch (error) {
      if (!(error instanceof IntrinsicFailure)) throw error;
      const detail = error.message === '' ? '' : `: ${error.message}`;
      throw failure(`Invalid ${error.problem} in States.${call.name}${detail}`, source);
    }
  };
}

function implementation(call: Call): Intrinsic['apply'] {
  const { arity, apply } = INTRINSICS[call.name]!;
  const count = call.arguments.length;
  if (count < arity[0] || count > arity[1]) return () => refuse();
  const [template] = call.arguments;
  if (call.name !== 'Format' || template?.type !== 'text') return apply;
  let pieces: readonly string[] | undefined;
  return ([, ...values]) => {
    pieces ??= split(template.raw);
    return fill(pieces, values);
  };
}

function compileArgument(argument: Argument, source: string, variables: Set<string>): Evaluate {
  if (argument.type === 'literal' || argument.type === 'text') return () => argument.value;
  if (argument.type === 'call') return compileCall(argument, source, variables);
  const path = pathExpression(argument.path);
  for (const name of path.variables) variables.add(name);
  return (scope) => {
    try {
      return path.evaluate(scope);
    } catch (error) {
      if (!(error instanceof PathNotFoundError)) throw error;
      const input = JSON.stringify(error.document);
      throw failure(
        `The JsonPath argument for the field '${argument.path.text}' could not be found in the input '${input}'`,
        source,
      );
    }
  };
}

/** AWS names the whole expression, also if it is a call inside that fails. */
const failure = (message: string, source: string): ExpressionError =>
  new ExpressionError('States.Runtime', `The function '${source}' had the following error: ${message}`, source);
