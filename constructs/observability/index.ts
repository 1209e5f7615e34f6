export * from './alarm-dashboard';
export * from './alarm-spec';
export * from './cloudwatch-alarms';
export * from './publisher';
export * from './severity';
export * from './threshold';
