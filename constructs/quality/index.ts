export * from './quality-alarms';
