import { type Expression, ExpressionError, PathNotFoundError, type Scope } from '../expression.ts';
import type { Json } from '../json.ts';
import { pathExpression } from '../jsonpath/path-expression.ts';
import { IntrinsicFailure } from './arguments.ts';
import { fill } from './format.ts';
import { INTRINSICS, type Intrinsic } from './functions.ts';
import { type Argument, type Call, parseIntrinsic } from './parse-intrinsic.ts';

type Evaluate = (scope: Scope) => Json;

/**
 * Compiles a call of one of the 18 intrinsic functions, `States.Array(1, $.a, States.UUID())`.
 * It fails with States.Runtime if a path in it leads nowhere, and with States.IntrinsicFailure if the function refuses its arguments.
 * @throws ExpressionSyntaxError also if the function is unknown or the number of arguments is wrong
 */
export function compileIntrinsic(text: string): Expression {
  const call = parseIntrinsic(text);
  const variables = new Set<string>();
  const evaluate = compileCall(call, text, variables);
  return { source: text, variables: [...variables].sort(), evaluate };
}

function compileCall(call: Call, source: string, variables: Set<string>): Evaluate {
  const [template] = call.arguments;
  const apply: Intrinsic['apply'] =
    call.name === 'Format' && template?.type === 'text'
      ? ([, ...values]) => fill(template.pieces, values)
      : INTRINSICS[call.name]!.apply;
  const operands = call.arguments.map((argument) => compileArgument(argument, call, source, variables));
  return (scope) => {
    const values = operands.map((operand) => operand(scope));
    try {
      return apply(values, scope.entropy);
    } catch (error) {
      if (error instanceof IntrinsicFailure) throw failure('States.IntrinsicFailure', call, error.message, source);
      throw error;
    }
  };
}

function compileArgument(argument: Argument, call: Call, source: string, variables: Set<string>): Evaluate {
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
      const message = `The JsonPath argument for the field '${argument.path.text}' could not be found in the input '${input}'`;
      throw failure('States.Runtime', call, message, source);
    }
  };
}

const failure = (error: string, call: Call, message: string, source: string): ExpressionError =>
  new ExpressionError(error, `The function '${call.text}' had the following error: ${message}`, source);
