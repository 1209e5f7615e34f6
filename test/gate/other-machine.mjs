/*
 * Loaded before the app: another day, and no network. What synth would do with either then shows.
 */
import dns from 'node:dns';
import net from 'node:net';

const RealDate = Date;
const THREE_YEARS = 3 * 366 * 24 * 3600 * 1000;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [RealDate.now() + THREE_YEARS] : args));
  }
  static now() {
    return RealDate.now() + THREE_YEARS;
  }
};

function refuse() {
  throw new Error('synth used the network');
}
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  // A path is a socket of this machine, such as the one that tsx speaks to its parent through.
  return options?.path ? connect.apply(this, args) : refuse();
};
dns.lookup = refuse;
dns.promises.lookup = refuse;
globalThis.fetch = refuse;
