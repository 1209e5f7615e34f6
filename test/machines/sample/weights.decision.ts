export interface Weight {
  readonly VariantName: string;
  readonly DesiredWeight: number;
}

/** The weights that send so much of the traffic to green. Always both variants: what is left out keeps what it had. */
export function weights(greenPercent: number): Weight[] {
  return [
    { VariantName: 'blue', DesiredWeight: 100 - greenPercent },
    { VariantName: 'green', DesiredWeight: greenPercent },
  ];
}
