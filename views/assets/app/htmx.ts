// The stream extension looks for a global htmx at evaluation time, and imports run in order: this file comes first.
import 'htmx.org/dist/htmx.esm.js'
import 'htmx.org/dist/ext/hx-sse.js'
