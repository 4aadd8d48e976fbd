/** Streaming, on the page of a source. English. */
export const streams = {
  listening: 'Listens by',
  mode: {
    off: 'Looking regularly',
    connecting: 'Looking regularly, while the stream connects',
    catching_up: 'Streaming, and reading what came before',
    streaming: 'Streaming',
    polling: 'Looking regularly',
  },
  since: 'since',
  title: 'Streaming',
  lead: 'New posts arrive within seconds instead of at the next look. When the stream is down, regular looks take over until it is back.',
  why: 'Why there is no stream now:',
  retry: 'It is tried again by itself.',
  price: 'What it costs:',
  turnOn: 'Turn streaming on',
  turnOff: 'Turn streaming off',
}
