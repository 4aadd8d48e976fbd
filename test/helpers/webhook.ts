import { createHmac } from 'node:crypto'
import type { Product } from './product.ts'

const secret = 'a secret of the sender'

export interface Sender {
  /** Hands mentions to the running product and answers its status. */
  deliver(mentions: object[]): Promise<number>
}

/** A webhook source of the running product: what is delivered arrives at that moment, from the same process. */
export async function addSender(product: Product): Promise<Sender> {
  const added = await product.command('source', 'add', 'webhook', '--name', 'Deliveries', '--secret', secret)
  const listed = await product.command('source', 'list', '--json')
  const rows = listed.out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { id: string; connector: string })
  const source = rows.find((one) => one.connector === 'webhook')
  if (added.code !== 0 || !source) throw new Error(added.err + listed.err + listed.out)
  return {
    async deliver(mentions) {
      const body = JSON.stringify(mentions)
      const signature = createHmac('sha256', secret).update(body).digest('hex')
      const headers = { 'Content-Type': 'application/json', 'X-Signature-256': `sha256=${signature}` }
      const answer = await fetch(`${product.url}/hooks/${source.id}`, { method: 'POST', body, headers })
      await answer.arrayBuffer()
      return answer.status
    },
  }
}
