/** A resolved value of a template as one line: `arn:<AWS::Partition>:s3:::<Bucket>/*`. */
export function text(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [fn, args] = Object.entries(value)[0] ?? [];
  if (fn === 'Ref') return `<${String(args)}>`;
  if (fn === 'Fn::GetAtt' && Array.isArray(args)) return `<${args.join('.')}>`;
  if (fn === 'Fn::Join' && Array.isArray(args) && Array.isArray(args[1]))
    return args[1].map(text).join(String(args[0]));
  return JSON.stringify(value);
}
