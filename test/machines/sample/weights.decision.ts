/** A variant's share of the traffic, relative to the sum over variants, as SageMaker takes it. */
export interface Weight {
  readonly VariantName: string;
  readonly DesiredWeight: number;
}

/** The weights that send so much of the traffic to green. Always both variants: what is left out keeps what it had. */
export function weights(greenPercent: number): Weight[] {
  if (!(greenPercent >= 0 && greenPercent <= 100))
    throw new RangeError(`greenPercent is ${greenPercent}, allowed are 0 to 100: no weight may be negative`);
  return [
    { VariantName: 'blue', DesiredWeight: 100 - greenPercent },
    { VariantName: 'green', DesiredWeight: greenPercent },
  ];
}
