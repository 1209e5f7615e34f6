import { evaluate } from './intrinsics';
import { isObject, type Json } from './json';
import { read } from './paths';

/** A payload template (Parameters, ResultSelector, ItemSelector) with each `name.$` replaced by what it stands for. */
export function fill(template: Json, input: Json, context: Json): Json {
  if (Array.isArray(template)) return template.map((item) => fill(item, input, context));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$') && typeof value === 'string'
        ? [name.slice(0, -2), expression(value, input, context)]
        : [name, fill(value, input, context)],
    ),
  );
}

/** A path, or an intrinsic function. */
export function expression(text: string, input: Json, context: Json): Json {
  return text.startsWith('$') ? read(text, input, context) : evaluate(text, input, context);
}
