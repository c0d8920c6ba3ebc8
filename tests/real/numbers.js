export function now() {
  return [Date.now(), Date.now()];
}

export function random() {
  return Math.random();
}

export function uuid() {
  return crypto.randomUUID();
}
