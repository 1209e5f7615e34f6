/** Names that the stack, its handlers and the fake of its endpoint share. No imports, so that handlers stay small. */
export const WEIGHT_SHIFT = {
  endpointName: 'tumours',
  endpointVariable: 'ENDPOINT_NAME',
  alarmName: 'tumours-errors',
} as const;
