/** `npm start`: the sandbox with its demo estate, one audit of it, the API and the portal, all on this machine. */
import { startLocalWorld } from './local/world.ts';

const world = await startLocalWorld({
  port: Number(process.env['PORT'] ?? '8420'),
  clock: () => new Date(),
  random: Math.random,
  log: (text) => console.error(text),
  onError: (error) => console.error(error),
});
await world.audit();
console.log(`Portal: ${world.url}/    API: ${world.url}/runs    Ctrl-C ends it.`);
process.once('SIGINT', () => void world.close());
